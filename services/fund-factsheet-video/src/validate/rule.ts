import type { Finding } from '@baton/step-sdk';
import type { Extracted, FieldName } from '../extracted.ts';

export interface RuleContext {
  /** Today, ISO. */
  readonly nowIso: string;
}

/** One rule: looks at the extracted data and says what is wrong. Pure. */
export interface Rule {
  /** Stable: every finding of the rule has it as its code. */
  readonly code: string;
  check(extracted: Extracted, context: RuleContext): Finding[];
}

/** What a field is called in a message. */
export const FIELD_LABELS: Readonly<Record<FieldName, string>> = {
  fundName: 'fund name', isin: 'ISIN', shareClass: 'share class', asOf: 'as-of date', currency: 'currency',
  monthlyPerformancePct: 'performance of the last month', ytdPerformancePct: 'performance of the year to date', sharpeRatio: 'Sharpe ratio',
  strategy: 'strategy', riskLevel: 'risk level', benchmark: 'benchmark',
};

interface Found { readonly page: number; readonly snippet: string }

/** A finding about a value, with the place in the document where it was read. */
export function finding(severity: Finding['severity'], code: string, field: string, message: string, help: string, at?: Found): Finding {
  return { code, field, message, help, severity, ...(at === undefined ? {} : { page: at.page, snippet: at.snippet.slice(0, 400) }) };
}

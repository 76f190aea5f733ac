/**
 * `required_fields` of the business rules: the names a business writes, and the fields of the extracted data they
 * mean. A group asks for all of its fields. The fund's name is asked for in any case: no film is made about an
 * unnamed fund.
 */
import type { Finding } from '@baton/step-sdk';
import { FIELD_NAMES } from '../extracted.ts';
import type { Extracted, FieldName } from '../extracted.ts';
import { FIELD_LABELS, finding } from './rule.ts';

export const REQUIRED_FIELD_NAMES: Readonly<Record<string, readonly FieldName[]>> = {
  fund_name: ['fundName'],
  isin: ['isin'],
  share_class: ['shareClass'],
  as_of_date: ['asOf'],
  currency: ['currency'],
  monthly_performance: ['monthlyPerformancePct'],
  ytd_performance: ['ytdPerformancePct'],
  sharpe_ratio: ['sharpeRatio'],
  fund_strategy: ['strategy'],
  risk_level: ['riskLevel'],
  benchmark: ['benchmark'],
  performance_data: ['monthlyPerformancePct', 'ytdPerformancePct', 'sharpeRatio'],
  fund_identity: ['fundName', 'isin'],
  // The keys of extracted.json themselves are names too.
  ...Object.fromEntries(FIELD_NAMES.map((name) => [name, [name]])),
};

const HELP: Readonly<Partial<Record<FieldName, string>>> = {
  fundName: 'Send a document that names its fund in its title, in text and not only in a picture.',
  monthlyPerformancePct: 'Send the fund\'s monthly factsheet: key information documents and prospectuses have no return of a month.',
  ytdPerformancePct: 'Send a factsheet that shows the return since the beginning of the year (YTD).',
  sharpeRatio: 'Send a factsheet with a Sharpe ratio, or leave sharpe_ratio out of the required fields: funds younger than three years often have none.',
  strategy: 'Send a document that states the fund\'s objective or strategy.',
  riskLevel: 'Send a document that gives the risk level in text, or with a drawn scale whose chosen step can be told by its colour.',
};

/** @param names as in the business rules, all of them known. */
export function requiredFields(extracted: Extracted, names: readonly string[]): Finding[] {
  const fields = new Set<FieldName>(['fundName', ...names.flatMap((name) => REQUIRED_FIELD_NAMES[name] ?? [])]);
  return [...fields].flatMap((field) => {
    const entry = extracted[field];
    if (entry.value !== null) return [];
    return [finding('error', 'required_field_missing', field, `The ${FIELD_LABELS[field]} is missing. ${entry.reason}`, HELP[field] ?? `Send a document that states the ${FIELD_LABELS[field]}, or leave it out of the required fields.`)];
  });
}

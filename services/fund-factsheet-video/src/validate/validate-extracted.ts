/** Holds extracted data against the business rules: all findings at once, never only the first. */
import { BusinessValidationError } from '@baton/step-sdk';
import type { Finding } from '@baton/step-sdk';
import { z } from 'zod';
import type { Extracted } from '../extracted.ts';
import { requiredFields, REQUIRED_FIELD_NAMES } from './required-fields.ts';
import { ALWAYS, COMPLIANCE_CHECKS } from './rule-sets.ts';
import { finding } from './rule.ts';
import type { RuleContext } from './rule.ts';

export const BusinessRules = z.object({
  required_fields: z.array(z.string()).default([]),
  compliance_checks: z.array(z.string()).default([]),
});
export type BusinessRules = z.infer<typeof BusinessRules>;

export interface Validation {
  readonly passed: true;
  readonly warnings: Finding[];
}

/**
 * @throws BusinessValidationError with every error and warning when there is at least one error, also for names in
 *   the business rules that no rule has
 */
export function validateExtracted(extracted: Extracted, rules: BusinessRules, context: Partial<RuleContext> = {}): Validation {
  const unknown = unknownNames(rules);
  if (unknown.length > 0) throw new BusinessValidationError(unknown);
  const today: RuleContext = { nowIso: context.nowIso ?? new Date().toISOString().slice(0, 10) };
  const checks = [...ALWAYS, ...new Set(rules.compliance_checks.flatMap((name) => COMPLIANCE_CHECKS[name] ?? []))];
  const checked = checks.flatMap((rule) => rule.check(extracted, today));
  // With several funds nothing was read, so that every field would be missing for one and the same reason.
  const severalFunds = extracted.document.funds.length > 1;
  const findings = severalFunds ? checked.filter((entry) => entry.code === 'several_funds') : merged([...requiredFields(extracted, rules.required_fields), ...checked]);
  if (findings.some((entry) => entry.severity === 'error')) throw new BusinessValidationError(findings);
  return { passed: true, warnings: findings };
}

/** A field that is missing is reported once, by the first rule that asks for it. */
function merged(findings: readonly Finding[]): Finding[] {
  const missing = new Set(findings.filter((entry) => entry.code === 'required_field_missing').map((entry) => entry.field));
  return findings.filter((entry) => entry.code === 'required_field_missing' || !(entry.code === 'risk_level_missing' && missing.has(entry.field)));
}

function unknownNames(rules: BusinessRules): Finding[] {
  const check = (names: readonly string[], known: Readonly<Record<string, unknown>>, field: string, what: string): Finding[] => names.filter((name) => !Object.hasOwn(known, name)).map((name) => finding(
    'error', 'unknown_rule', `business_rules.${field}`, `"${name}" is no ${what}. Known are: ${Object.keys(known).join(', ')}.`, 'Correct the name in the workflow\'s business_rules and publish the workflow again.',
  ));
  return [...check(rules.required_fields, REQUIRED_FIELD_NAMES, 'required_fields', 'required field'), ...check(rules.compliance_checks, COMPLIANCE_CHECKS, 'compliance_checks', 'compliance check')];
}

/** Which rules each name in the business rules switches on. */
import { capitalAtRisk } from './financial-regulations/capital-at-risk.ts';
import { currencyStated } from './financial-regulations/currency-stated.ts';
import { pastPerformanceWarning } from './financial-regulations/past-performance-warning.ts';
import { periodStated } from './financial-regulations/period-stated.ts';
import { returnsAfterCosts } from './financial-regulations/returns-after-costs.ts';
import { riskBesideReward } from './financial-regulations/risk-beside-reward.ts';
import { sharpePeriodStated } from './financial-regulations/sharpe-period-stated.ts';
import { simulatedPerformance } from './financial-regulations/simulated-performance.ts';
import { twelveMonthPeriods } from './financial-regulations/twelve-month-periods.ts';
import { noPersonalData } from './gdpr/no-personal-data.ts';
import { oneFund } from './one-fund.ts';
import { asOfPlausible } from './plausibility/as-of.ts';
import { backedByDocument } from './plausibility/backed-by-document.ts';
import { currencyPlausible } from './plausibility/currency.ts';
import { isinPlausible } from './plausibility/isin.ts';
import { januaryIsTheYear } from './plausibility/january.ts';
import { monthsMakeYear } from './plausibility/months-make-year.ts';
import { periodsAgree } from './plausibility/periods-agree.ts';
import { returnRange } from './plausibility/return-range.ts';
import { riskInScale } from './plausibility/risk-scale.ts';
import { sharpePlausible } from './plausibility/sharpe.ts';
import type { Rule } from './rule.ts';

/** Checked in every run, whatever the business rules say. */
export const ALWAYS: readonly Rule[] = [
  oneFund, backedByDocument, asOfPlausible, isinPlausible, currencyPlausible, returnRange, januaryIsTheYear, monthsMakeYear, periodsAgree, sharpePlausible, riskInScale,
];

/** The names for `compliance_checks`. */
export const COMPLIANCE_CHECKS: Readonly<Record<string, readonly Rule[]>> = {
  gdpr: [noPersonalData],
  financial_regulations: [riskBesideReward, periodStated, returnsAfterCosts, pastPerformanceWarning, capitalAtRisk, currencyStated, twelveMonthPeriods, simulatedPerformance, sharpePeriodStated],
};

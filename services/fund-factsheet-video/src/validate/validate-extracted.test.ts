import { beforeAll, describe, expect, it } from '@jest/globals';
import { BusinessValidationError } from '@baton/step-sdk';
import type { Finding } from '@baton/step-sdk';
import { generateFactsheet } from '../../fixtures/generate-factsheet.ts';
import { Extracted, isFound } from '../extracted.ts';
import { extractFactsheet } from '../extract/extract-factsheet.ts';
import { validateExtracted } from './validate-extracted.ts';
import type { BusinessRules } from './validate-extracted.ts';

const NOW = '2025-07-15';
const RULES: BusinessRules = { required_fields: ['performance_data', 'fund_strategy'], compliance_checks: ['gdpr', 'financial_regulations'] };
let sheet: Extracted;

beforeAll(async () => {
  sheet = await extractFactsheet(await generateFactsheet(), { nowIso: NOW });
});

/** The sheet with some of its data changed; typed loosely, because the point is data that no document has. */
function changed(change: (data: any) => void): Extracted {
  const copy = structuredClone(sheet);
  change(copy);
  return Extracted.parse(copy);
}

function findings(extracted: Extracted, rules: BusinessRules = RULES): readonly Finding[] {
  try {
    return validateExtracted(extracted, rules, { nowIso: NOW }).warnings;
  } catch (error) {
    if (error instanceof BusinessValidationError) return error.findings;
    throw error;
  }
}

const codes = (extracted: Extracted, severity: Finding['severity'] = 'error', rules: BusinessRules = RULES): string[] => findings(extracted, rules).filter((entry) => entry.severity === severity).map((entry) => entry.code);

describe('validateExtracted', () => {
  it('passes an honest sheet without a warning', () => {
    expect(validateExtracted(sheet, RULES, { nowIso: NOW })).toEqual({ passed: true, warnings: [] });
  });

  it('reports every missing field of a group at once, with its reason and what a person can do', () => {
    const found = findings(changed((data) => {
      data.monthlyPerformancePct = { value: null, reason: 'The document shows no return of the fund for the last month.' };
      data.sharpeRatio = { value: null, reason: 'The document gives no Sharpe ratio.' };
      data.strategy = { value: null, reason: 'No objective.' };
    }));
    expect(found.filter((entry) => entry.code === 'required_field_missing').map((entry) => entry.field)).toEqual(['monthlyPerformancePct', 'sharpeRatio', 'strategy']);
    expect(found[0]?.message).toBe('The performance of the last month is missing. The document shows no return of the fund for the last month.');
    expect(found[0]?.help).toMatch(/factsheet/u);
  });

  it('asks for the fund\'s name even when the rules do not', () => {
    const unnamed = changed((data) => { data.fundName = { value: null, reason: 'No title.' }; });
    expect(codes(unnamed, 'error', { required_fields: [], compliance_checks: [] })).toEqual(['required_field_missing']);
  });

  it('lists the known names when a rule does not exist', () => {
    const found = findings(sheet, { required_fields: ['performance', 'isin'], compliance_checks: ['gpdr'] });
    expect(found.map((entry) => entry.code)).toEqual(['unknown_rule', 'unknown_rule']);
    expect(found[0]?.message).toMatch(/"performance" is no required field\. Known are: fund_name, isin, .*performance_data/u);
    expect(found[1]?.message).toMatch(/Known are: gdpr, financial_regulations\./u);
  });

  it('does not take a name of every object for a rule', () => {
    expect(codes(sheet, 'error', { required_fields: ['constructor'], compliance_checks: ['toString'] })).toEqual(['unknown_rule', 'unknown_rule']);
  });

  const mistakes: readonly (readonly [string, string, (data: any) => void])[] = [
    ['a date in the future', 'as_of_implausible', (data) => { data.asOf.value = '2025-08-31'; data.asOf.snippet = '31 August 2025'; }],
    ['an ISIN with a wrong check digit', 'isin_wrong', (data) => { data.isin.value = 'IE00BZZZZ847'; data.isin.snippet = 'IE00BZZZZ847'; }],
    ['a currency that does not exist', 'currency_unknown', (data) => { data.currency.value = 'EUX'; }],
    ['a loss of more than everything', 'return_impossible', (data) => { data.monthlyPerformancePct.value = -126.8; data.monthlyPerformancePct.snippet = 'Fund -126.8'; }],
    ['a month and a year to date that are exchanged', 'month_and_year_swapped', (data) => { [data.monthlyPerformancePct.value, data.ytdPerformancePct.value] = [data.ytdPerformancePct.value, data.monthlyPerformancePct.value]; }],
    ['a January whose month is not its year', 'january_differs_from_year', (data) => { for (const field of ['monthlyPerformancePct', 'ytdPerformancePct']) data[field].periodEnd = '2025-01-31'; }],
    ['a Sharpe ratio that is a percentage', 'sharpe_implausible', (data) => { data.sharpeRatio.value = 12.6; data.sharpeRatio.snippet = 'Sharpe 12.6'; }],
    ['a risk level outside its scale', 'risk_outside_scale', (data) => { data.riskLevel.value = 6; data.riskLevel.scale = '1-5'; }],
    ['a figure that its snippet does not carry', 'value_not_in_document', (data) => { data.ytdPerformancePct.value = 9.99; }],
    ['a name that its snippet does not carry', 'value_not_in_document', (data) => { data.fundName.value = 'Another Fund'; }],
    ['a value that was hardly readable', 'value_uncertain', (data) => { data.sharpeRatio.confidence = 0.4; }],
    ['returns without the risk', 'risk_level_missing', (data) => { data.riskLevel = { value: null, reason: 'It is only drawn.' }; }],
    ['a return whose period nobody knows', 'period_end_missing', (data) => { data.ytdPerformancePct.periodEnd = null; }],
    ['returns before costs alone', 'gross_performance', (data) => { data.monthlyPerformancePct.fees = 'gross'; }],
    ['an e-mail address in the strategy', 'personal_data_published', (data) => { data.strategy.value += ' Write to jane.doe@example.org.'; data.strategy.snippet = data.strategy.value; }],
    ['a telephone number in the strategy', 'personal_data_published', (data) => { data.strategy.value += ' Call +44 20 7946 0958.'; data.strategy.snippet = data.strategy.value; }],
    ['a person\'s name in the strategy', 'personal_data_published', (data) => { data.personalData = [{ kind: 'person-name', field: 'strategy', page: 1 }]; }],
  ];
  for (const [what, code, change] of mistakes) {
    it(`refuses ${what}`, () => expect(codes(changed(change))).toContain(code));
  }

  const remarks: readonly (readonly [string, string, (data: any) => void])[] = [
    ['a genuine write-off', 'return_remarkable', (data) => { data.monthlyPerformancePct.value = -87.66; data.monthlyPerformancePct.snippet = 'Share price -87.66'; delete data.periodReturns; }],
    ['a sheet of last year', 'as_of_old', (data) => { data.asOf.value = '2024-06-30'; data.asOf.snippet = '30 June 2024'; }],
    ['a fund that lost money and still has a good Sharpe ratio', 'sharpe_against_return', (data) => { data.periodReturns.points.find((point: { period: string }) => point.period === '3y').value = -8.4; }],
    ['returns whose costs are not stated', 'costs_unstated', (data) => { data.monthlyPerformancePct.fees = 'unstated'; data.ytdPerformancePct.fees = 'unstated'; }],
    ['a document that does not warn', 'past_performance_warning_missing', (data) => { data.disclosures.pastPerformance = { value: null, reason: 'No warning.' }; }],
    ['returns in no known currency', 'currency_missing', (data) => { data.currency = { value: null, reason: 'None.' }; }],
    ['short periods alone', 'twelve_month_periods_missing', (data) => { delete data.calendarYears; delete data.periodReturns; }],
    ['simulated figures', 'simulated_performance', (data) => { data.disclosures.simulatedPerformance = { ...data.disclosures.pastPerformance }; }],
    ['a Sharpe ratio of no stated period', 'sharpe_period_unstated', (data) => { data.sharpeRatio.period = 'unstated'; }],
  ];
  for (const [what, code, change] of remarks) {
    it(`lets ${what} pass with a warning`, () => {
      const extracted = changed(change);
      expect(codes(extracted)).toEqual([]);
      expect(codes(extracted, 'warning')).toContain(code);
    });
  }

  it('checks no compliance rule that was not asked for', () => {
    const withoutRisk = changed((data) => { data.riskLevel = { value: null, reason: 'It is only drawn.' }; });
    expect(codes(withoutRisk, 'error', { required_fields: ['performance_data'], compliance_checks: ['gdpr'] })).toEqual([]);
  });

  it('compounds the months of the year and holds them against the year to date', async () => {
    const grid = await extractFactsheet(await generateFactsheet({ layout: 'monthly-history' }), { nowIso: NOW });
    expect(codes(grid)).toEqual([]);
    const broken = structuredClone(grid);
    const march = broken.monthlyHistory?.points.findLast((point) => point.month === 3);
    if (march === undefined || !isFound(broken.ytdPerformancePct)) throw new Error('Expected a grid with a March');
    march.value += 9;
    expect(codes(broken)).toContain('months_do_not_make_year');
    const other = structuredClone(grid);
    const last = other.monthlyHistory?.points.at(-1);
    if (last !== undefined) last.value += 0.5;
    expect(codes(other)).toContain('month_differs_from_history');
  });

  it('never repeats the personal data it found', () => {
    const [found] = findings(changed((data) => { data.strategy.value += ' Write to jane.doe@example.org.'; data.strategy.snippet = data.strategy.value; }));
    expect(JSON.stringify(found)).not.toContain('jane.doe');
  });
});

import { describe, expect, it } from '@jest/globals';
import { datesIn, slashOrderOf } from './dates.ts';
import { periodOf } from './periods.ts';
import { readRow } from './rows.ts';

describe('datesIn', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Factsheet | 31 January 2024', '2024-01-31'], ['As of June 30, 2025', '2025-06-30'], ['Stand: 30.06.2025', '2025-06-30'], ['Report As On: 31/12/2025', '2025-12-31'],
    ['30-Jun-2025', '2025-06-30'], ['30-Jun-25', '2025-06-30'], ['au 30 juin 2025', '2025-06-30'], ['a 31 de diciembre de 2024', '2024-12-31'], ['31. Dezember 2024', '2024-12-31'],
    ['the 31st of March 2024', '2024-03-31'], ['2022-10-01 00:00:00', '2022-10-01'], ['2024年1月31日', '2024-01-31'], ['utfärdades 14 mars 2025', '2025-03-14'], ['March 2024', '2024-03-31'], ['12/31/2024', '2024-12-31'],
  ];
  for (const [text, iso] of cases) it(`reads ${text}`, () => expect(datesIn(text).map((date) => date.iso)).toEqual([iso]));

  it('takes figures, amounts and days that do not exist for no dates', () => {
    for (const text of ['1.12% 0.90%', '30.13 28.62 11.26', '31.02.2024', '12.345,67', 'May 2.50', '€ 181.8m']) expect(datesIn(text)).toEqual([]);
  });

  it('learns the order of day and month from the document\'s clear dates', () => {
    expect(slashOrderOf('as of 12/31/2024, launched 01/14/2020')).toBe('month-first');
    expect(datesIn('04/03/2024', { slashOrder: 'month-first' })[0]?.iso).toBe('2024-04-03');
    expect(datesIn('04/03/2024')[0]?.iso).toBe('2024-03-04');
  });
});

describe('periodOf', () => {
  const cases: readonly (readonly [string, string, boolean?])[] = [
    ['1 month', '1m'], ['1 Mth', '1m'], ['1m', '1m'], ['MTD', '1m'], ['Month to date', '1m'], ['1 Monat', '1m'], ['1 mois', '1m'], ['YTD', 'ytd'], ['Year to date', 'ytd'], ['since 1 Jan', 'ytd'], ['lfd. Jahr', 'ytd'],
    ['seit Jahresbeginn', 'ytd'], ['i år', 'ytd'], ['1 Yr', '1y'], ['12 months', '1y'], ['3 Jahre p.a.', '3y', true], ['5 years (annualised)', '5y', true], ['3-Year', '3y'], ['incep.', 'launch'], ['Since launch', 'launch'], ['10y', '10y'],
  ];
  for (const [text, period, annualised = false] of cases) it(`reads ${text}`, () => expect(periodOf(text)).toEqual({ period, annualised }));
  it('reads nothing into other headings', () => {
    for (const text of ['2023', 'Jahr', '0-12m', 'Q1', 'QTD', 'Weight', '5 stars', '30 days', 'monthly', 'Best month', '']) expect(periodOf(text)).toBeUndefined();
  });
});

describe('readRow', () => {
  const names = { fundName: 'Larkfield MSCI World UCITS ETF', shareClass: 'A (acc) EUR', benchmark: 'Meridian World Index' };
  const cases: readonly (readonly [string, string])[] = [
    ['Fund', 'fund'], ['Share price', 'share-price'], ['Net asset value', 'nav'], ['Benchmark: MSCI China (Net Dividends Reinvested)', 'benchmark'], ['S&P 500 Index (no deduction for fees)', 'benchmark'],
    ['Relative', 'other'], ['+/- Benchmark', 'other'], ['Quartile ranking', 'other'], ['IA Global sector', 'peer'], ['Category average', 'peer'], ['Larkfield MSCI World UCITS ETF', 'fund'], ['Class A Return Before Taxes', 'share-class'],
    ['Total dividend per share (p)', 'other'], ['Prospective dividend yield', 'other'], ['Fonds', 'fund'], ['Vergleichsindex', 'benchmark'], ['Tencent', 'unknown'], ['', 'unknown'],
  ];
  for (const [label, kind] of cases) it(`takes "${label}" for ${kind}`, () => expect(readRow(label, names).kind).toBe(kind));
  it('reads before and after costs from the label', () => {
    expect(readRow('Fund (net of fees)', names).fees).toBe('net');
    expect(readRow('Fund (gross)', names).fees).toBe('gross');
    expect(readRow('Fund', names).fees).toBe('unstated');
  });
});

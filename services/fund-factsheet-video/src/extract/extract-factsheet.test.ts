import { describe, expect, it } from '@jest/globals';
import { bookletPdf, factsDrawn, generateFactsheet, LAYOUT_NAMES, periodFacts } from '../../fixtures/generate-factsheet.ts';
import type { FactsheetOptions, Omittable } from '../../fixtures/generate-factsheet.ts';
import { FIELD_NAMES, isFound } from '../extracted.ts';
import type { Extracted, FieldName } from '../extracted.ts';
import { validateExtracted } from '../validate/validate-extracted.ts';
import { extractFactsheet } from './extract-factsheet.ts';

const NOW = '2025-07-15';
const read = async (options: FactsheetOptions): Promise<Extracted> => extractFactsheet(await generateFactsheet(options), { nowIso: NOW });

describe('extractFactsheet on invented sheets', () => {
  for (const layout of LAYOUT_NAMES) {
    for (const seed of [7, 33]) {
      it(`reads every figure of the ${layout} sheet as it was drawn (seed ${seed})`, async () => {
        const facts = { seed, sharpe3y: seed === 33 ? -0.32 : 0.74, riskNumber: (seed % 7) + 1 };
        const drawn = factsDrawn({ layout, facts });
        const extracted = await read({ layout, facts });
        const returns = periodFacts(layout === 'uk-trust' ? drawn.sharePriceMonths : drawn.fundMonths, drawn.asOf);
        expect(values(extracted)).toMatchObject({
          fundName: drawn.fundName, isin: drawn.isin, asOf: drawn.asOf, currency: drawn.currency, benchmark: drawn.benchmark,
          monthlyPerformancePct: returns['1m'], ytdPerformancePct: returns.ytd, sharpeRatio: drawn.sharpe3y,
        });
        expect([drawn.riskNumber, drawn.riskWord]).toContain(extracted.riskLevel.value);
        expect(isFound(extracted.sharpeRatio) && extracted.sharpeRatio.period).toBe('3y');
        expect(isFound(extracted.monthlyPerformancePct) && extracted.monthlyPerformancePct.periodEnd).toBe(drawn.asOf);
        expect(extracted.strategy.value).toMatch(/[.]$/u);
        expect(isFound(extracted.disclosures.pastPerformance)).toBe(true);
      });
    }
  }

  it('says where each value stands, in words of the document that carry it', async () => {
    const extracted = await read({ layout: 'american', facts: { seed: 33 } });
    const month = extracted.monthlyPerformancePct;
    expect(isFound(month) && month).toMatchObject({ page: 1, rowLabel: 'Fund at NAV', columnLabel: '1 Mo', basis: 'nav' });
    expect(isFound(month) && month.snippet).toContain(`(${Math.abs(isFound(month) ? month.value : 0).toFixed(2)})`);
    for (const field of FIELD_NAMES) {
      const found = extracted[field];
      if (!isFound(found)) continue;
      expect(found.box[0]).toBeLessThan(found.box[2]);
      expect(found.box[1]).toBeLessThan(found.box[3]);
    }
  });

  it('tells the rows of a trust apart and says which one it took', async () => {
    const drawn = factsDrawn({ layout: 'uk-trust' });
    const extracted = await read({ layout: 'uk-trust' });
    expect(extracted.monthlyPerformancePct).toMatchObject({ basis: 'share-price', rowLabel: 'Share Price' });
    expect(extracted.otherBases).toEqual([expect.objectContaining({ basis: 'nav', monthlyPerformancePct: expect.objectContaining({ value: periodFacts(drawn.fundMonths, drawn.asOf)['1m'] }) })]);
    expect(extracted.benchmark).toMatchObject({ monthlyPerformancePct: { value: periodFacts(drawn.benchmarkMonths, drawn.asOf)['1m'] } });
  });

  it('reads a drawn scale whose digits are strokes by the colour of its box', async () => {
    for (const riskNumber of [1, 3, 7]) {
      const { riskLevel } = await read({ layout: 'ucits', riskDigits: 'shapes', facts: { riskNumber } });
      expect(riskLevel).toMatchObject({ value: riskNumber, scale: '1-7', readFrom: 'drawing', indicator: 'sri' });
    }
  });

  it('reads calendar years and the row of periods for charts', async () => {
    const extracted = await read({ layout: 'ucits' });
    expect(extracted.calendarYears?.points.map((point) => point.year)).toEqual([2020, 2021, 2022, 2023, 2024]);
    expect(extracted.calendarYears?.benchmark).toHaveLength(5);
    expect(extracted.periodReturns?.points.map(({ period, measure }) => `${period} ${measure}`)).toEqual(['1m cumulative', '3m cumulative', 'ytd cumulative', '1y cumulative', '3y annualised', '5y annualised']);
  });

  it('reads the months of a grid, oldest first, none of them after the day of the sheet', async () => {
    const extracted = await read({ layout: 'monthly-history' });
    const points = extracted.monthlyHistory?.points ?? [];
    expect(points).toHaveLength(66);
    expect(points.map(({ value }) => value)).toEqual(factsDrawn({ layout: 'monthly-history' }).fundMonths);
  });

  const omissions: readonly (readonly [Omittable, FieldName])[] = [
    ['fundName', 'fundName'], ['isin', 'isin'], ['shareClass', 'shareClass'], ['strategy', 'strategy'], ['riskLevel', 'riskLevel'], ['sharpeRatio', 'sharpeRatio'],
    ['monthlyPerformance', 'monthlyPerformancePct'], ['ytdPerformance', 'ytdPerformancePct'], ['benchmark', 'benchmark'],
  ];
  for (const layout of ['ucits', 'stacked-headings', 'american'] as const) {
    for (const [left, field] of omissions) {
      it(`reports ${field} as missing with a reason when the ${layout} sheet leaves it out`, async () => {
        const extracted = await read({ layout, omit: [left] });
        const reading = extracted[field];
        expect(reading.value).toBeNull();
        expect(!isFound(reading) && reading.reason.length).toBeGreaterThan(20);
      });
    }
  }

  it('takes nothing from a booklet of several funds and names them', async () => {
    const names = ['Larkfield Growth Fund', 'Larkfield Income Fund', 'Larkfield Liquid Fund'];
    const extracted = await extractFactsheet(await bookletPdf(names), { nowIso: NOW });
    expect(extracted.document.funds).toEqual(names);
    expect(extracted.monthlyPerformancePct.value).toBeNull();
    expect(() => validateExtracted(extracted, { required_fields: [], compliance_checks: [] }, { nowIso: NOW })).toThrow(/presents 3 funds: Larkfield Growth Fund, Larkfield Income Fund/u);
  });

  it('does not take the objective\'s "before charges" for what its returns are', async () => {
    const strategy = 'The Fund aims to achieve a return in excess of the index over rolling three year periods, before charges.';
    const { monthlyPerformancePct: month } = await read({ layout: 'ucits', facts: { strategy } });
    expect(isFound(month) && month.fees).toBe('net');
  });

  it('leaves out sentences of the strategy that name people or how to reach them', async () => {
    const drawn = factsDrawn();
    const strategy = `${drawn.strategy} Ottilie Brandvold has managed the portfolio since 2018. Write to desk@larkfield.example for details.`;
    const extracted = await read({ facts: { strategy } });
    expect(extracted.strategy.value).toBe(drawn.strategy);
    expect(extracted.personalData).toEqual([]);
  });

  it('reads the same sheet the same way every time', async () => {
    const bytes = await generateFactsheet({ layout: 'french' });
    expect(await extractFactsheet(bytes, { nowIso: NOW })).toEqual(await extractFactsheet(bytes, { nowIso: NOW }));
  });

  it('does not take a date for the sheet\'s that lies in the future', async () => {
    const extracted = await extractFactsheet(await generateFactsheet({ layout: 'ucits' }), { nowIso: '2025-06-29' });
    expect(extracted.asOf.value).not.toBe('2025-06-30');
  });
});

function values(extracted: Extracted): Record<FieldName, string | number | null> {
  return Object.fromEntries(FIELD_NAMES.map((field) => [field, extracted[field].value])) as Record<FieldName, string | number | null>;
}

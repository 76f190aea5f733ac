/** Extracted data of invented funds, for tests: a full one to vary, and random ones. Not part of the service. */
import fc from 'fast-check';
import { Extracted } from '../extracted.ts';

const at = { page: 1, box: [0, 0, 1, 1] as [number, number, number, number], confidence: 0.9 };
const missing = { value: null, reason: 'not in the document' } as const;

/** A complete fund, with fields replaced as a test needs them. */
export function sampleExtracted(changes: Partial<Extracted> = {}): Extracted {
  const strategy = 'The fund aims to provide long-term capital growth from companies that help to save water. It invests at least 80% of its assets in shares listed in Europe. The manager may hold up to 10% in cash.';
  return Extracted.parse({
    fundName: { ...at, value: 'Northgate Clear Water Equity Fund', snippet: 'Northgate Clear Water Equity Fund' },
    isin: { ...at, value: 'LU0999888777', snippet: 'ISIN LU0999888777' },
    shareClass: { ...at, value: 'A (acc) EUR', snippet: 'Share class A (acc) EUR' },
    asOf: { ...at, value: '2025-10-31', snippet: 'as of 31 October 2025' },
    currency: { ...at, value: 'EUR', snippet: 'Currency EUR' },
    monthlyPerformancePct: { ...at, value: -3.41, snippet: '1 month -3.41', basis: 'share-class', fees: 'net', rowLabel: 'Fund', columnLabel: '1 month', periodEnd: '2025-10-31' },
    ytdPerformancePct: { ...at, page: 2, value: 7.9, snippet: 'YTD 7.9', basis: 'share-class', fees: 'net', rowLabel: 'Fund', columnLabel: 'YTD', periodEnd: '2025-10-31' },
    sharpeRatio: { ...at, page: 2, value: 0.66, snippet: 'Sharpe ratio (3 years) 0.66', period: '3y' },
    strategy: { ...at, value: strategy, snippet: strategy },
    riskLevel: { ...at, value: 5, snippet: 'SRI 5', scale: '1-7', indicator: 'sri', readFrom: 'text' },
    benchmark: {
      ...at, value: 'MSCI Europe Water 50 (Net Return)', snippet: 'Benchmark: MSCI Europe Water 50 (Net Return)',
      monthlyPerformancePct: { ...at, snippet: '-2.1', value: -2.1, periodEnd: '2025-10-31' },
      ytdPerformancePct: { ...at, snippet: '6.35', value: 6.35, periodEnd: '2025-10-31' },
    },
    disclosures: { pastPerformance: missing, capitalAtRisk: missing, simulatedPerformance: missing },
    personalData: [],
    document: { kind: 'factsheet', language: 'en', pages: 2, funds: ['Northgate Clear Water Equity Fund'] },
    extractor: { name: 'rules', version: '1' },
    ...changes,
  });
}

/** A field that was not found. */
export function notFound(): { value: null; reason: string } {
  return { ...missing };
}

const sentence = fc.constantFrom(
  'The fund invests at least 80% of its assets in shares.', 'It may use derivatives, e.g. futures, to hedge.', 'Gearing may be up to 1.5x of net assets.',
  'The fund tracks the S&P 500 and may hold two-thirds in bonds.', 'It was launched on 14 Dec 2021.', 'Total assets are 12,345,678 units.',
  `The fund invests ${'in companies of many kinds, '.repeat(16)}and more.`, 'Ziel des Fonds ist Wachstum¹.', 'Between 20-30% of assets are held by one of 25 sub-managers.',
  '• Uses ﬁxed income', 'The manager has 3 years of records on a scale from 1 to 5.', 'Up to 10 000 holdings; USD 178.7m',
);
const percentValue = fc.oneof(fc.constantFrom(0, -0, 0.01, -100, 1653.6, -0.04), fc.integer({ min: -99_999, max: 999_999 }).map((value) => value / 100), fc.integer({ min: -5_000_000, max: 50_000_000 }).map((value) => value / 10_000));
const isoDate = fc.date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((when) => when.toISOString().slice(0, 10));
const page = fc.integer({ min: 1, max: 20 });
const basis = fc.constantFrom('share-price', 'nav', 'share-class', 'fund', 'strategy');
const fees = fc.constantFrom('net', 'gross', 'unstated');

function maybe<T>(found: fc.Arbitrary<T>): fc.Arbitrary<T | { value: null; reason: string }> {
  return fc.oneof({ weight: 3, arbitrary: found }, { weight: 1, arbitrary: fc.constant(notFound()) });
}

function field<T extends object>(value: fc.Arbitrary<unknown>, more: fc.Arbitrary<T>): fc.Arbitrary<object> {
  return fc.tuple(value, page, more).map(([found, onPage, rest]) => ({ ...at, page: onPage, value: found, snippet: String(found), ...rest }));
}

const nothing = fc.constant({});
const name = fc.oneof(
  fc.constantFrom('Vision 2030 Fund', 'JPMorgan Emerging Europe, Middle East & Africa Securities plc', 'S&P 500 Index Fund R6', 'Fonds für Österreich – Ağaç', 'statarb', '3x Long-Short (Net) 100% Fund', 'Ω Macro Фонд'),
  fc.array(fc.constantFrom('Global', 'Opportunities', 'Sustainable', 'Income', 'Emerging', '2', 'and', 'plc'), { minLength: 1, maxLength: 24 }).map((parts) => parts.join(' ')),
);

/** Random data of the right shape, good and odd. */
export function anyExtracted(): fc.Arbitrary<Extracted> {
  const performance = field(percentValue, fc.record({ basis, fees, rowLabel: fc.constant(null), columnLabel: fc.constant(null), periodEnd: fc.option(isoDate) }));
  const point = fc.record({ value: percentValue, page }).map((own) => ({ ...at, ...own, snippet: String(own.value) }));
  const series = fc.record({ basis, fees, rowLabel: fc.constant(null) });
  return fc.record({
    fundName: field(name, nothing),
    isin: maybe(field(fc.constantFrom('LU0999888777', 'GB0003435012'), nothing)),
    shareClass: maybe(field(fc.oneof(name, fc.constantFrom('A (acc) - USD', 'Class R6')), nothing)),
    asOf: maybe(field(isoDate, nothing)),
    currency: maybe(field(fc.constantFrom('EUR', 'USD', 'GBP'), nothing)),
    monthlyPerformancePct: maybe(performance),
    ytdPerformancePct: maybe(performance),
    sharpeRatio: maybe(field(percentValue, fc.record({ period: fc.constantFrom('1y', '3y', '10y', 'launch', 'daily', 'unstated', 'since 2019') }))),
    strategy: maybe(field(fc.array(sentence, { minLength: 1, maxLength: 12 }).map((sentences) => sentences.join(' ')), nothing)),
    riskLevel: maybe(fc.oneof(
      field(fc.integer({ min: 1, max: 7 }), fc.record({ scale: fc.constant('1-7'), indicator: fc.constantFrom('sri', 'srri', 'other'), readFrom: fc.constantFrom('text', 'drawing') })),
      field(fc.integer({ min: 1, max: 5 }), fc.record({ scale: fc.constant('1-5'), indicator: fc.constant('other'), readFrom: fc.constant('text') })),
      field(fc.constantFrom('Low', 'Medium', 'High', 'Very High', 'Category 3', 'balanced'), fc.record({ scale: fc.constant('low-medium-high'), indicator: fc.constantFrom('riskometer', 'other'), readFrom: fc.constant('text') })),
    )),
    benchmark: maybe(field(fc.constantFrom('S&P 500', 'MSCI World (Net) 100%', 'BSE 500 (TRI)', '50% X + 50% Y'), fc.oneof(nothing, fc.record({ monthlyPerformancePct: fc.tuple(point, isoDate).map(([own, periodEnd]) => ({ ...own, periodEnd })) })))),
    calendarYears: fc.option(fc.tuple(series, fc.array(point, { minLength: 1, maxLength: 15 })).map(([head, points]) => ({
      ...head, points: points.map((own, index) => ({ ...own, year: 2010 + index })), benchmark: points.slice(1).map((own, index) => ({ ...own, year: 2011 + index })),
    })), { nil: undefined }),
    monthlyHistory: fc.option(fc.tuple(series, fc.array(point, { minLength: 1, maxLength: 30 })).map(([head, points]) => ({
      ...head, points: points.map((own, index) => ({ ...own, year: 2020 + Math.floor(index / 12), month: (index % 12) + 1 })),
    })), { nil: undefined }),
    disclosures: fc.record({ pastPerformance: fc.constant(notFound()), capitalAtRisk: fc.constant(notFound()), simulatedPerformance: maybe(field(fc.constant('Simulated performance'), nothing)) }),
    personalData: fc.constant([]),
    document: fc.record({ kind: fc.constantFrom('factsheet', 'key-information-document', 'prospectus', 'tear-sheet', 'unknown'), language: fc.constantFrom('en', null, 'de', 'en-GB'), pages: fc.constant(20), funds: fc.constant([]) }),
    extractor: fc.constant({ name: 'rules', version: '1' }),
  }).map(withoutUndefined).map((data) => Extracted.parse(data));
}

function withoutUndefined(data: object): object {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}

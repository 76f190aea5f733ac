/**
 * What was read from a fund document: the shape of `extracted.json`, and the only thing that later
 * steps may take figures from.
 *
 * Invariants:
 * 1. A value is in the document: its snippet is the document's own text (or, for a drawn risk scale, the
 *    text beside the drawing) and carries the value in the document's own notation.
 * 2. What is not in the document, or not certain, is `{ value: null, reason }`. Nothing is computed, except
 *    that a date is written as ISO and a number without its grouping marks.
 * 3. A performance figure never travels without what it measures (`basis`) and the end of its period.
 */
import { z } from 'zod';

/** Position on the page in PDF points, origin at the lower left: `[x0, y0, x1, y1]`. */
export const Box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.infer<typeof Box>;

/** Where a value was read. */
export const Provenance = z.object({
  /** Page, counted from 1. */
  page: z.int().min(1),
  /** The document's own words around the value, one line or one table row, with single spaces. */
  snippet: z.string().min(1),
  box: Box,
  /** How sure the extractor is, 0 to 1. Values under 0.5 are never handed on. */
  confidence: z.number().min(0).max(1),
});
export type Provenance = z.infer<typeof Provenance>;

/** What is not in the document: why not, in a sentence for a person. */
export const Missing = z.object({ value: z.null(), reason: z.string().min(1) });
export type Missing = z.infer<typeof Missing>;

const IsoDate = z.iso.date();
const TextValue = Provenance.extend({ value: z.string().min(1) });
const DateValue = Provenance.extend({ value: IsoDate });

/**
 * What a performance figure measures. `nav` is net asset value, `share-class` the class's own row in a
 * sheet that shows fund and benchmark, `fund` a fund row of which the document says no more.
 */
export const PerformanceBasis = z.enum(['share-price', 'nav', 'share-class', 'fund', 'strategy']);
export type PerformanceBasis = z.infer<typeof PerformanceBasis>;

/** Whether costs are taken off, where the document says so; `unstated` otherwise. */
export const FeeTreatment = z.enum(['net', 'gross', 'unstated']);
export type FeeTreatment = z.infer<typeof FeeTreatment>;

const PerformanceValue = Provenance.extend({
  /** Per cent: 1.23 is +1.23 %. */
  value: z.number(),
  basis: PerformanceBasis,
  fees: FeeTreatment,
  /** The document's own label of the row, such as `Share price` or `Fund`; null where the figure stands in a sentence. */
  rowLabel: z.string().nullable(),
  /** The document's own heading of the column, such as `1 month` or `YTD`; null where there is none. */
  columnLabel: z.string().nullable(),
  /** Last day of the period (ISO); null where the document does not date it, which validation refuses. */
  periodEnd: IsoDate.nullable(),
  /** The share class the figure belongs to, where the document shows several. */
  shareClass: z.string().optional(),
});

const SharpeValue = Provenance.extend({
  value: z.number(),
  /** `1y`, `3y`, `5y`, `10y`, `launch`, or what the document says (`daily`, `monthly`, `yearly`); `unstated` where it says nothing. */
  period: z.string().min(1),
});

/** `low-medium-high` is a scale in words (with steps such as `Very High`), the others are numbers. */
export const RiskScale = z.enum(['low-medium-high', '1-7', '1-5']);
export type RiskScale = z.infer<typeof RiskScale>;

const RiskValue = Provenance.extend({
  /** A number on `1-7` and `1-5`; the document's own word on `low-medium-high`. */
  value: z.union([z.int().min(1).max(7), z.string().min(1)]),
  scale: RiskScale,
  /** The kind of indicator the document names: PRIIPs SRI, UCITS SRRI, or another. */
  indicator: z.enum(['sri', 'srri', 'riskometer', 'other']),
  /** `drawing` when read from the highlighted step of a drawn scale, `text` when it is in words. */
  readFrom: z.enum(['text', 'drawing']),
});

const BenchmarkValue = TextValue.extend({
  /** The benchmark's own figures, where the same table has them (per cent). */
  monthlyPerformancePct: Provenance.extend({ value: z.number(), periodEnd: IsoDate.nullable() }).optional(),
  ytdPerformancePct: Provenance.extend({ value: z.number(), periodEnd: IsoDate.nullable() }).optional(),
});

export const TextField = z.union([TextValue, Missing]);
export const DateField = z.union([DateValue, Missing]);
export const PerformanceField = z.union([PerformanceValue, Missing]);
export const SharpeField = z.union([SharpeValue, Missing]);
export const RiskField = z.union([RiskValue, Missing]);
export const BenchmarkField = z.union([BenchmarkValue, Missing]);
export type TextField = z.infer<typeof TextField>;
export type DateField = z.infer<typeof DateField>;
export type PerformanceField = z.infer<typeof PerformanceField>;
export type SharpeField = z.infer<typeof SharpeField>;
export type RiskField = z.infer<typeof RiskField>;
export type BenchmarkField = z.infer<typeof BenchmarkField>;

const SeriesSource = {
  basis: PerformanceBasis,
  fees: FeeTreatment,
  rowLabel: z.string().nullable(),
};

/** Returns of single months, oldest first, for a chart. A month that has not happened yet is not in it. */
export const MonthlyHistory = z.object({
  ...SeriesSource,
  points: z.array(Provenance.extend({ year: z.int(), month: z.int().min(1).max(12), value: z.number() })).min(1),
});
export type MonthlyHistory = z.infer<typeof MonthlyHistory>;

/** Returns of whole calendar years, oldest first. */
export const CalendarYears = z.object({
  ...SeriesSource,
  points: z.array(Provenance.extend({ year: z.int(), value: z.number() })).min(1),
  /** The benchmark's row of the same table, where there is one. */
  benchmark: z.array(Provenance.extend({ year: z.int(), value: z.number() })).optional(),
});
export type CalendarYears = z.infer<typeof CalendarYears>;

/** A period that ends on the as-of date. */
export const PeriodKey = z.enum(['1m', '3m', '6m', '9m', 'ytd', '1y', '2y', '3y', '4y', '5y', '7y', '10y', '15y', '20y', 'launch']);
export type PeriodKey = z.infer<typeof PeriodKey>;

/** One row of a table "1 month, 3 months, year to date, 1 year, …", in the document's order. */
export const PeriodReturns = z.object({
  ...SeriesSource,
  periodEnd: IsoDate.nullable(),
  points: z.array(Provenance.extend({
    period: PeriodKey,
    /** `unstated` where neither table nor heading says whether a figure over more than a year is per year. */
    measure: z.enum(['cumulative', 'annualised', 'unstated']),
    columnLabel: z.string(),
    value: z.number(),
  })).min(1),
  benchmark: z.array(Provenance.extend({
    period: PeriodKey,
    measure: z.enum(['cumulative', 'annualised', 'unstated']),
    columnLabel: z.string(),
    value: z.number(),
  })).optional(),
});
export type PeriodReturns = z.infer<typeof PeriodReturns>;

/** Something personal that stands inside a text that would be published. The words themselves are not repeated. */
export const PersonalData = z.object({
  kind: z.enum(['person-name', 'email', 'phone']),
  field: z.enum(['fundName', 'shareClass', 'strategy', 'benchmark']),
  page: z.int().min(1),
});
export type PersonalData = z.infer<typeof PersonalData>;

export const Extracted = z.object({
  fundName: TextField,
  isin: TextField,
  shareClass: TextField,
  asOf: DateField,
  /** ISO 4217, such as `EUR`. */
  currency: TextField,
  monthlyPerformancePct: PerformanceField,
  ytdPerformancePct: PerformanceField,
  sharpeRatio: SharpeField,
  /** The investment objective or policy in the document's own sentences. */
  strategy: TextField,
  riskLevel: RiskField,
  benchmark: BenchmarkField,

  /** Series for charts, where the document has them; absent otherwise. */
  monthlyHistory: MonthlyHistory.optional(),
  calendarYears: CalendarYears.optional(),
  periodReturns: PeriodReturns.optional(),

  /** The same figures on another basis (NAV beside share price), so that a reader can tell which was taken. */
  otherBases: z.array(z.object({
    basis: PerformanceBasis,
    rowLabel: z.string().nullable(),
    monthlyPerformancePct: PerformanceField,
    ytdPerformancePct: PerformanceField,
  })).optional(),

  /** Sentences the financial rules look for. */
  disclosures: z.object({
    pastPerformance: TextField,
    capitalAtRisk: TextField,
    /** Present when the document calls its figures simulated, back-tested or hypothetical. */
    simulatedPerformance: TextField,
  }),
  personalData: z.array(PersonalData),
  document: z.object({
    kind: z.enum(['factsheet', 'key-information-document', 'prospectus', 'tear-sheet', 'unknown']),
    /** ISO 639-1, where the text shows it. */
    language: z.string().nullable(),
    pages: z.int().min(1),
    /** Names of funds that share this document; more than one means that none was chosen. */
    funds: z.array(z.string()),
  }),
  /** Who read it: name and version of the extractor. */
  extractor: z.object({ name: z.string(), version: z.string() }),
});
export type Extracted = z.infer<typeof Extracted>;

/** The keys of a plain field: those with one value or a reason. */
export const FIELD_NAMES = [
  'fundName', 'isin', 'shareClass', 'asOf', 'currency', 'monthlyPerformancePct', 'ytdPerformancePct',
  'sharpeRatio', 'strategy', 'riskLevel', 'benchmark',
] as const satisfies readonly (keyof Extracted)[];
export type FieldName = (typeof FIELD_NAMES)[number];

/** True for a field that was found, and tells the compiler so. */
export function isFound<T extends { value: unknown }>(field: T): field is Exclude<T, Missing> {
  return field.value !== null;
}

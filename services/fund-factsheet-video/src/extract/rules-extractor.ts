/** Reads a fund document by rules alone: one file a field, no network, the same answer every time. */
import type { Extracted, TextField } from '../extracted.ts';
import type { OpenPdf } from '../pdf/pdf-page.ts';
import { readDocument } from './document-text.ts';
import type { DocumentText } from './document-text.ts';
import { DynamicForm, NoTextLayer, NotAFundDocument } from './extractor.ts';
import type { Extractor, ExtractorContext } from './extractor.ts';
import { asOfOf } from './fields/as-of.ts';
import { benchmarkOf } from './fields/benchmark.ts';
import { currencyOf } from './fields/currency.ts';
import { disclosuresOf } from './fields/disclosures.ts';
import { missing } from './fields/found.ts';
import { fundNameOf } from './fields/fund-name.ts';
import { fundsOf } from './fields/funds.ts';
import { isinOf } from './fields/isin.ts';
import { isAboutAFund, kindOf } from './fields/kind.ts';
import { performanceOf, withBenchmarkReturns } from './fields/performance.ts';
import { personalDataOf, withoutPersonalSentences } from './fields/personal-data.ts';
import { returnSentences } from './fields/return-sentences.ts';
import { riskOf } from './fields/risk.ts';
import { calendarYearsOf, monthlyHistoryOf, periodReturnsOf } from './fields/series.ts';
import { shareClassOf } from './fields/share-class.ts';
import { sharpeOf } from './fields/sharpe.ts';
import { strategyOf } from './fields/strategy.ts';
import { keyedReturns } from './tables/keyed-returns.ts';
import { legendOf } from './tables/legend.ts';
import { monthGrids } from './tables/month-grid.ts';
import { periodTables } from './tables/period-table.ts';
import { yearTables } from './tables/year-table.ts';

export const rulesExtractor: Extractor = {
  name: 'rules',
  version: '1',
  async extract(pdf, context) {
    const document = readable(pdf);
    return readFields(document, context);
  },
};

/** A few words are a watermark or a page number, not a text layer. */
const MIN_CHARACTERS_A_DOCUMENT = 80;

export function readable(pdf: OpenPdf): DocumentText {
  const document = readDocument(pdf);
  if (document.text.replace(/\s/gu, '').length < MIN_CHARACTERS_A_DOCUMENT) throw new NoTextLayer(pdf.pages.length);
  if (/please wait[\s\S]{0,400}(?:pdf viewer|adobe reader|upgrade)/iu.test(document.text) && document.text.length < 2_000) throw new DynamicForm();
  return document;
}

async function readFields(document: DocumentText, context: ExtractorContext): Promise<Extracted> {
  const isin = isinOf(document);
  const asOf = asOfOf(document, context.nowIso);
  const funds = fundsOf(document);
  const fundName = fundNameOf(document);
  const shareClass = shareClassOf(document);
  const benchmark = benchmarkOf(document);
  const names = { fundName: fundName.value, shareClass: shareClass.value, benchmark: benchmark.value };
  context.progress?.(30, 'Read names and dates');

  const legend = legendOf(document, names);
  const rows = [...periodTables(document, names, legend), ...keyedReturns(document, names)];
  const grids = monthGrids(document);
  const performance = performanceOf(document, { rows, grids, sentences: returnSentences(document) }, asOf.value, names);
  const { monthlyPerformancePct, ytdPerformancePct } = performance;
  const hasReturns = monthlyPerformancePct.value !== null || ytdPerformancePct.value !== null;
  if (!isAboutAFund(document, isin.value !== null, hasReturns)) throw new NotAFundDocument('the words of a fund document (fund, net asset value, objective, risk, performance) do not occur');
  context.progress?.(60, 'Read tables of returns');

  const strategy = withoutPersonalSentences(document, strategyOf(document));
  const riskLevel = await riskOf(document);
  context.signal?.throwIfAborted();
  context.progress?.(90, 'Read strategy and risk');
  const basis = monthlyPerformancePct.value !== null ? monthlyPerformancePct.basis : ytdPerformancePct.value !== null ? ytdPerformancePct.basis : null;
  const monthlyHistory = monthlyHistoryOf(grids, names, asOf.value, document);
  const calendarYears = calendarYearsOf(yearTables(document, names, legend, asOf.value), basis, document);
  const periodReturns = periodReturnsOf(rows, [monthlyPerformancePct, ytdPerformancePct], asOf.value, document);
  const extracted: Extracted = {
    fundName, isin, shareClass, asOf, currency: currencyOf(document, shareClass.value),
    monthlyPerformancePct, ytdPerformancePct, sharpeRatio: sharpeOf(document, names), strategy, riskLevel,
    benchmark: withBenchmarkReturns(benchmark, rows, monthlyPerformancePct, ytdPerformancePct, asOf.value),
    ...(monthlyHistory === undefined ? {} : { monthlyHistory }),
    ...(calendarYears === undefined ? {} : { calendarYears }),
    ...(periodReturns === undefined ? {} : { periodReturns }),
    ...(performance.otherBases === undefined ? {} : { otherBases: performance.otherBases }),
    disclosures: disclosuresOf(document),
    personalData: personalDataOf(document, { fundName, shareClass, strategy, benchmark }),
    document: { kind: kindOf(document), language: document.language, pages: document.pages.length, funds: funds.length > 0 ? funds : fundName.value === null ? [] : [fundName.value] },
    extractor: { name: 'rules', version: '1' },
  };
  return funds.length > 1 ? ofSeveralFunds(extracted, funds) : extracted;
}

/** Figures of several funds must never be mixed: nothing of the document is handed on but its date and the funds' names. */
function ofSeveralFunds(extracted: Extracted, funds: readonly string[]): Extracted {
  const reason = `The document presents ${funds.length} funds (${funds.slice(0, 8).join(', ')}) and does not say which one is meant.`;
  const none: TextField = missing(reason);
  const { monthlyHistory: _months, calendarYears: _years, periodReturns: _periods, otherBases: _bases, ...rest } = extracted;
  return {
    ...rest, fundName: none, isin: none, shareClass: none, currency: none, benchmark: missing(reason), strategy: none, riskLevel: missing(reason),
    monthlyPerformancePct: missing(reason), ytdPerformancePct: missing(reason), sharpeRatio: missing(reason), personalData: [],
  };
}

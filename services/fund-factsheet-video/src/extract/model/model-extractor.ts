/**
 * Reads a fund document by a model provider. The model's word is not taken for anything: a value stands only when the
 * words it quotes are in the document and the value is in those words. Everything else becomes null with a reason.
 */
import { datesIn } from '../lexicon/dates.ts';
import { parseFigure } from '../text/figures.ts';
import type { Extracted, Missing, Provenance } from '../../extracted.ts';
import type { DocumentText } from '../document-text.ts';
import { NotAFundDocument } from '../extractor.ts';
import type { Extractor } from '../extractor.ts';
import { disclosuresOf } from '../fields/disclosures.ts';
import { missing } from '../fields/found.ts';
import { fundsOf } from '../fields/funds.ts';
import { hasCheckDigit } from '../fields/isin.ts';
import { isAboutAFund, kindOf } from '../fields/kind.ts';
import { personalDataOf } from '../fields/personal-data.ts';
import { riskFromDrawing } from '../fields/risk-drawing.ts';
import { indicatorIn } from '../fields/risk-text.ts';
import { readable } from '../rules-extractor.ts';
import { ModelAnswer } from './answer.ts';
import { askModel, ModelProviderError } from './ask-model.ts';
import type { ModelEndpoint } from './ask-model.ts';
import { locateSnippet } from './locate-snippet.ts';
import { documentForModel, PROMPT_VERSION, readPrompt } from './prompt.ts';

/** What a model reads is checked, and still less certain than what a rule reads. */
const CONFIDENCE = 0.7;

export function modelExtractor(endpoint: ModelEndpoint): Extractor {
  const prompt = readPrompt();
  return {
    name: 'model',
    version: PROMPT_VERSION,
    async extract(pdf, { signal, progress }) {
      const document = readable(pdf);
      const funds = fundsOf(document);
      if (!isAboutAFund(document, /\b[A-Z]{2}[A-Z0-9]{9}\d\b/u.test(document.text), false)) throw new NotAFundDocument('the words of a fund document do not occur');
      progress?.(20, 'Asking the model');
      const raw = await askModel(endpoint, { system: prompt.system, user: documentForModel(document), schema: prompt.schema }, signal);
      const parsed = ModelAnswer.safeParse(raw);
      if (!parsed.success) throw new ModelProviderError(`The model's answer does not fit the schema: ${parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`);
      progress?.(80, 'Checking the answer against the document');
      return believed(document, parsed.data, funds);
    },
  };
}

async function believed(document: DocumentText, answer: ModelAnswer, funds: readonly string[]): Promise<Extracted> {
  const text = (field: ModelAnswer['fundName'], accept: (value: string, snippet: string) => string | null): { value: string } & Provenance | Missing => {
    if (field.value === null) return missing(field.reason);
    const at = quoted(document, field.snippet);
    if ('reason' in at) return at;
    const why = accept(field.value, field.snippet);
    return why === null ? { value: field.value, ...at } : missing(why);
  };
  const inSnippet = (value: string, snippet: string): string | null => (letters(snippet).includes(letters(value)) ? null : 'The model gave a value that the words it quoted do not contain.');
  const performance = (field: ModelAnswer['monthlyPerformancePct']): Extracted['monthlyPerformancePct'] => {
    if (field.value === null) return missing(field.reason);
    const at = quoted(document, field.snippet);
    if ('reason' in at) return at;
    if (!numberIn(field.value, field.snippet)) return missing('The model gave a figure that the words it quoted do not contain.');
    // The end of a period must be a date that the document writes somewhere.
    const known = field.periodEnd !== null && datesIn(document.text, document.dates).some((date) => date.iso === field.periodEnd);
    return { value: field.value, ...at, basis: field.basis, fees: field.fees, rowLabel: null, columnLabel: null, periodEnd: known ? field.periodEnd : null };
  };
  const fundName = text(answer.fundName, inSnippet);
  const shareClass = text(answer.shareClass, inSnippet);
  const strategy = text(answer.strategy, (value, snippet) => (locateSnippet(document, value) === undefined ? inSnippet(value, snippet) : null));
  const benchmark = text(answer.benchmark, inSnippet);
  return {
    fundName, shareClass, strategy, benchmark,
    isin: text(answer.isin, (value, snippet) => (hasCheckDigit(value) ? inSnippet(value, snippet) : 'The model gave an ISIN whose check digit does not fit.')),
    asOf: text(answer.asOf, (value, snippet) => (datesIn(snippet, document.dates).some((date) => date.iso === value) ? null : 'The model gave a date that the words it quoted do not contain.')),
    currency: text(answer.currency, (value) => (/^[A-Z]{3}$/u.test(value) ? null : 'The model gave no ISO 4217 code.')),
    monthlyPerformancePct: performance(answer.monthlyPerformancePct),
    ytdPerformancePct: performance(answer.ytdPerformancePct),
    sharpeRatio: sharpe(document, answer.sharpeRatio),
    riskLevel: await risk(document, answer.riskLevel),
    disclosures: disclosuresOf(document),
    personalData: personalDataOf(document, { fundName, shareClass, strategy, benchmark }),
    document: { kind: kindOf(document), language: document.language, pages: document.pages.length, funds: funds.length > 0 ? [...funds] : fundName.value === null ? [] : [fundName.value] },
    extractor: { name: 'model', version: PROMPT_VERSION },
  };
}

function sharpe(document: DocumentText, field: ModelAnswer['sharpeRatio']): Extracted['sharpeRatio'] {
  if (field.value === null) return missing(field.reason);
  const at = quoted(document, field.snippet);
  if ('reason' in at) return at;
  return numberIn(field.value, field.snippet) ? { value: field.value, ...at, period: field.period } : missing('The model gave a figure that the words it quoted do not contain.');
}

async function risk(document: DocumentText, field: ModelAnswer['riskLevel']): Promise<Extracted['riskLevel']> {
  // A drawn scale is read from its pixels, whoever reads the text.
  if (field.value === null) return (await riskFromDrawing(document)) ?? missing(field.reason);
  const at = quoted(document, field.snippet);
  if ('reason' in at) return at;
  const stated = typeof field.value === 'number' ? numberIn(field.value, field.snippet) && Number.isInteger(field.value) && field.value >= 1 && field.value <= 7 : letters(field.snippet).includes(letters(field.value));
  const bareScale = /1\D+2\D+3\D+4\D+5/u.test(field.snippet);
  if (!stated || bareScale) return missing('The model gave a risk level that the words it quoted do not state.');
  return { value: field.value, scale: field.scale, indicator: indicatorIn(document, field.snippet), readFrom: 'text', ...at };
}

function quoted(document: DocumentText, snippet: string): Provenance | Missing {
  const place = locateSnippet(document, snippet);
  return place === undefined ? missing('The words that the model quoted are not in the document, so its value was dropped.') : { ...place, snippet: snippet.replace(/\s+/gu, ' ').trim(), confidence: CONFIDENCE };
}

/** The number, with its sign, in the notation of either country. */
function numberIn(value: number, snippet: string): boolean {
  for (const [token] of snippet.matchAll(/[(]?[-−–+]?\d[\d.,’']*\d?\s?%?\)?|\d/gu)) {
    for (const decimal of ['.', ','] as const) {
      if (parseFigure(token.trim(), decimal)?.value === value || parseFigure(token.trim().replace(/[()]/gu, ''), decimal)?.value === value) return true;
    }
  }
  return false;
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

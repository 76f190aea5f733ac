/**
 * The finished PPTX file, read back: what it really shows is compared with the checked deck, and what differs from run to
 * run is taken out.
 */
import { BusinessValidationError, type Finding } from '@baton/step-sdk';
import JSZip from 'jszip';
import { assertChecked, type CheckedDeck } from '../figures/check.ts';
import { canonicalNumber, describeFigure, figureKey } from '../figures/figure.ts';
import { readFigures } from '../figures/read-figures.ts';
import { shownFigures } from '../figures/shown-figures.ts';

/** Any date will do as long as it never changes; the format cannot say anything before 1980. */
const FIXED_DATE = new Date(Date.UTC(1980, 0, 1));
const FIXED_STAMP = '1980-01-01T00:00:00Z';

/** Fixed dates, charts counted from 1, no page numbers in the notes: the same deck gives the same bytes. */
export async function normalizePptx(bytes: Uint8Array): Promise<Buffer> {
  const zip = await JSZip.loadAsync(bytes);
  const rebuilt = new JSZip();
  const renumber = chartNumbers(Object.keys(zip.files));
  for (const name of Object.keys(zip.files).sort()) {
    const entry = zip.files[name];
    if (entry === undefined || entry.dir) continue;
    const content = /\.(?:xml|rels)$/.test(name)
      ? renumber(withoutVariation(await entry.async('string')))
      : name.endsWith('.xlsx') ? await normalizePptx(await entry.async('uint8array')) : await entry.async('uint8array');
    rebuilt.file(renumber(name), content, { date: FIXED_DATE, createFolders: false });
  }
  return rebuilt.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', platform: 'DOS' });
}

/** The library counts charts over the life of the process, and their names with it. */
function chartNumbers(names: readonly string[]): (text: string) => string {
  const numbers = names.flatMap((name) => /^ppt\/charts\/chart(\d+)\.xml$/.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
  return (text) => text.replace(/(charts\/(?:_rels\/)?chart|Microsoft_Excel_Worksheet)(\d+)(?=\.(?:xml|xlsx)\b)/g, (whole, name: string, number: string) => {
    const index = numbers.indexOf(Number(number));
    return index < 0 ? whole : `${name}${index + 1}`;
  });
}

function withoutVariation(xml: string): string {
  return xml
    .replace(/(<dcterms:(?:created|modified)\b[^>]*>)[^<]*/g, `$1${FIXED_STAMP}`)
    .replace(/<a:fld\b[^>]*type="slidenum"[^>]*>[\s\S]*?<\/a:fld>/g, '');
}

/** Texts of a slide with its notes and charts, as a reader of the file finds them. */
export interface PptxSlideTexts {
  readonly slide: number;
  readonly texts: readonly string[];
  /** Cached values and categories of native charts. */
  readonly chartValues: readonly string[];
}

export async function pptxTexts(bytes: Uint8Array): Promise<PptxSlideTexts[]> {
  const zip = await JSZip.loadAsync(bytes);
  const read = async (name: string) => (await zip.file(name)?.async('string')) ?? '';
  const count = Object.keys(zip.files).filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name)).length;
  return Promise.all(Array.from({ length: count }, async (_, index): Promise<PptxSlideTexts> => {
    const slide = index + 1;
    const relations = await read(`ppt/slides/_rels/slide${slide}.xml.rels`);
    const charts = await Promise.all([...relations.matchAll(/charts\/(chart\d+\.xml)/g)].map(([, name]) => read(`ppt/charts/${name}`)));
    const own = await Promise.all([`ppt/slides/slide${slide}.xml`, `ppt/notesSlides/notesSlide${slide}.xml`].map(read));
    return {
      slide,
      texts: [...own, ...charts].flatMap((xml) => [...paragraphs(xml), ...descriptions(xml)]),
      chartValues: charts.flatMap((xml) => [...xml.matchAll(/<c:v>([^<]*)<\/c:v>/g)].map(([, value = '']) => unescapeXml(value))),
    };
  }));
}

/**
 * @throws BusinessValidationError naming each figure of the file that the checked deck does not show on that slide.
 */
export async function assertPptxShowsOnly(deck: CheckedDeck, bytes: Uint8Array): Promise<void> {
  assertChecked(deck);
  const findings = (await pptxTexts(bytes)).flatMap(({ slide, texts, chartValues }): Finding[] => {
    const shown = deck.slides[slide - 1];
    const known = shown === undefined ? new Set<string>() : shownFigures(shown, deck);
    const values = shown !== undefined && 'chart' in shown && shown.chart !== null ? shown.chart.bars.map(({ value }) => canonicalNumber(value)) : [];
    const strayTexts = texts.flatMap((text) => readFigures(text).filter((figure) => !known.has(figureKey(figure))).map((figure) => describeFigure(figure)));
    const strayValues = chartValues.filter((value) => !values.includes(value) && readFigures(value).some((figure) => !known.has(figureKey(figure))));
    return [...strayTexts, ...strayValues].map((figure) => ({
      code: 'stray_figure', severity: 'error',
      message: `Expected only checked figures on slide ${slide} of the PPTX file, but found ${figure}.`,
      help: 'Nothing was published. Report this with the run.',
    }));
  });
  if (findings.length > 0) throw new BusinessValidationError(findings);
}

function paragraphs(xml: string): string[] {
  return [...xml.matchAll(/<a:p>([\s\S]*?)<\/a:p>/g)]
    .map(([, content = '']) => [...content.matchAll(/<a:t>([^<]*)<\/a:t>/g)].map(([, run = '']) => unescapeXml(run)).join(''))
    .filter((text) => text !== '');
}

/** What a screen reader says for a picture or chart. */
function descriptions(xml: string): string[] {
  return [...xml.matchAll(/\bdescr="([^"]*)"/g)].map(([, text = '']) => unescapeXml(text)).filter((text) => text !== '');
}

function unescapeXml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
}

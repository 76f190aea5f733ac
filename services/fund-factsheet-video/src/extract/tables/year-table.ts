/** Tables whose columns are calendar years: `2020 2021 2022 2023 2024`, one row each for fund and benchmark. */
import type { FeeTreatment, Provenance } from '../../extracted.ts';
import type { DocumentPage, DocumentText } from '../document-text.ts';
import { readRow } from '../lexicon/rows.ts';
import type { OwnNames, RowKind } from '../lexicon/rows.ts';
import { figuresIn } from '../text/figures.ts';
import type { Figure } from '../text/figures.ts';
import { boxOf } from '../text/page-text.ts';
import type { LegendEntry } from './legend.ts';
import { contextAbove } from './context.ts';
import { regionsOf, wordsWithin } from './region.ts';
import type { Region } from './region.ts';

export interface YearRow { readonly kind: RowKind; readonly fees: FeeTreatment; readonly label: string | null; readonly points: readonly (Provenance & { year: number; value: number })[] }
export interface YearTable { readonly page: number; readonly rows: readonly YearRow[] }

const CALENDAR = /calendar|discrete|annual (?:returns?|performance)|year by year|yearly|kalenderjahr|jährliche|année civile|annuelle|anno solare|por años?|past performance|performance|returns?/iu;
const NOT = /rolling|dividend|distribution|yield|financial year|fiscal|earnings|assets|eps|12 months? (?:to|end)|ongoing|holdings/iu;

export function yearTables(document: DocumentText, names: OwnNames, legend: readonly LegendEntry[], asOf: string | null): YearTable[] {
  return document.pages.flatMap((page) => regionsOf(page.gutters, page.width).flatMap((region) => page.lines.flatMap((_, index) => {
    const table = tableAt(document, page, region, index, names, legend, asOf);
    return table === undefined ? [] : [table];
  })));
}

function tableAt(document: DocumentText, page: DocumentPage, region: Region, index: number, names: OwnNames, legend: readonly LegendEntry[], asOf: string | null): YearTable | undefined {
  const header = page.lines[index];
  if (header === undefined) return undefined;
  const words = wordsWithin(header, region);
  const years = words.filter((word) => /^(?:19|20)\d\d$/u.test(word.text)).map((word) => ({ year: Number(word.text), x0: word.x0, x1: word.x1 }));
  if (years.length < 2 || words.length > years.length + 3) return undefined;
  const steps = years.slice(1).map((entry, at) => entry.year - (years[at]?.year ?? 0));
  if (!steps.every((step) => step === 1) && !steps.every((step) => step === -1)) return undefined;
  const context = contextAbove(document, page, index, region);
  if (context.excluded || !context.showsReturns || !CALENDAR.test(context.heading) || NOT.test(context.heading)) return undefined;
  const pitch = Math.min(...years.slice(1).map((entry, at) => Math.abs(entry.x0 - (years[at]?.x0 ?? 0))));
  const rows: YearRow[] = [];
  let lastY = header.y;
  for (const line of page.lines.slice(index + 1)) {
    if (lastY - line.y > 3.4 * header.size) break;
    const inside = wordsWithin(line, region);
    const figures = figuresIn(inside, document.decimal);
    const placed = years.map((entry) => ({ entry, figure: figures.find((figure) => Math.abs((figure.x0 + figure.x1 - entry.x0 - entry.x1) / 2) < pitch * 0.45 || Math.abs(figure.x1 - entry.x1) < pitch * 0.2) }));
    const found = placed.flatMap(({ entry, figure }) => (figure === undefined ? [] : [{ entry, figure }]));
    if (found.length < Math.max(1, years.length * 0.6)) continue;
    lastY = line.y;
    const real = found.filter((pair): pair is { entry: (typeof years)[number]; figure: Figure } => pair.figure.value !== null);
    // The running year is not a calendar year, and figures without decimals are something else.
    const points = real.filter(({ entry, figure }) => (figure.decimals > 0 || figure.percent) && Math.abs(figure.value) < 500 && (asOf === null || `${entry.year}-12-31` <= asOf));
    const firstX = Math.min(...found.map(({ figure }) => figure.x0));
    const label = inside.filter((word) => word.x1 <= firstX).map((word) => word.text).join(' ');
    const snippet = inside.map((word) => word.text).join(' ');
    rows.push({ ...readRow(label, names), label: label === '' ? null : label, points: points.map(({ entry, figure }) => ({ year: entry.year, value: figure.value, page: page.number, snippet, box: boxOf(figure), confidence: 0.9 })) });
  }
  if (rows.length === 0) return undefined;
  const bare = rows.every((row) => row.label === null || /^[1-9]$/u.test(row.label));
  if (!bare) return { page: page.number, rows };
  if (legend.length === rows.length) return { page: page.number, rows: rows.map((row, at) => ({ ...row, ...readRow(legend[at]?.label ?? '', names), label: legend[at]?.label ?? null })) };
  return { page: page.number, rows: rows.length === 1 ? rows.map((row) => ({ ...row, kind: 'fund' as const })) : rows };
}

/**
 * What is wrong with a deck of slides.
 *
 * Invariants:
 * 1. Every string of the deck is looked at: texts against their fields, bars and scale steps against their own value, and
 *    any other string may hold no figure at all. A new kind of slide is covered before anybody thinks of it.
 * 2. A bar is bound to one value of the extracted data: equal value, equal label, its own category and series.
 */
import type { Extracted, PeriodKey } from '../extracted.ts';
import type { Bar, BarChart, Deck, RiskDrawing, SlideText } from '../slides/deck.ts';
import { periodLabel } from '../script/returns-series.ts';
import { riskDrawing } from '../slides/risk-scale.ts';
import { canonicalNumber, figureKey } from './figure.ts';
import { readFigures } from './read-figures.ts';
import type { Finding } from '@baton/step-sdk';
import { strayFigures } from './stray-figures.ts';
import { MONTHS } from './words.ts';

/** Keys whose strings steer the drawing and are never drawn. */
const STEERING = new Set(['kind', 'id', 'series', 'fields', 'path']);

export function deckFindings(deck: Deck, extracted: Extracted): Finding[] {
  return walk(deck, 'the deck', extracted);
}

function walk(value: unknown, where: string, extracted: Extracted): Finding[] {
  if (typeof value === 'string') return strayFigures({ where, text: value, fields: [] }, extracted);
  if (typeof value === 'number') return strayFigures({ where, text: canonicalNumber(value), fields: [] }, extracted);
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, `${where}[${index}]`, extracted));
  if (isSlideText(value)) return strayFigures({ where, ...value }, extracted);
  if (isBarChart(value)) {
    const { bars, ...texts } = value;
    return [...bars.flatMap((bar, index) => barFindings(bar, `${where}.bars[${index}]`, extracted)), ...walkEntries(texts, where, extracted)];
  }
  if (isRiskDrawing(value)) return drawingFindings(value, where, extracted);
  return walkEntries(value, where, extracted);
}

function walkEntries(value: object, where: string, extracted: Extracted): Finding[] {
  return Object.entries(value).flatMap(([key, item]) => (STEERING.has(key) ? [] : walk(item, `${where}.${key}`, extracted)));
}

function barFindings(bar: Bar, where: string, extracted: Extracted): Finding[] {
  const findings: Finding[] = [];
  const point = resolve(extracted, bar.path);
  const expected = `percent:${canonicalNumber(bar.value)}`;
  if (point === undefined || point.value !== bar.value) {
    findings.push(fault('stray_figure', `Expected ${where} to draw ${bar.path.join('.')}, which is ${point === undefined ? 'not in the extracted data' : point.value}, but it draws ${bar.value}.`));
  }
  if (readFigures(bar.label).map(figureKey).join() !== expected) {
    findings.push(fault('stray_figure', `Expected ${where} to be labelled ${bar.value}%, but its label is "${bar.label}".`));
  }
  const category = categoryOf(bar.path, point);
  if (bar.category !== category) findings.push(fault('stray_figure', `Expected ${where} to stand under "${category ?? 'nothing'}", but it stands under "${bar.category}".`));
  const isBenchmark = bar.path.includes('benchmark');
  if (isBenchmark !== (bar.series === 'benchmark')) {
    findings.push(fault('stray_figure', `Expected ${where} to be drawn as ${isBenchmark ? 'the benchmark' : 'the fund'}, because its value is ${bar.path.join('.')}.`));
  }
  return findings;
}

interface Point {
  readonly value: number;
  readonly year?: number;
  readonly month?: number;
  readonly period?: PeriodKey;
  readonly measure?: string;
}

function resolve(extracted: Extracted, path: Bar['path']): Point | undefined {
  let value: unknown = extracted;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value !== null && typeof value === 'object' && typeof (value as Point).value === 'number' ? (value as Point) : undefined;
}

/** The only category under which a value may stand. */
function categoryOf(path: Bar['path'], point: Point | undefined): string | undefined {
  if (path.includes('monthlyPerformancePct')) return 'Month';
  if (path.includes('ytdPerformancePct')) return 'Year to date';
  if (point?.period !== undefined) return periodLabel(point.period) + (point.measure === 'annualised' ? ' p.a.' : '');
  if (point?.year === undefined) return undefined;
  return point.month === undefined ? String(point.year) : `${MONTHS[point.month - 1]?.slice(0, 3)} ${point.year}`;
}

function drawingFindings(drawing: RiskDrawing, where: string, extracted: Extracted): Finding[] {
  const expected = riskDrawing(extracted.riskLevel);
  const isRight = expected !== null && expected.active === drawing.active && expected.steps.join('|') === drawing.steps.join('|');
  return isRight ? [] : [fault('stray_figure', `Expected ${where} to draw the risk level of the document (${extracted.riskLevel.value ?? 'not found'}), but it marks "${drawing.steps[drawing.active]}".`)];
}

function isSlideText(value: object): value is SlideText {
  return 'text' in value && typeof value.text === 'string' && 'fields' in value && Array.isArray(value.fields);
}

function isBarChart(value: object): value is BarChart {
  return 'bars' in value && Array.isArray(value.bars);
}

function isRiskDrawing(value: object): value is RiskDrawing {
  return 'steps' in value && 'active' in value;
}

function fault(code: string, message: string): Finding {
  return { code, message, help: 'Nothing was published. Compare the figure with the document and report it with the run.', severity: 'error' };
}

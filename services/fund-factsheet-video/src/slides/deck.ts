/**
 * The slides as data: every word and figure that will be drawn, and no geometry. PNG and PPTX are both made from it, so
 * one check covers both.
 */
import type { SourceField } from '../figures/known-figures.ts';
import type { SceneId } from '../script/script.ts';

/** A text and the fields of the extracted data that may lend it figures. */
export interface SlideText {
  readonly text: string;
  readonly fields: readonly SourceField[];
}

/** Where a drawn value stands in the extracted data, such as `['calendarYears', 'points', 3]`. */
export type FigurePath = readonly (string | number)[];

export interface Bar {
  readonly category: string;
  readonly series: 'fund' | 'benchmark';
  readonly value: number;
  /** The label on the bar. */
  readonly label: string;
  readonly path: FigurePath;
}

export interface BarChart {
  readonly title: SlideText;
  readonly fundName: SlideText;
  readonly benchmarkName: SlideText | null;
  /** In the order of their categories. A category without a benchmark bar has none in the document. */
  readonly bars: readonly Bar[];
}

/** A scale drawn as a row of steps. */
export interface RiskDrawing {
  readonly steps: readonly string[];
  /** Index into `steps`. */
  readonly active: number;
}

export interface FigureCard {
  readonly label: SlideText;
  readonly figure: SlideText;
  /** Basis, fees, period. */
  readonly details: readonly SlideText[];
  readonly isNegative: boolean;
}

export interface Fact {
  readonly label: SlideText;
  readonly value: SlideText;
}

interface SlideBase {
  readonly id: SceneId;
  readonly heading: SlideText;
  /** Source with date, and the warning that figures need beside them. */
  readonly footnotes: readonly SlideText[];
  /** What the voice says, as notes for a presenter. */
  readonly notes: readonly SlideText[];
}

export interface TitleSlide extends SlideBase { readonly kind: 'title'; readonly eyebrow: SlideText; readonly subheading: SlideText | null; readonly facts: readonly Fact[] }
export interface PerformanceSlide extends SlideBase { readonly kind: 'performance'; readonly cards: readonly FigureCard[]; readonly chart: BarChart | null }
export interface HistorySlide extends SlideBase { readonly kind: 'history'; readonly chart: BarChart }
export interface RiskSlide extends SlideBase {
  readonly kind: 'risk';
  readonly riskLabel: SlideText;
  readonly riskLevel: SlideText | null;
  readonly drawing: RiskDrawing | null;
  readonly sharpe: FigureCard | null;
  readonly explanations: readonly SlideText[];
}
export interface StrategySlide extends SlideBase { readonly kind: 'strategy'; readonly lead: SlideText; readonly quote: SlideText; readonly facts: readonly Fact[] }
export interface ClosingSlide extends SlideBase { readonly kind: 'closing'; readonly statements: readonly SlideText[] }

export type Slide = TitleSlide | PerformanceSlide | HistorySlide | RiskSlide | StrategySlide | ClosingSlide;

export interface Deck {
  readonly title: SlideText;
  /** One slide for each scene of the script, in its order. */
  readonly slides: readonly Slide[];
}

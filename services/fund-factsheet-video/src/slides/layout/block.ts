/** What a slide consists of once everything has its place: positions in pixels on 1920 × 1080. */
import type { BarChart } from '../deck.ts';
import type { Weight } from '../fonts/inter.ts';

export interface Frame { readonly x: number; readonly y: number; readonly w: number; readonly h: number }

export interface RectBlock extends Frame { readonly kind: 'rect'; readonly fill: string; readonly radius?: number; readonly outline?: string }

export interface TextBlock extends Frame {
  readonly kind: 'text';
  /** Broken already: no renderer breaks lines again. */
  readonly lines: readonly string[];
  readonly sizePx: number;
  readonly lineHeightPx: number;
  readonly weight: Weight;
  readonly color: string;
  readonly align: 'left' | 'center' | 'right';
  readonly trackingPx: number;
}

/** Bars with their labels and categories; everything else of the chart is other blocks. */
export interface ChartBlock extends Frame {
  readonly kind: 'chart';
  readonly chart: BarChart;
  /** `on-bars` prints labels and categories; `in-table` leaves both to the table below. */
  readonly labels: 'on-bars' | 'in-table';
}

export interface TableBlock extends Frame {
  readonly kind: 'table';
  readonly nameWidthPx: number;
  readonly header: readonly string[];
  readonly rows: readonly { readonly name: string; readonly color: string; readonly values: readonly string[] }[];
}

export type Block = RectBlock | TextBlock | ChartBlock | TableBlock;

/** Made by `layoutDeck` alone: renderers refuse any other. */
export interface LaidOutSlide {
  readonly id: string;
  readonly background: string;
  readonly blocks: readonly Block[];
  readonly notes: readonly string[];
}

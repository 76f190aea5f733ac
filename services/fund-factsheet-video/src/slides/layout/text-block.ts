import type { SlideText } from '../deck.ts';
import { fitText } from '../fit-text.ts';
import { withoutUndrawableSigns } from '../fonts/drawable.ts';
import type { Weight } from '../fonts/inter.ts';
import type { Frame, TextBlock } from './block.ts';

export interface TextStyle {
  /** Tried from the first to the last. */
  readonly sizesPx: readonly number[];
  readonly color: string;
  readonly weight?: Weight;
  readonly align?: TextBlock['align'];
  /** Default: 1. */
  readonly maxLines?: number;
  /** As a multiple of the size. Default: 1.3. */
  readonly lineHeight?: number;
  readonly trackingPx?: number;
  readonly isBalanced?: boolean;
  /** Where fewer lines than the box could hold are placed. Default: top. */
  readonly vertical?: 'top' | 'middle' | 'bottom';
}

/** A text fitted into a frame: the frame's height is enough for `maxLines` lines of the largest size. */
export function textBlock(source: SlideText | string, frame: Frame, style: TextStyle): TextBlock {
  const { sizesPx, color, weight = 400, align = 'left', maxLines = 1, lineHeight = 1.3, trackingPx = 0, isBalanced = false, vertical = 'top' } = style;
  const words = withoutUndrawableSigns(typographic(typeof source === 'string' ? source : source.text));
  const { lines, sizePx } = fitText(words, { widthPx: frame.w, maxLines, sizesPx, weight, trackingPx, isBalanced });
  const lineHeightPx = Math.round(sizePx * lineHeight);
  const free = frame.h - lines.length * lineHeightPx;
  const down = vertical === 'top' ? 0 : Math.round(vertical === 'middle' ? free / 2 : free);
  return { kind: 'text', x: frame.x, y: frame.y + down, w: frame.w, h: lines.length * lineHeightPx, lines, sizePx, lineHeightPx, weight, color, align, trackingPx };
}

/** A hyphen before a number is drawn as a minus, as wide as a figure and not overlooked; apostrophes are curled. */
export function typographic(text: string): string {
  return text.replace(/(?<![\p{L}\p{N})\]])-(?=[\d.])/gu, '−').replace(/(?<=\p{L})'(?=\p{L})/gu, '’');
}

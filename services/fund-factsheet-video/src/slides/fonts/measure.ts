import { createCanvas } from '@napi-rs/canvas';
import { FONT_FAMILIES, interFonts, type Weight } from './inter.ts';

export interface TypeStyle {
  readonly sizePx: number;
  readonly weight: Weight;
  /** Extra space after each character. Default: 0. */
  readonly trackingPx?: number;
}

let context: ReturnType<ReturnType<typeof createCanvas>['getContext']> | undefined;

/** Width of one line in pixels, with the fonts that will draw it. */
export function measure(text: string, { sizePx, weight, trackingPx = 0 }: TypeStyle): number {
  interFonts();
  context ??= createCanvas(8, 8).getContext('2d');
  context.font = `${weight} ${sizePx}px ${FONT_FAMILIES}`;
  return context.measureText(text).width + trackingPx * [...text].length;
}

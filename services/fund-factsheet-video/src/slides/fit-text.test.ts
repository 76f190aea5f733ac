import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { figureKey } from '../figures/figure.ts';
import { readFigures } from '../figures/read-figures.ts';
import { fitText, largestThat } from './fit-text.ts';
import { measure } from './fonts/measure.ts';

const box = { widthPx: 400, maxLines: 2, sizesPx: [40, 30, 20], weight: 400 } as const;

describe('fitText', () => {
  it('takes the largest size that fits', () => {
    expect(fitText('Short', box)).toEqual({ lines: ['Short'], sizePx: 40, isShortened: false });
    expect(fitText('A name that needs a smaller size to fit two lines', box).sizePx).toBeLessThan(40);
  });

  it('ends at a word with an ellipsis when even the smallest size is too large', () => {
    const { lines, isShortened } = fitText('word '.repeat(60).trim(), box);
    expect(isShortened).toBe(true);
    expect(lines.at(-1)).toMatch(/word…$/);
  });

  it('does not leave a number behind that is only part of a date', () => {
    const prefix = 'x '.repeat(28);
    for (let cut = 0; cut < 14; cut += 1) {
      const { lines } = fitText(`${prefix.slice(0, prefix.length - 2 * cut)}31 December 2024 and more words that follow here`, { ...box, maxLines: 1, sizesPx: [20] });
      expect(readFigures(lines.join(' ')).filter((figure) => figure.kind !== 'date')).toEqual([]);
    }
  });

  it('never draws beyond the box nor changes a figure, for any text', () => {
    const word = fc.oneof(fc.constantFrom('fund', '31', 'December', '2024', '-3.41%', 'Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik', 'a', '12,345'), fc.string({ minLength: 1, maxLength: 60 }).map((text) => text.replace(/[\s\p{C}]/gu, '') || 'x'));
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
      const text = words.join(' ');
      const { lines, sizePx } = fitText(text, { ...box, isBalanced: true });
      expect(lines.length).toBeLessThanOrEqual(box.maxLines);
      for (const line of lines) expect(measure(line, { sizePx, weight: 400 })).toBeLessThanOrEqual(box.widthPx);
      const whole = readFigures(text).map(figureKey);
      for (const figure of readFigures(lines.join(' '))) expect(whole).toContain(figureKey(figure));
    }), { numRuns: 150 });
  });
});

describe('largestThat', () => {
  it('finds the last count that fits', () => {
    for (let limit = 0; limit <= 9; limit += 1) expect(largestThat((count) => count <= limit, 9)).toBe(limit);
  });
});

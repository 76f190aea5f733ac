import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitCues } from './split-cues.ts';

describe('captions of a long sentence', () => {
  it('change at the end of a clause', () => {
    expect(splitCues('From the start of the year to 31 October 2025, the share class returned 7.9%, after fees.').map((lines) => lines.join(' '))).toEqual([
      'From the start of the year to 31 October 2025,',
      'the share class returned 7.9%, after fees.',
    ]);
  });

  it('are not split where two lines are enough', () => {
    expect(splitCues('The value of an investment can fall, as well as rise, in any year at all.')).toHaveLength(1);
  });

  it('are even where no clause ends', () => {
    const lengths = splitCues('The value of an investment can fall as well as rise and investors may get back less than they put in').map((lines) => lines.join(' ').length);
    expect(lengths).toHaveLength(2);
    expect(Math.abs((lengths[0] ?? 0) - (lengths[1] ?? 0))).toBeLessThan(12);
  });

  it('hold every word in order in two lines of 42 characters, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 130 }).filter((word) => !/\s/u.test(word) && word.isWellFormed()), { maxLength: 40 }), (words) => {
        const cues = splitCues(words.join(' '));
        expect(cues.every((lines) => lines.length >= 1 && lines.length <= 2 && lines.every((line) => [...line].length <= 42))).toBe(true);
        expect(cues.flat().join('').replaceAll(/\s/gu, '')).toBe(words.join(''));
      }),
    );
  });
});

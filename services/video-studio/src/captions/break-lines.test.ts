import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { breakLines } from './break-lines.ts';

describe('lines of a caption', () => {
  it('are at most 42 characters and hold every word in order, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 130 }).filter((word) => !/\s/u.test(word) && word.isWellFormed()), { maxLength: 60 }), (words) => {
        const lines = breakLines(words.join(' '));
        expect(lines.every((line) => [...line].length <= 42 && line === line.trim() && line !== '')).toBe(true);
        expect(lines.join('').replaceAll(/\s/gu, '')).toBe(words.join(''));
      }),
    );
  });

  it('are as few as can be, and even', () => {
    expect(breakLines('Past performance is not a reliable guide to future results.')).toEqual(['Past performance is not a', 'reliable guide to future results.']);
  });

  it('break rather after a comma', () => {
    expect(breakLines('In October it returned 2.4 %, after all of its fees.')).toEqual(['In October it returned 2.4\u00a0%,', 'after all of its fees.']);
  });

  it('never part a number from its sign, nor what a no-break space holds together', () => {
    for (let width = 12; width <= 42; width += 1) {
      const lines = breakLines('It gained 11.3 % in one year and 1\u00a0234\u00a0€ in the next.', width);
      expect(lines.some((line) => /^[%€]/u.test(line) || /(^|\s)11\.3$/u.test(line) || line.startsWith('234'))).toBe(false);
    }
  });

  it('are none for no text', () => {
    expect(breakLines('  ')).toEqual([]);
  });
});

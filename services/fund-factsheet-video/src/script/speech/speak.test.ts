import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSayable, sameFigures, speak } from './speak.ts';

describe('speak', () => {
  it.each([
    ['S&P 500', 'S and P five hundred'],
    ['MSCI China (Net Dividends Reinvested)', 'M S C I China, Net Dividends Reinvested'],
    ['JPM Climate Change Solutions C (acc) - USD', 'J P M Climate Change Solutions C accumulating, U S dollar'],
    ['pay at least 4% of NAV', 'pay at least four percent of net asset value'],
    ['between 20-30% of assets', 'between twenty to thirty percent of assets'],
    ['£178.7m and €2bn', 'one hundred seventy-eight point seven million pounds and two billion euros'],
    ['Vision 2030 Fund', 'Vision twenty thirty Fund'],
    ['since 31.12.2021', 'since the thirty-first of December, twenty twenty-one'],
    ['Class R6, e.g. growth & income', 'Class R six, for example growth and income'],
    ['a loss of -0.66% p.a.', 'a loss of minus zero point six six percent per year'],
  ])('says %j', (written, spoken) => {
    expect(speak(written)).toBe(spoken);
  });

  it('hands a text back when it cannot say its figures faithfully', () => {
    expect(speak('assets of 12,345,678 units')).toBe('assets of 12,345,678 units');
    expect(isSayable('assets of 12,345,678 units')).toBe(false);
  });

  it('never changes a figure of any text', () => {
    const word = fc.constantFrom('the', 'S&P', '(acc)', 'p.a.', '-', '&', 'and', 'two-thirds', 'point', 'percent', 'plc', '31 May 2020', 'scale of 1 to 5', 'LU2394011717');
    const number = fc.double({ min: -5000, max: 5000, noNaN: true }).map((value) => value.toFixed(2));
    const piece = fc.oneof(word, number, number.map((text) => `${text}%`), fc.nat(3000).map(String), fc.nat(99).map((n) => `£${n}m`));
    fc.assert(fc.property(fc.array(piece), (pieces) => {
      expect(sameFigures(pieces.join(' '), speak(pieces.join(' ')))).toBe(true);
    }), { numRuns: 500 });
  });
});

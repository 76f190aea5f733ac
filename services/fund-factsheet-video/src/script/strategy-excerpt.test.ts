import { describe, expect, it } from '@jest/globals';
import { sampleExtracted } from '../../fixtures/sample-extracted.ts';
import { splitSentences, spokenStrategySentences, strategyQuote, strategySentences } from './strategy-excerpt.ts';

function withStrategy(value: string, snippet = value) {
  return sampleExtracted({ strategy: { page: 1, box: [0, 0, 1, 1], confidence: 0.9, value, snippet } });
}

describe('splitSentences', () => {
  it.each([
    ['It buys bonds, e.g. Treasuries. It sells none.', ['It buys bonds, e.g. Treasuries.', 'It sells none.']],
    ['Managed by Fund Co. Ltd. in the U.S. It invests. 80% is equity.', ['Managed by Fund Co. Ltd. in the U.S. It invests.', '80% is equity.']],
    ['A return of 3.5% p.a. is aimed at', ['A return of 3.5% p.a. is aimed at']],
  ])('splits %j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });
});

describe('strategySentences', () => {
  it('leaves out a sentence whose figure the snippet does not carry, and marks the gap in the quotation', () => {
    const extracted = withStrategy('It buys shares. It holds at least 80% in Europe. It avoids debt.', 'It buys shares. It avoids debt.');
    expect(strategySentences(extracted)).toEqual(['It buys shares.', 'It avoids debt.']);
    expect(strategyQuote(extracted)).toBe('It buys shares. […] It avoids debt.');
  });

  it('speaks no sentence whose figures have no words, and still shows it', () => {
    const extracted = withStrategy('It holds 12,345,678 shares. It avoids debt.');
    expect(spokenStrategySentences(extracted, 330)).toEqual(['It avoids debt.']);
    expect(strategySentences(extracted)).toHaveLength(2);
  });

  it('speaks nothing when the first sentence is too long, rather than what follows it', () => {
    const long = `It buys ${'many kinds of shares, '.repeat(20)}and more.`;
    expect(spokenStrategySentences(withStrategy(`${long} It avoids debt.`), 330)).toEqual([]);
    expect(spokenStrategySentences(withStrategy(`It avoids debt. ${long} It holds cash.`), 330)).toEqual(['It avoids debt.', 'It holds cash.']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { StrategySlide } from '../deck.ts';
import { strategyBlocks } from './strategy.ts';

function quoteOf(text: string): string {
  const slide: StrategySlide = { kind: 'strategy', id: 'strategy', heading: { text: 'Strategy', fields: [] }, lead: { text: 'In the words', fields: [] }, quote: { text, fields: ['strategy'] }, facts: [], footnotes: [], notes: [] };
  const lines = strategyBlocks(slide).flatMap((block) => (block.kind === 'text' ? [block.lines] : []));
  return lines.toSorted((a, b) => b.length - a.length)[0]?.join(' ') ?? '';
}

describe('strategyBlocks', () => {
  it('drops whole sentences of a text that is too long, and marks it', () => {
    const sentence = 'The fund invests in companies of many kinds around the world that the manager likes.';
    const quote = quoteOf(`${sentence} `.repeat(60).trim());
    expect(quote).toMatch(/likes\. \[…\]$/);
    expect(quote.split(sentence).length - 1).toBeGreaterThan(8);
  });

  it('shortens a single sentence that is too long at a word', () => {
    expect(quoteOf(`${'many kinds of shares and '.repeat(120)}more.`)).toMatch(/[a-z]…$/);
  });
});

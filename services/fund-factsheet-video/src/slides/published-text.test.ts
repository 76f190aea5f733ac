import { describe, expect, it } from '@jest/globals';
import { sampleExtracted } from '../../fixtures/sample-extracted.ts';
import { publishedText } from './published-text.ts';

describe('publishedText', () => {
  it('lists captions, voice, slides, chart labels and notes', () => {
    const published = publishedText(sampleExtracted());
    expect(new Set(published.map(({ where }) => where.split(' ')[0]))).toEqual(new Set(['script', 'caption', 'spoken', 'slide', 'table', 'chart', 'notes']));
    expect(published).toEqual(expect.arrayContaining([
      { where: 'chart performance, Month, fund', text: '-3.41%' },
      { where: 'spoken risk 3', text: 'The Sharpe ratio over three years is zero point six six.' },
    ]));
  });
});

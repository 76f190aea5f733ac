import { describe, expect, it } from '@jest/globals';
import type { TextRun } from '../../pdf/pdf-page.ts';
import { decimalOf, figuresIn, parseFigure } from './figures.ts';
import { readPage } from './read-page.ts';
import { undouble } from './undouble.ts';

const run = (text: string, x: number, width: number, y = 700): TextRun => ({ text, x, y, width, size: 8, font: 'f1' });

describe('undouble', () => {
  it('takes out copies of a run that lie on it', () => {
    expect(undouble([run('31 January 2024', 120, 60), run('31 January 2024', 120.1, 60)]).map(({ text }) => text)).toEqual(['31 January 2024']);
  });
  it('joins a bold text whose copies are cut at other characters', () => {
    const page = readPage({ number: 1, width: 595, height: 842, runs: [
      run('The Company aims to provide long', 21.5, 123.6), run('The Company aims to provide long-', 21.5, 126.4), run('-term capital growth from investment in', 145.2, 140.9), run('term capital growth from investment in', 148.1, 138.1),
    ] });
    expect(page.lines.map((line) => line.text)).toEqual(['The Company aims to provide long-term capital growth from investment in']);
  });
  it('keeps equal values that stand beside each other', () => {
    expect(undouble([run('0.00', 100, 18), run('0.00', 140, 18), run('-2.20', 180, 20), run('-2.20', 220, 20)])).toHaveLength(4);
  });
});

describe('parseFigure', () => {
  const cases: readonly (readonly [string, '.' | ',', number])[] = [
    ['-11.17', '.', -11.17], ['(0.66)', '.', -0.66], ['(1.38%)', '.', -1.38], ['\u22122,3 %', ',', -2.3], ['+5.21%', '.', 5.21], ['1,234.5', '.', 1234.5], ['1.234,5', ',', 1234.5], ['1’234.50', '.', 1234.5], ['12,5', '.', 12.5], ['.35', '.', 0.35], ['2.68*', '.', 2.68], ['1,234', '.', 1234], ['0', '.', 0],
  ];
  for (const [text, decimal, value] of cases) it(`reads ${text}`, () => expect(parseFigure(text, decimal)?.value).toBe(value));
  it('takes no other text for a figure', () => {
    for (const text of ['2018/2019', '1y', 'A1', '(5', '5)', '€5', '3Y', '--', '12.5.3x', '']) expect(parseFigure(text, '.')).toBeUndefined();
  });
  it('knows which sign a document writes before decimals', () => {
    expect(decimalOf('2,68% 1,77% 25,99% and 1.234 Anteile')).toBe(',');
    expect(decimalOf('2.68 1.77 25.99 and 1,234 shares')).toBe('.');
  });
});

describe('figuresIn', () => {
  it('joins a sign and a per cent sign that stand apart, and knows empty places', () => {
    const words = ['-', '2.30', '%', 'n/a', '4.10'].map((text, index) => ({ text, x0: index * 12, x1: index * 12 + 10, y: 0, size: 8, font: 'f1' }));
    expect(figuresIn(words, '.').map((figure) => figure.value)).toEqual([-2.3, null, 4.1]);
  });
});

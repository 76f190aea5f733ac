import { describe, expect, it } from '@jest/globals';
import { COLORS, contrast } from './theme.ts';

describe('colours', () => {
  it.each([
    ['ink', 'paper'], ['ink', 'panel'], ['muted', 'paper'], ['muted', 'panel'], ['accent', 'paper'], ['negative', 'paper'], ['negative', 'panel'],
    ['paper', 'fund'], ['onNavy', 'navy'], ['onNavyMuted', 'navy'], ['accentOnNavy', 'navy'],
  ] as const)('%s can be read on %s', (text, background) => {
    expect(contrast(COLORS[text], COLORS[background])).toBeGreaterThanOrEqual(4.5);
  });

  it.each([['fund', 'panel'], ['benchmark', 'panel'], ['benchmark', 'paper']] as const)('%s can be seen on %s', (shape, background) => {
    expect(contrast(COLORS[shape], COLORS[background])).toBeGreaterThanOrEqual(3);
  });

  it('tells fund and benchmark apart without colour vision', () => {
    expect(contrast(COLORS.fund, COLORS.benchmark)).toBeGreaterThanOrEqual(2);
  });
});

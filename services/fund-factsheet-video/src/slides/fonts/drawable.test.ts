import { describe, expect, it } from '@jest/globals';
import { undrawable, withoutUndrawableSigns } from './drawable.ts';
import { glyphCoverage } from './woff.ts';

describe('undrawable', () => {
  it('accepts Latin, Greek, Cyrillic and Vietnamese letters and the signs of money', () => {
    expect(undrawable('Fonds für Österreich, Ağaç, Łódź, Ωμέγα, Фонд, Việt, −3.41 % – “€ £ ¥” … ’')).toEqual([]);
  });

  it('names the letters that the font does not have', () => {
    expect(undrawable('中国 Fund 中')).toEqual(['中', '国']);
  });

  it('drops signs, and keeps letters for the check to find', () => {
    expect(withoutUndrawableSigns('growth ☃ and 中')).toBe('growth and 中');
  });
});

describe('glyphCoverage', () => {
  it('refuses what is no font', () => {
    expect(() => glyphCoverage(new Uint8Array(100))).toThrow(/WOFF 1/);
  });
});

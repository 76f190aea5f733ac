import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalNumber, figureKey } from './figure.ts';
import { readFigures } from './read-figures.ts';
import { sayDate, sayMonth, sayNumber, sayYear } from '../script/speech/say-number.ts';

const keys = (text: string) => readFigures(text).map(figureKey);

describe('readFigures', () => {
  it.each([
    ['The fund returned -3.41%.', ['percent:-3.41']],
    ['The fund returned −3.41 %, not 3.41.', ['percent:-3.41', 'number:3.41']],
    ['minus three point four one percent', ['percent:-3.41']],
    ['as of 31 January 2024', ['date:2024-01-31']],
    ['as of January 31st, 2024, or 31.01.2024, or 2024-01-31', ['date:2024-01-31', 'date:2024-01-31', 'date:2024-01-31']],
    ['on the thirty-first of January, twenty twenty-four the fund', ['date:2024-01-31']],
    ['since the first of March, two thousand the fund', ['date:2000-03-01']],
    ['in January 2024', ['month:2024-01']],
    ['on a scale from 1 to 7', ['scale:1-7']],
    ['on a scale from one to seven', ['scale:1-7']],
    ['S&P 500 and R6, 10y, 3rd', ['number:500', 'number:6', 'number:10', 'number:3']],
    ['between 2-4% and 10–20', ['number:2', 'percent:4', 'number:10', 'number:20']],
    ['ISIN LU2394011717', ['identifier:LU2394011717']],
    ['USD 1,653.6 or 3,5 %', ['number:1653.6', 'percent:3.5']],
    ['at least two-thirds in a three-month period', ['number:2', 'number:3']],
    ['one hundred twenty-one point eight seven percent', ['percent:121.87']],
    ['by twenty thirty', ['number:2030']],
    ['twenty, thirty', ['number:20', 'number:30']],
    ['the third-party manager, a second time', []],
    ['a return¹ of ½', ['identifier:¹', 'identifier:½']],
    ['31 February 2024', ['number:31', 'month:2024-02']],
  ])('reads %j', (text, expected) => {
    expect(keys(text)).toEqual(expected);
  });

  it('covers every digit of any text by exactly one figure', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('3', '-1.5%', 'R6', ' ', '2024', 'May', '31', 'two', ',', '.', 'x')), (noise, parts) => {
      const text = parts.join('') + noise;
      const figures = readFigures(text);
      for (const match of text.matchAll(/\p{Nd}/gu)) {
        expect(figures.filter((figure) => figure.start <= match.index && match.index < figure.end)).toHaveLength(1);
      }
    }));
  });

  it('reads a spoken number as the number that was said', () => {
    fc.assert(fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), fc.integer({ min: 0, max: 4 }), (digits, decimals) => {
      const value = digits / 10 ** decimals;
      const words = sayNumber(value);
      fc.pre(words !== undefined);
      expect(words).not.toMatch(/\d/);
      // Four digits said in pairs are how a year sounds; numbers are never said that way.
      expect(keys(`It is ${words} percent now`)).toEqual([`percent:${canonicalNumber(value)}`]);
    }));
  });

  it('reads a spoken date as the date that was said', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1801-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), (when) => {
      const iso = when.toISOString().slice(0, 10);
      expect(keys(`until ${sayDate(iso)}, the fund`)).toEqual([`date:${iso}`]);
      expect(keys(`in ${sayMonth(iso.slice(0, 7))} the fund`)).toEqual([`month:${iso.slice(0, 7)}`]);
      const year = Number(iso.slice(0, 4));
      if (!['1800', '1900'].includes(String(year)) && !(year < 2000 && year % 100 < 10)) expect(keys(`by ${sayYear(year)} the fund`)).toEqual([`number:${year}`]);
    }));
  });
});

describe('canonicalNumber', () => {
  it('has one spelling for each value', () => {
    expect([1e-7, -0, 0.5, 1.5e21, -2.5e-8, 12].map(canonicalNumber)).toEqual(['0.0000001', '0', '0.5', '1500000000000000000000', '-0.000000025', '12']);
  });

  it('refuses what is no number', () => {
    expect(() => canonicalNumber(Number.NaN)).toThrow(/finite/);
  });
});

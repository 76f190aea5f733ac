import { expect, it } from '@jest/globals';
import { nearest } from './nearest.ts';

it.each([
  ['Ned', ['Next', 'End'], 'End'],
  ['Frist', ['First', 'Fast'], 'First'],
  ['secnd', ['Second', 'Third'], 'Second'],
  ['Paymnt of the oder', ['Payment of the order'], 'Payment of the order'],
  ['A', ['Something else'], undefined],
  ['completely', ['different'], undefined],
  ['constructor', [], undefined],
])('what is meant by %j among %j', (word, candidates, expected) => expect(nearest(word, candidates)).toBe(expected));

import { describe, expect, it } from '@jest/globals';
import { differences, EXACT } from './match.ts';

describe('differences', () => {
  it('finds none between equal values, whatever the order of their keys', () => {
    expect(differences({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }] })).toEqual([]);
  });

  it('names the place of each: another value, another type, something missing, something more, a list of another length', () => {
    expect(differences({ a: 1, b: '1', c: true, e: [1] }, { a: 2, b: 1, d: 0, e: [] })).toEqual([
      '$.a: expected 1, found 2',
      '$.b: expected "1", found 1',
      '$.c: expected true, found nothing',
      '$.e: expected 1 elements, found 0: []',
      '$.d: expected nothing, found 0',
    ]);
  });

  it('leaves out volatile places, and only those', () => {
    const tolerance = { ...EXACT, volatile: new Set(["$.headers['x-id']", '$.items[1].id']) };
    expect(differences({ headers: { 'x-id': 'a' }, items: [{ id: 1 }, { id: 2 }] }, { headers: { 'x-id': 'b' }, items: [{ id: 1 }, { id: 3 }] }, tolerance)).toEqual([]);
    expect(differences({ headers: { 'x-id': 'a' }, items: [{ id: 1 }, { id: 2 }] }, { headers: { 'x-id': 'b' }, items: [{ id: 9 }, { id: 3 }] }, tolerance)).toEqual(['$.items[0].id: expected 1, found 9']);
  });

  it('takes a mask for any value where masks are allowed', () => {
    expect(differences({ id: '<uuid:1>', at: 'date' }, { id: 'f0', at: 'today' }, { volatile: new Set(), masks: new Set(['date']), anyMask: true })).toEqual([]);
    expect(differences({ id: '<uuid:1>' }, { id: 'f0' })).toEqual(['$.id: expected "<uuid:1>", found "f0"']);
  });

  it('compares a cause that is JSON text as JSON, and only a cause', () => {
    expect(differences({ Cause: '{"a": 1, "b": 2}' }, { Cause: '{"b":2,"a":1}' })).toEqual([]);
    expect(differences({ Cause: '{"a": 1}' }, { Cause: '{"a":2}' })).toEqual(['$.Cause.a: expected 1, found 2']);
    expect(differences({ Text: '{"a": 1}' }, { Text: '{"a":1}' })).toHaveLength(1);
  });
});

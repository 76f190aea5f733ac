import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@baton/contracts';
import { Refusal } from '../refusal.ts';
import { InputCheck } from './input-check.ts';

function refusal(inputSchema: JsonObject, input: Json): Refusal | undefined {
  try {
    new InputCheck().check({ def: { name: 'w', hash: 'h' }, inputSchema }, input);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return error as Refusal;
  }
}

describe('the check of a start’s input', () => {
  it('takes anything where the workflow has no schema', () => {
    expect(() => new InputCheck().check({ def: { name: 'w', hash: 'h' } }, null)).not.toThrow();
  });

  it('holds each of several patterns against its own field', () => {
    const schema = { properties: { a: { type: 'string', pattern: '^a+$' }, b: { type: 'string', pattern: '^b+$' } } };
    expect(refusal(schema, { a: 'aa', b: 'bb' })).toBeUndefined();
    expect(refusal(schema, { a: 'bb', b: 'aa' })?.options.problems?.map(({ field }) => field)).toEqual(['/a', '/b']);
  });

  it('ends on a pattern that a backtracking engine does not end on', () => {
    const schema = { properties: { a: { type: 'string', pattern: '^(a|a)*(a+)+$' } } };
    expect(refusal(schema, { a: `${'a'.repeat(20_000)}!` })?.code).toBe('invalid_input');
  });

  it('refuses a schema whose promise would pass for a yes', () => {
    expect(refusal({ $async: true, type: 'string' }, 1)?.code).toBe('invalid_definition');
    expect(refusal({ properties: { a: { $async: true } } }, {})?.code).toBe('invalid_definition');
  });

  it('does not fetch what a schema refers to', () => {
    expect(refusal({ $ref: 'http://169.254.169.254/latest' }, {})?.code).toBe('invalid_definition');
  });

  it('refuses a schema that is none, each time', () => {
    expect(refusal({ type: 'strnig' }, {})?.code).toBe('invalid_definition');
    expect(refusal({ properties: { a: { pattern: '(?=x)' } } }, {})?.code).toBe('invalid_definition');
  });

  it('keeps the $id of one definition out of another', () => {
    const check = new InputCheck();
    const schema = (type: string): JsonObject => ({ $id: 'https://example.org/s', type });
    check.check({ def: { name: 'a', hash: '1' }, inputSchema: schema('string') }, 'x');
    expect(() => check.check({ def: { name: 'b', hash: '2' }, inputSchema: schema('number') }, 'x')).toThrow(Refusal);
  });

  it('does not change the input', () => {
    const input = { a: 1 };
    refusal({ properties: { b: { default: 5 } }, additionalProperties: false }, input);
    expect(input).toEqual({ a: 1 });
  });

  it('checks formats', () => {
    expect(refusal({ properties: { at: { type: 'string', format: 'date' } } }, { at: '2024-02-30' })?.options.problems).toMatchObject([{ field: '/at' }]);
  });

  it('reports a bounded number of problems', () => {
    expect(refusal({ type: 'array', items: { type: 'string' } }, Array.from({ length: 5_000 }, () => 1))?.options.problems).toHaveLength(20);
  });

  it('says what an enumeration takes, and points at names with slashes', () => {
    expect(refusal({ properties: { 'a/b': { enum: ['x', 'y'] } } }, { 'a/b': 'z' })?.options.problems).toEqual([{ field: '/a~1b', message: 'must be one of ["x","y"]' }]);
  });
});

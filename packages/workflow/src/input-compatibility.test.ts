import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@baton/contracts';
import { narrowings } from './input-compatibility.ts';

const object = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...rest });
const text = { type: 'string' };

describe('what a schema takes no more', () => {
  it.each<[string, JsonObject | undefined, JsonObject | undefined]>([
    ['the same', object({ a: text }, { required: ['a'] }), object({ a: text }, { required: ['a'] })],
    ['no schema any more', object({ a: text }), undefined],
    ['a property that is optional, where others are not looked at', object({ a: text }), object({ a: text, b: { type: 'number' } })],
    ['a property that is optional, where others were refused', object({ a: text }, { additionalProperties: false }), object({ a: text, b: text }, { additionalProperties: false })],
    ['a property that is no longer required', object({ a: text }, { required: ['a'] }), object({ a: text })],
    ['a property that is no longer described, where others are taken', object({ a: text }), object({})],
    ['another type besides', object({ a: text }), object({ a: { type: ['string', 'null'] } })],
    ['any number where it was a whole one', object({ a: { type: 'integer' } }), object({ a: { type: 'number' } })],
    ['one more of a list of values', object({ a: { enum: ['x'] } }), object({ a: { enum: ['x', 'y'] } })],
    ['text where it was one of two words', object({ a: { enum: ['x', 'y'] } }), object({ a: text })],
    ['wider bounds', object({ a: { type: 'number', minimum: 1, maximum: 5, multipleOf: 6 } }), object({ a: { type: 'number', minimum: 0, maximum: 9, multipleOf: 3 } })],
    ['a pattern that is gone', object({ a: { ...text, pattern: '^a' } }), object({ a: text })],
    ['other words for people', object({ a: { ...text, description: 'before' } }), object({ a: { ...text, description: 'after', examples: ['x'] } })],
    ['the same by a reference', object({ a: { $ref: '#/$defs/a' } }, { $defs: { a: text } }), object({ a: text })],
    ['a list of as much', { type: 'array', items: { type: 'integer' } }, { type: 'array', items: { type: ['integer', 'string'] }, maxItems: undefined as never }],
    ['a choice in the same words', { anyOf: [text, { type: 'null' }] }, { anyOf: [text, { type: 'null' }] }],
    ['a tree that refers to itself', { $defs: { node: object({ l: { $ref: '#/$defs/node' }, r: { $ref: '#/$defs/node' } }) }, $ref: '#/$defs/node' }, { $defs: { node: object({ l: { $ref: '#/$defs/node' }, r: { $ref: '#/$defs/node' }, x: text }) }, $ref: '#/$defs/node' }],
  ])('is nothing for %s', (_what, before, after) => {
    expect(narrowings(before, JSON.parse(JSON.stringify(after ?? null)) ?? undefined)).toEqual([]);
  });

  it.each<[string, JsonObject | undefined, JsonObject | undefined, string, string]>([
    ['a field that is required', object({ a: text }), object({ a: text }, { required: ['a'] }), '/a', 'is required now'],
    ['a schema where there was none', undefined, { type: 'object' }, '', 'must be of type object now'],
    ['a field that is refused', object({ a: text, b: text }, { additionalProperties: false }), object({ a: text }, { additionalProperties: false }), '/b', 'is not taken any more'],
    ['others that are refused', object({ a: text }), object({ a: text }, { additionalProperties: false }), '', 'takes no other properties any more'],
    ['another type', object({ a: text }), object({ a: { type: 'number' } }), '/a', 'was taken as string, which is refused now'],
    ['a whole number where it was any', object({ a: { type: 'number' } }), object({ a: { type: 'integer' } }), '/a', 'was taken as number, which is refused now'],
    ['a word less', object({ a: { enum: ['x', 'y'] } }), object({ a: { enum: ['y'] } }), '/a', 'takes ["x"] no more'],
    ['words where it was any text', object({ a: text }), object({ a: { ...text, const: 'y' } }), '/a', 'must be one of ["y"] now'],
    ['a bound that is tighter', object({ a: { ...text, maxLength: 9 } }), object({ a: { ...text, maxLength: 8 } }), '/a', 'has a tighter `maxLength`: 8, it was 9'],
    ['a bound that is new', object({ a: text }), object({ a: { ...text, minLength: 1 } }), '/a', 'has a tighter `minLength`: 1'],
    ['a pattern', object({ a: text }), object({ a: { ...text, pattern: '^a' } }), '/a', 'must fit `pattern` "^a" now'],
    ['something deep down', object({ a: object({ 'b/c': { type: 'array', items: object({ d: text }) } }) }), object({ a: object({ 'b/c': { type: 'array', items: object({ d: text }, { required: ['d'] }) } }) }), '/a/b~1c/*/d', 'is required now'],
    ['what cannot be told', { anyOf: [text] }, { anyOf: [text, { type: 'null' }] }, '', 'is held against another `anyOf`, of which it cannot be told whether it takes as much'],
    ['a reference to elsewhere', object({ a: text }), object({ a: { $ref: 'https://example.org/a' } }), '/a', 'is described by a reference that cannot be compared'],
    ['what is behind a reference', object({ a: { $ref: '#/$defs/a' } }, { $defs: { a: text } }), object({ a: { $ref: '#/$defs/a' } }, { $defs: { a: { type: 'number' } } }), '/a', 'was taken as string, which is refused now'],
  ])('is said for %s', (_what, before, after, field, message) => {
    expect(narrowings(before, after)).toEqual([{ field, message }]);
  });

  it('is told of a bounded number of fields', () => {
    const fields = Array.from({ length: 500 }, (_, i) => `f${i}`);
    expect(narrowings(object({}), object({}, { required: fields }))).toHaveLength(20);
  });
});

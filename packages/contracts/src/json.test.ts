import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, checkJson, ContractError, DEFAULT_JSON_LIMITS, encodeUtf8, hashJson, parseJson, pointer, utf8Length } from './index.ts';

/** Repeat a failure with FC_SEED=<seed> in the environment. */
const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 300, verbose: 1 } as const;

function refusal(work: () => unknown): ContractError {
  try {
    work();
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error('Expected a refusal');
}

const limits = { maxBytes: 200, maxDepth: 3, maxKeys: 4, maxStringLength: 10, maxArrayLength: 5 };

describe('parseJson', () => {
  it.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s wherever it stands and names the place (F16)', (key) => {
    expect(refusal(() => parseJson(`{"${key}":1}`))).toMatchObject({ code: 'forbidden_key', field: `/${key}` });
    expect(refusal(() => parseJson(`{"a/b":[{},{"~":{"${key}":{"x":1}}}]}`))).toMatchObject({ code: 'forbidden_key', field: `/a~1b/1/~0/${key}` });
    // Written with an escape it is the same key.
    expect(refusal(() => parseJson(`{"\\u005f${key.slice(1)}":1}`.replace('\\u005f', key.startsWith('_') ? '\\u005f' : `\\u00${key.charCodeAt(0).toString(16)}`)))).toMatchObject({ code: 'forbidden_key' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('takes the forbidden words as values', () => {
    expect(parseJson('["__proto__","constructor"]')).toEqual(['__proto__', 'constructor']);
  });

  it.each([
    ['bytes', '"' + 'ü'.repeat(100) + '"', 'payload_too_large', ''],
    ['depth', '[[[[]]]]', 'invalid_json', '/0/0/0'],
    ['keys', '{"a":{"b":1,"c":2},"d":{"e":3}}', 'payload_too_large', undefined],
    ['a string', '{"a":"01234567890"}', 'payload_too_large', '/a'],
    ['an array', '[[1,2,3,4,5,6]]', 'payload_too_large', '/0'],
  ])('refuses too much of %s', (_what, text, code, field) => {
    const error = refusal(() => parseJson(text, limits));
    expect(error.code).toBe(code);
    if (field !== undefined) expect(error.field).toBe(field);
  });

  it('takes exactly as much as the limits say', () => {
    expect(parseJson('[[[0,0,0,0,0]]]', limits)).toBeDefined();
    expect(parseJson('{"a":{"b":"0123456789","c":2},"d":{}}', limits)).toBeDefined();
    expect(parseJson(`"${'x'.repeat(10)}"`, limits)).toBe('x'.repeat(10));
    expect(parseJson('7', limits)).toBe(7);
  });

  it('counts bytes of text as they go over the wire', () => {
    const text = `["${'ü'.repeat(8)}","${'ü'.repeat(8)}"]`;
    const bytes = encodeUtf8(text).length;
    expect(parseJson(text, { ...limits, maxBytes: bytes })).toBeDefined();
    expect(refusal(() => parseJson(text, { ...limits, maxBytes: bytes - 1 })).code).toBe('payload_too_large');
    expect(refusal(() => parseJson(encodeUtf8(text), { ...limits, maxBytes: bytes - 1 })).code).toBe('payload_too_large');
  });

  it('is not exhausted by nesting (F16)', () => {
    const deep = 300_000;
    expect(refusal(() => parseJson(`${'['.repeat(deep)}${']'.repeat(deep)}`)).code).toBe('invalid_json');
    expect(refusal(() => parseJson(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`)).code).toBe('invalid_json');
  });

  it('refuses what is no JSON, and bytes that are no UTF-8, without quoting them', () => {
    for (const text of ['', '{', '{"a":1,}', 'NaN', '01', "{'a':1}", '\u0000', '{"a":1}{"b":2}']) expect(refusal(() => parseJson(text)).code).toBe('invalid_json');
    expect(refusal(() => parseJson(new Uint8Array([0x22, 0xc3, 0x22])))).toMatchObject({ code: 'invalid_json', field: '' });
    expect(refusal(() => parseJson(new Uint8Array([0xed, 0xa0, 0x80])))).toMatchObject({ code: 'invalid_json' });
  });

  it('keeps lone surrogates as they are: a step that cuts a text in the middle of an emoji must not lose its result (F16)', () => {
    for (const text of ['{"a":"\\ud800"}', '["\\udc00\\ud800"]', '{"\\ud800":1}']) expect(JSON.stringify(parseJson(text))).toBe(text);
    expect(hashJson('\ud800')).not.toBe(hashJson('\ufffd'));
    expect(hashJson('\ud800')).not.toBe(hashJson('\ud801'));
    expect(parseJson('"\\ud83c\\udf0e"')).toBe('🌎');
  });

  it('refuses a number that JSON.parse makes infinite (F16)', () => {
    expect(refusal(() => parseJson('{"a":1e400}'))).toMatchObject({ code: 'invalid_json', field: '/a' });
  });

  it('gives back every JSON value as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        if (/"(__proto__|constructor|prototype)":/.test(text)) return;
        expect(JSON.stringify(parseJson(text))).toBe(text);
        expect(JSON.stringify(parseJson(encodeUtf8(text)))).toBe(text);
      }),
      runs,
    );
  });

  it('either gives a value or refuses, whatever the bytes, and leaves Object.prototype alone', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    const mutated = fc.tuple(fc.jsonValue(), fc.nat(), fc.integer({ min: 0, max: 255 })).map(([value, at, byte]) => {
      const bytes = encodeUtf8(JSON.stringify(value));
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), mutated), (bytes) => {
        try {
          parseJson(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError);
        }
      }),
      runs,
    );
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
  });
});

describe('checkJson', () => {
  it.each([
    ['undefined', { a: undefined }],
    ['a function', { a: () => 1 }],
    ['a big integer', [1n]],
    ['a symbol', { a: Symbol('x') }],
    ['not a number', { a: Number.NaN }],
  ])('refuses %s', (_what, value) => {
    expect(refusal(() => checkJson(value)).code).toBe('invalid_json');
  });

  it('ends on a cycle', () => {
    const cycle: Record<string, unknown> = {};
    cycle['again'] = cycle;
    expect(refusal(() => checkJson(cycle)).code).toBe('invalid_json');
  });

  it('does not look at more elements than the limit says', () => {
    const many = new Array(DEFAULT_JSON_LIMITS.maxArrayLength + 1).fill(0);
    expect(refusal(() => checkJson({ a: many }))).toMatchObject({ code: 'payload_too_large', field: '/a' });
  });
});

describe('canonical JSON', () => {
  it('is one text for one value, whatever the order of its keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined, '10': 1, '9': 2 })).toBe('{"10":1,"9":2,"b":[1,{"c":"x","d":null}]}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(hashJson(reversed)).toBe(hashJson(value));
      }),
      runs,
    );
  });

  it('differs for different values', () => {
    const texts = [null, 'null', 0, '0', [], {}, [null], { a: null }, [[]], ['a', 'b'], ['a,b'], -1, 1e21, '1e21'].map(canonicalJson);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('UTF-8', () => {
  it('measures as many bytes as it writes', () => {
    expect(utf8Length('a\ud800b')).toBe(encodeUtf8('a\ud800b').length);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(utf8Length(text)).toBe(encodeUtf8(text).length)), runs);
  });
});

it('writes pointers after RFC 6901', () => {
  expect(pointer([])).toBe('');
  expect(pointer(['a/b', 0, '~', ''])).toBe('/a~1b/0/~0/');
});

import { describe, expect, it } from '@jest/globals';
import { checkJsonPath, referencePath, variableOfPath } from '../index.ts';

describe('a path that is none', () => {
  it.each([
    ['', 0],
    ['order', 0],
    ['$order.', 7],
    ['$.', 2],
    ['$.a[', 4],
    ['$.a b', undefined],
    ['$.a.length()', undefined],
    ['$.a\\', undefined],
    ['$.items[?(@.n =~ /x/)]', undefined],
    ["$.items[?match(@.n, '(a+)+')]", undefined],
    ["$.items[?search(@.n, '(a+)+')]", undefined],
    ['$1x', undefined],
    [`$${'.a'.repeat(3_000)}`, undefined],
    [`$${'[?(@'.repeat(5_000)}`, undefined],
    [`$[?${'!'.repeat(20_000)}@.a]`, undefined],
    [`$${'.a'.repeat(200_000)}`, undefined],
  ])('%.40s', (text, offset) => {
    const problem = checkJsonPath(text);
    expect(problem?.message).toContain('Expected');
    if (offset !== undefined) expect(problem?.offset).toBe(offset);
  });
});

it('a filter may hold many negations and comparisons beside each other', () => {
  expect(checkJsonPath(`$.items[?${Array(100).fill('!@.a && @.b != 1').join(' && ')}]`)).toBeUndefined();
});

describe('a reference path', () => {
  it.each([
    ['$', []],
    ['$.a.b', ['a', 'b']],
    ["$['a b'][0].c", ['a b', '0', 'c']],
    ['$.store\\.book', ['store.book']],
    ["$['a', 'b']", undefined],
    ['$.a[*]', undefined],
    ['$.a[-1]', undefined],
    ['$..a', undefined],
    ['$.a[0:2]', undefined],
    ['$.a[?@.b]', undefined],
    ['$$.Execution', undefined],
    ['$name.a', undefined],
    ['a', undefined],
  ])('%s is %j', (text, keys) => expect(referencePath(text)).toEqual(keys));
});

it.each([['$order.id', 'order'], ['$order', 'order'], ['$.order', undefined], ['$$.order', undefined], ['$a.', undefined]])('%s reads the variable %s', (text, name) => expect(variableOfPath(text)).toBe(name));

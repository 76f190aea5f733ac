import { describe, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import { lookUp, read } from '../index.ts';
import { hostilePaths } from '../testing/hostile-paths.ts';

const roots = {
  data: { id: 7, 'delivery-partner': 'x', 'a b': 1, items: [{ n: 1, tags: ['p'] }, { n: 2 }, { n: 3, tags: [] }], nested: { items: [4, 5] }, empty: [], text: 'abc', nothing: null },
  context: { Execution: { Id: 'run-1' } },
  variables: { order: { id: 'o-1', lines: [10, 20] }, größe: 4 },
};

describe('a path to one place', () => {
  it.each([
    ['$', roots.data],
    ['$.id', 7],
    ['$.delivery-partner', 'x'],
    ["$['a b']", 1],
    ['$["a b"]', 1],
    ['$.items[0].n', 1],
    ['$.items[-1].n', 3],
    ['$.nothing', null],
    ['$$', roots.context],
    ['$$.Execution.Id', 'run-1'],
    ['$order', roots.variables.order],
    ['$order.id', 'o-1'],
    ['$order.lines[1]', 20],
    ["$order['id']", 'o-1'],
    ['$größe', 4],
    ["$['id', 'text', 'absent']", { id: 7, text: 'abc' }],
    ["$.items[0]['n', 'tags']", { n: 1, tags: ['p'] }],
  ])('%s', (path, found) => expect(read(path, roots, 'InputPath')).toEqual(found));

  it.each<[string, Json]>([
    ['$.items[(@.length-1)].n', 3],
    ['$.items[( @.length - 2 )].n', 2],
    [String.raw`$['q\""']`, 'backslash'],
    [String.raw`$["q\""]`, 'mark'],
    ["$.names['[(@.length-1)]']", 'a name'],
  ])('%s, as AWS reads it beyond RFC 9535', (path, found) => {
    const data = { items: [{ n: 1 }, { n: 2 }, { n: 3 }], [String.raw`q\""`]: 'backslash', 'q"': 'mark', names: { '[(@.length-1)]': 'a name' } };
    expect(read(path, { ...roots, data }, 'InputPath')).toBe(found);
  });

  it.each(['$.absent', '$.id.deeper', '$.items[9]', '$.items.n', '$.text[0]', '$.nothing.x', '$absent', '$absent.x', '$order.absent', '$.items.length', '$.__proto__', '$.constructor', '$toString', '$.text.length'])('%s finds nothing, which is an error where a value must be there', (path) => {
    expect(lookUp(path, roots)).toBeUndefined();
    expect(() => read(path, roots, 'InputPath')).toThrow(expect.objectContaining({ errorName: 'States.Runtime', message: expect.stringContaining('InputPath') }));
  });
});

it('names behind a dot may hold what the language allows in them', () => {
  const data = { '1st': 1, 'store.book': { title: 2 }, 'foo@bar': { 'baz[[': { '?pretty': 3 } }, '&Ж中': 4, 'detail:type': [5], "it's": 6, 'back\\slash': 7 };
  const paths = ['$.1st', '$.store\\.book.title', '$.foo\\@bar.baz\\[\\[.\\?pretty', '$.&Ж中', '$.detail:type[0]', "$.it\\'s", '$.back\\\\slash'];
  expect(paths.map((path) => read(path, { ...roots, data }, 'InputPath'))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(read('$..1st', { ...roots, data }, 'InputPath')).toEqual([1]);
  expect(read('$.a[?(@.b == "x.1y")].c', { ...roots, data: { a: [{ b: 'x.1y', c: 1 }] } }, 'InputPath')).toEqual([1]);
});

describe('a path to several places', () => {
  it.each([
    ['$.items[*].n', [1, 2, 3]],
    ['$.items[1:].n', [2, 3]],
    ['$.items[:1]', [roots.data.items[0]]],
    ['$.items[::-1].n', [3, 2, 1]],
    ['$.items[0,2].n', [1, 3]],
    ['$.items[?(@.n > 1)].n', [2, 3]],
    ['$.items[?@.tags].n', [1, 3]],
    ['$.items[?@.n > 1 && !@.tags].n', [2]],
    ["$.items[?@.tags[0] == 'p' || @.n == 2].n", [1, 2]],
    ['$.items[?@.n == $.items[1].n].n', [2]],
    ['$.items[?count(@.*) == 2].n', [1, 3]],
    ['$.items[?length(@.tags) == 0].n', [3]],
    ['$..n', [1, 2, 3]],
    ['$.nested.*', [[4, 5]]],
    ["$.items[*]['n', 'absent']", [{ n: 1 }, { n: 2 }, { n: 3 }]],
    ["$['id', 'nested'].items", [[4, 5]]],
    ['$.nested[?(@.items)]', [{ items: [4, 5] }]],
    ['$.nested[?(@.absent)]', []],
    ['$..[?(@.n > 1)].n', [2, 3]],
    ['$order.lines[*]', [10, 20]],
    ['$$..Id', ['run-1']],
  ])('%s', (path, found) => expect(lookUp(path, roots)).toEqual(found));

  it.each(['$.items[*].absent', '$.empty[*]', '$.items[?@.n > 9]', '$..absent', '$.items[5:]', '$.absent[*]', '$.absent[1:]', '$.absent..x', '$.items[9][*]'])('%s finds nothing, which is the empty list', (path) => expect(read(path, roots, 'InputPath')).toEqual([]));

  it.each(['$.absent', '$.items[9]', '$.absent.n', '$absent', '$absent[*]'])('%s is an error, since it names one value, or a variable, that is not there', (path) => {
    expect(() => read(path, roots, 'InputPath')).toThrow(expect.objectContaining({ errorName: 'States.Runtime' }));
  });
});

describe('the bounds of a path', () => {
  it.each(hostilePaths)('$what: held, as States.Runtime', ({ text, data }) => {
    expect(() => lookUp(text, { ...roots, data })).toThrow(expect.objectContaining({ errorName: 'States.Runtime', message: expect.stringMatching(/steps|levels/) }));
  });

  it('a list of 20,000 values is within them', () => {
    const list = Array.from({ length: 20_000 }, (_, i) => i);
    expect(lookUp('$.list[*].i', { ...roots, data: { list: list.map((i) => ({ i })) } })).toEqual(list);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvItems } from './csv-items.ts';
import { csvRows } from './csv.ts';

async function* pieces(text: string, size = text.length + 1): AsyncGenerator<string> {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size);
}
async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of from) found.push(each);
  return found;
}
const rows = (text: string, options: { delimiter?: string; longest?: number; size?: number } = {}): Promise<(readonly string[])[]> =>
  all(csvRows(pieces(text, options.size), { delimiter: options.delimiter ?? ',', longest: options.longest ?? 1_000 }));
const items = (text: string, given?: readonly string[]): Promise<unknown[]> => all(csvItems(csvRows(pieces(text), { delimiter: ',', longest: 1_000 }), given));

describe('rows of a CSV', () => {
  it.each([
    ['a,b\nc,d\n', [['a', 'b'], ['c', 'd']]],
    ['a,b\r\nc,d', [['a', 'b'], ['c', 'd']]],
    ['"a,b","c ""d""","e\nf"\n', [['a,b', 'c "d"', 'e\nf']]],
    ['a,\n,,\n', [['a', ''], ['', '', '']]],
    ['a\n\n\r\nb\n', [['a'], ['b']]],
    ['""\n', [['']]],
    ['a"b,c\n', [['a"b', 'c']]],
    ['  \n', [['  ']]],
    ['', []],
  ])('reads %j', async (text, expected) => {
    expect(await rows(text)).toEqual(expected);
  });

  it('stands apart by whatever delimiter is said', async () => {
    expect(await rows('a,b|c', { delimiter: '|' })).toEqual([['a,b', 'c']]);
  });

  it.each([['"a', 'Row 1 has a quotation that does not end'], [`a\n${'a'.repeat(2_000)}`, 'Row 2 has more than 1000 characters'], [`a\n${','.repeat(2_000)}`, 'Row 2 has more than 1000 characters']])('refuses %.5j… by saying where', async (text, message) => {
    await expect(rows(text)).rejects.toMatchObject({ name: 'States.ItemReaderFailed', message: expect.stringContaining(message) });
  });

  it('reads what was written, however the text comes in pieces', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ä'), maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), fc.integer({ min: 1, max: 7 }), async (table, size) => {
        const text = table.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(await rows(text, { size })).toEqual(table);
      }),
    );
  });
});

describe('items of a CSV', () => {
  it('are named by the first row, or by the names that are given', async () => {
    expect(await items('a,b\n1,2\n')).toEqual([{ a: '1', b: '2' }]);
    expect(await items('1,2\n', ['x', 'y'])).toEqual([{ x: '1', y: '2' }]);
  });

  it('have empty texts for fields that a row lacks, and nothing of those beyond the names', async () => {
    expect(await items('a,b\n1\n1,2,3\n')).toEqual([{ a: '1', b: '' }, { a: '1', b: '2' }]);
  });

  it('are named by as many columns as a row may hold, within a moment', async () => {
    const names = Array.from({ length: 43_000 }, (_, i) => (i + 100_000).toString(36).split('').reverse().join(''));
    // Of this process alone: a machine that is busy with something else is no slower by this clock.
    const began = process.cpuUsage();
    await expect(items('', [...names, names.at(-1)!])).rejects.toMatchObject({ message: expect.stringContaining('two are called') });
    // Looking for each among all of them took twenty seconds, in which nothing else ran.
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });

  it('cannot be named by the same name twice', async () => {
    await expect(items('a,a\n1,2\n')).rejects.toMatchObject({ name: 'States.ItemReaderFailed', message: expect.stringContaining('two are called "a"') });
  });
});

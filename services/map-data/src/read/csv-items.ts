/** The items of a CSV: an object for each row, by the names of the columns. Source: AWS Step Functions, "ItemReader (Map)". */
import type { Json } from '@baton/contracts';
import { ItemReaderFailed } from '../reading-failed.ts';

/** A row with fewer fields has empty texts for the rest; what it has beyond the names is left out. @param given names of the columns; else the first row has them. */
export async function* csvItems(rows: AsyncIterable<readonly string[]>, given: readonly string[] | undefined): AsyncGenerator<Json> {
  let names = given === undefined ? undefined : unique(given);
  for await (const row of rows) {
    if (names === undefined) names = unique(row);
    else yield Object.fromEntries(names.map((name, i) => [name, row[i] ?? '']));
  }
}

function unique(names: readonly string[]): readonly string[] {
  // A row may name tens of thousands, so nothing is looked for in all of them for each.
  const known = new Set<string>();
  const twice = names.find((name) => known.size === known.add(name).size);
  if (twice !== undefined) throw new ItemReaderFailed(`Expected columns of different names, but two are called ${JSON.stringify(twice)}`);
  if (names.includes('__proto__')) throw new ItemReaderFailed('No column may be called __proto__');
  return names;
}

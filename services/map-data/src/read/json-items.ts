/** The items of a file in JSON: a list, or where a pointer leads to one; or in JSON Lines, one in each line. */
import { ContractError, isJsonObject, parseJson, type Json } from '@baton/contracts';
import { ItemReaderFailed } from '../reading-failed.ts';

/** Of a file in JSON, which is read as a whole. */
export const LONGEST_JSON = 16_777_216;

export async function* jsonItems(text: AsyncIterable<string>, pointer: string | undefined): AsyncGenerator<Json> {
  let whole = '';
  for await (const piece of text) {
    whole += piece;
    if (whole.length > LONGEST_JSON) throw new ItemReaderFailed(`The file has more than ${LONGEST_JSON} characters; as JSONL it is read line by line`);
  }
  const limits = { maxBytes: LONGEST_JSON * 3, maxDepth: 60, maxKeys: 1_000_000, maxStringLength: 262_144, maxArrayLength: 1_000_000 };
  const value = at(checked('The file', () => parseJson(whole, limits)), pointer);
  if (!Array.isArray(value)) throw new ItemReaderFailed(`Expected a list ${pointer === undefined ? 'in the file' : `at ${pointer}`}, but found ${value === undefined ? 'nothing' : isJsonObject(value) ? 'an object' : 'a single value'}`);
  yield* value as readonly Json[];
}

/** @param longest characters of a line. */
export async function* jsonLineItems(text: AsyncIterable<string>, longest: number): AsyncGenerator<Json> {
  for await (const { line, number } of lines(text, longest)) yield checked(`Line ${number}`, () => parseJson(line));
}

/** Those that are not empty: a file may have millions that are, which are passed over here and not handed on one by one. */
async function* lines(text: AsyncIterable<string>, longest: number): AsyncGenerator<{ readonly line: string; readonly number: number }> {
  let rest = '';
  let number = 1;
  for await (const piece of text) {
    const found = (rest + piece).split('\n');
    rest = found.pop()!;
    for (const line of found) {
      if (line.trim() !== '') yield { line, number };
      number++;
    }
    if (rest.length > longest) throw new ItemReaderFailed(`Line ${number} has more than ${longest} characters`);
  }
  if (rest.trim() !== '') yield { line: rest, number };
}

/** Source: RFC 6901. */
function at(value: Json, pointer: string | undefined): Json | undefined {
  if (pointer === undefined || pointer === '') return value;
  if (!pointer.startsWith('/')) throw new ItemReaderFailed(`ItemsPointer: expected a JSON Pointer such as /orders, but found ${JSON.stringify(pointer.slice(0, 100))}`);
  let found: Json | undefined = value;
  for (const part of pointer.slice(1).split('/').map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (Array.isArray(found)) found = /^(0|[1-9]\d*)$/.test(part) ? (found as readonly Json[])[Number(part)] : undefined;
    else found = isJsonObject(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  }
  return found;
}

function checked<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContractError) throw new ItemReaderFailed(`${what}: ${error.message}`);
    throw error;
  }
}

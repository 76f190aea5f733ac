/**
 * A manifest: a file that names others, whose items are read one file after the other.
 *
 * `S3_INVENTORY` is the report of an inventory, JSON that says what its files are and what their columns are called. `ATHENA_DATA` is
 * what Athena writes beside the results of a query: a line for each file. Source: AWS Step Functions, "ItemReader (Map)"; Amazon S3, "Amazon S3
 * Inventory manifest"; Amazon Athena, "UNLOAD".
 */
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { ContractError, parseJson, type Json } from '@baton/contracts';
import { z } from 'zod';
import { ItemReaderFailed } from '../reading-failed.ts';
import { LONGEST_JSON } from './json-items.ts';

export interface NamedFile {
  readonly bucket: string;
  readonly key: string;
}

export interface Manifest {
  readonly files: readonly NamedFile[];
  /** What the files are, and their columns, where the manifest says so. */
  readonly inputType?: 'CSV' | 'JSONL' | 'PARQUET';
  readonly columns?: readonly string[];
}

const MOST_FILES = 10_000;
const FORMATS: Readonly<Record<string, 'CSV' | 'JSONL' | 'PARQUET'>> = { CSV: 'CSV', JSONL: 'JSONL', PARQUET: 'PARQUET' };

const Inventory = z.object({
  destinationBucket: z.string().optional(),
  fileFormat: z.string(),
  fileSchema: z.string().optional(),
  files: z.array(z.object({ key: z.string() })).max(MOST_FILES, `Expected at most ${MOST_FILES} files`),
});

/** @param bucket of the manifest, in which its files are where it does not say. */
export async function readInventory(text: AsyncIterable<string>, bucket: string): Promise<Manifest> {
  const read = Inventory.safeParse(await json(text));
  if (!read.success) throw new ItemReaderFailed(`The manifest is none of an inventory: ${read.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ').slice(0, 1_000)}`);
  const { destinationBucket, fileFormat, fileSchema, files } = read.data;
  const inputType = FORMATS[fileFormat.toUpperCase()];
  if (inputType === undefined) throw new ItemReaderFailed(`fileFormat of the manifest: expected CSV, JSONL or Parquet, but found ${JSON.stringify(fileFormat.slice(0, 100))}`);
  const columns = inputType === 'CSV' ? fileSchema?.split(',').map((name) => name.trim()) : undefined;
  return { files: files.map(({ key }) => ({ bucket: destinationBucket?.split(':').at(-1) ?? bucket, key })), inputType, ...(columns !== undefined && { columns }) };
}

/** Lines such as s3://bucket/key. */
export async function readAthenaManifest(text: AsyncIterable<string>): Promise<Manifest> {
  const files = (await whole(text)).split('\n').flatMap((line, i) => {
    const path = line.trim().replace(/^"(.*)"$/, '$1');
    if (path === '') return [];
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(path) ?? [];
    if (bucket === undefined || key === undefined) throw new ItemReaderFailed(`Line ${i + 1} of the manifest: expected a file such as s3://bucket/key, but found ${JSON.stringify(path.slice(0, 100))}`);
    return [{ bucket, key }];
  });
  if (files.length > MOST_FILES) throw new ItemReaderFailed(`The manifest names ${files.length} files; at most ${MOST_FILES} are read`);
  return { files };
}

/** What ends with .gz is unpacked while it is read. */
export function unpacked(key: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return key.endsWith('.gz') ? gunzipped(key, bytes) : bytes;
}

async function* gunzipped(key: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  const feeding = Readable.from(bytes).on('error', (error) => unzip.destroy(error));
  feeding.pipe(unzip);
  try {
    for await (const chunk of unzip) yield chunk as Uint8Array;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw code.startsWith('Z_') ? new ItemReaderFailed(`${JSON.stringify(key)} is no gzip that can be unpacked: ${(error as Error).message}`) : error;
  } finally {
    feeding.destroy();
    unzip.destroy();
  }
}

async function json(text: AsyncIterable<string>): Promise<Json> {
  const read = await whole(text);
  try {
    return parseJson(read, { maxBytes: LONGEST_JSON * 3, maxDepth: 60, maxKeys: 1_000_000, maxStringLength: 262_144, maxArrayLength: 1_000_000 });
  } catch (error) {
    if (error instanceof ContractError) throw new ItemReaderFailed(`The manifest: ${error.message}`);
    throw error;
  }
}

async function whole(text: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of text) {
    all += piece;
    if (all.length > LONGEST_JSON) throw new ItemReaderFailed(`The manifest has more than ${LONGEST_JSON} characters`);
  }
  return all;
}

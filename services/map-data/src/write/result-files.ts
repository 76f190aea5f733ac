/**
 * The files of a Map's results: for each status as many as are needed, and `manifest.json`, which lists them. The manifest is
 * written last, so where it is, all of them are. Whoever writes them again writes the same.
 */
import type { Json } from '@baton/contracts';
import type { Objects } from '../objects/objects.ts';
import { LONGEST_JSON } from '../read/json-items.ts';
import { written, type MapRun, type Transformation } from './forms.ts';
import type { FileStatus, Records } from './records.ts';

export interface Writing {
  readonly bucket: string;
  readonly prefix: string;
  readonly transformation: Transformation;
  readonly outputType: 'JSON' | 'JSONL';
  readonly mapRun: MapRun;
}

/** A file that is written has no more, so that the next Map can read it. */
export const MOST_FILE_BYTES = LONGEST_JSON;
const CHUNK_CHARACTERS = 65_536;
const FRAME = { JSON: { open: '[', between: ',\n', close: ']\n' }, JSONL: { open: '', between: '\n', close: '\n' } } as const;
const ENDING = { JSON: 'json', JSONL: 'jsonl' } as const;
/** In the order that AWS has in a manifest. */
const STATUSES = ['FAILED', 'PENDING', 'SUCCEEDED'] as const satisfies readonly FileStatus[];

/** @returns the key of the manifest. @param options `signal`: whether this is still wanted; `wrote` is told of each file. */
export async function writeResultFiles(objects: Pick<Objects, 'write'>, records: Records, writing: Writing, { signal, wrote }: { readonly signal: AbortSignal; readonly wrote: (name: string) => void }): Promise<string> {
  const { bucket, mapRun } = writing;
  const folder = `${writing.prefix}${writing.prefix === '' || writing.prefix.endsWith('/') ? '' : '/'}${mapRun.Id}/`;
  const files: Record<FileStatus, { Key: string; Size: number }[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  for (const status of STATUSES) {
    for await (const content of inFiles(texts(records, status, writing, signal), writing.outputType)) {
      const key = `${folder}${status}_${files[status].length}.${ENDING[writing.outputType]}`;
      files[status].push({ Key: key, Size: await objects.write(bucket, key, content) });
      wrote(key.slice(folder.length));
    }
  }
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRun.Arn, ResultFiles: files };
  const key = `${folder}manifest.json`;
  await objects.write(bucket, key, oneChunk(JSON.stringify(manifest)));
  return key;
}

async function* texts(records: Records, status: FileStatus, { transformation, mapRun }: Writing, signal: AbortSignal): AsyncGenerator<string> {
  for await (const found of records.of(status)) {
    signal.throwIfAborted();
    for (const value of written(found, { transformation, mapRun })) yield JSON.stringify(value satisfies Json);
  }
}

/** One file after the other; each is to be read to its end before the next is asked for. */
async function* inFiles(values: AsyncGenerator<string>, type: 'JSON' | 'JSONL'): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const { open, between, close } = FRAME[type];
  let next = await values.next();
  async function* file(): AsyncGenerator<Uint8Array> {
    let chunk = open;
    let bytes = open.length + close.length;
    for (let first = true; next.done !== true; first = false) {
      bytes += Buffer.byteLength(next.value) + between.length;
      if (!first && bytes > MOST_FILE_BYTES) break;
      chunk += first ? next.value : `${between}${next.value}`;
      if (chunk.length >= CHUNK_CHARACTERS) {
        yield Buffer.from(chunk);
        chunk = '';
      }
      next = await values.next();
    }
    yield Buffer.from(chunk + close);
  }
  while (next.done !== true) yield file();
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

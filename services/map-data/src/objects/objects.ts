/**
 * Objects by bucket and key: files in `buckets/<bucket>/<key>` of the artifacts' directory, and in the bucket `artifacts` the
 * artifacts themselves, by their hash.
 *
 *   O1  A name never leads out of its bucket: not by its segments, and not by a link on the disk.
 *   O2  Only a store that is there says that something is not: one that is away, such as a directory that is not mounted, is asked again.
 *   O3  What is visible is whole: an object is written under another name, flushed, then renamed.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { OperatingError } from '@baton/contracts';
import type { BlobStore } from '@baton/ports';
import { ItemReaderFailed } from '../reading-failed.ts';
import { ResultWriterFailed } from '../writing-failed.ts';

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** An object that is read in parts, in any order. */
export interface Ranges {
  readonly bytes: number;
  read(from: number, to: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface Objects {
  /** @throws ItemReaderFailed where there is none. */
  read(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>>;
  /** The same, for what is not read from its beginning to its end; close it. */
  ranges(bucket: string, key: string): Promise<Ranges>;
  /** Those whose key begins with `prefix`, in the order of their keys. @throws ItemReaderFailed where there is no such bucket. */
  list(bucket: string, prefix: string): AsyncIterable<ObjectInfo>;
  /** In place of one of this key, if there is one. @returns its bytes. @throws ResultWriterFailed where it may not be there. */
  write(bucket: string, key: string, content: AsyncIterable<Uint8Array>): Promise<number>;
}

const ARTIFACTS = 'artifacts';
/** Source: Amazon S3, "Bucket naming rules". */
const BUCKET = /^[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;
const LONGEST_KEY = 1_024;

/** Where a bucket cannot have its name. */
const INCOMING = '.incoming';
const STALE_MS = 86_400_000;
const HELD_BYTES = 67_108_864;

/** @param blobDir where the artifacts are as well. */
export function openObjects(blobDir: string, artifacts: Pick<BlobStore, 'get'>): Objects {
  const root = join(blobDir, 'buckets');
  const store = { blobDir, root };
  return {
    async read(bucket, key) {
      if (bucket === ARTIFACTS) return artifacts.get(key).catch((error: unknown) => asMissing(error, bucket, key));
      return createReadStream(await objectIn(store, bucket, key), { highWaterMark: 65_536 });
    },
    async ranges(bucket, key) {
      if (bucket === ARTIFACTS) return inMemory(await artifacts.get(key).catch((error: unknown) => asMissing(error, bucket, key)));
      const file = await open(await objectIn(store, bucket, key), 'r');
      return { bytes: (await file.stat()).size, read: (from, to) => readExactly(file, from, to), close: () => file.close() };
    },
    async *list(bucket, prefix) {
      if (bucket === ARTIFACTS) throw new ItemReaderFailed('Artifacts have no names by which they could be listed; name the bucket of the objects');
      yield* walk(await bucketIn(store, bucket, ItemReaderFailed), '', prefix);
    },
    async write(bucket, key, content) {
      if (bucket === ARTIFACTS) throw new ResultWriterFailed('Artifacts are named by their content; name a bucket to write into');
      const directory = await bucketIn(store, bucket, ResultWriterFailed);
      const wrong = mistakeIn(key);
      if (wrong !== undefined) throw new ResultWriterFailed(`Key: expected a key of 1 to ${LONGEST_KEY} characters that leads downwards, but ${wrong}`);
      const incoming = await incomingIn(root);
      const temporary = join(incoming, randomUUID());
      try {
        const bytes = await writeFlushed(temporary, content);
        const path = join(await madeWithin(directory, dirname(key)), key.slice(key.lastIndexOf('/') + 1));
        await rename(temporary, path).catch((error: unknown) => asTaken(error, key));
        await flushDirectory(dirname(path));
        return bytes;
      } finally {
        await rm(temporary, { force: true });
      }
    },
  };
}

async function objectIn(store: { readonly blobDir: string; readonly root: string }, bucket: string, key: string): Promise<string> {
  const directory = await bucketIn(store, bucket, ItemReaderFailed);
  const wrong = mistakeIn(key);
  if (wrong !== undefined) throw new ItemReaderFailed(`Key: expected a key of 1 to ${LONGEST_KEY} characters that leads downwards, but ${wrong}`);
  const path = await within(directory, join(directory, key));
  if (path === undefined || !(await stat(path)).isFile()) throw await missing(store.blobDir, new ItemReaderFailed(`There is no object ${JSON.stringify(key)} in the bucket ${bucket}`));
  return path;
}

async function readExactly(file: FileHandle, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  for (let read = 0; read < bytes.byteLength; ) {
    const { bytesRead } = await file.read(bytes, read, bytes.byteLength - read, from + read);
    if (bytesRead === 0) throw new ItemReaderFailed('The file ends before it should: it was changed while it was read');
    read += bytesRead;
  }
  return bytes;
}

/** Artifacts are read from their beginning, so one that is to be read in parts is held. */
async function inMemory(content: AsyncIterable<Uint8Array>): Promise<Ranges> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > HELD_BYTES) throw new ItemReaderFailed(`An artifact that is read in parts has at most ${HELD_BYTES} bytes; put it into a bucket`);
    chunks.push(chunk);
  }
  const all = new Uint8Array(Buffer.concat(chunks));
  return { bytes, read: async (from, to) => all.slice(from, to), close: () => Promise.resolve() };
}

async function bucketIn({ blobDir, root }: { readonly blobDir: string; readonly root: string }, bucket: string, Failed: typeof ItemReaderFailed | typeof ResultWriterFailed): Promise<string> {
  if (!BUCKET.test(bucket)) throw new Failed(`Bucket: expected 3 to 63 lower-case letters, digits, dots and hyphens, but found ${JSON.stringify(bucket.slice(0, 100))}`);
  const directory = await within(root, join(root, bucket));
  if (directory === undefined) throw await missing(blobDir, new Failed(`There is no bucket ${bucket}: it is the directory buckets/${bucket} of the artifacts' directory`));
  return directory;
}

/** What it means that something is not there (O2): the store of artifacts beside it is made by whoever opens it, so where that is gone, everything is. */
async function missing(blobDir: string, surely: Error): Promise<Error> {
  const there = await stat(join(blobDir, INCOMING)).catch(() => undefined);
  return there?.isDirectory() === true ? surely : new OperatingError('unavailable', `The artifacts' directory ${blobDir} is not there, or is not mounted: ${surely.message}`, { retry: 'yes' });
}

/** The directory below another, made where it is not there; at no step does it lead out (O1). */
async function madeWithin(directory: string, below: string): Promise<string> {
  let path = directory;
  for (const segment of below === '.' ? [] : below.split('/')) {
    path = join(path, segment);
    const made = await mkdir(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? false : Promise.reject(error)),
    );
    if (made) await flushDirectory(dirname(path));
    else if ((await within(directory, path)) === undefined || !(await stat(path)).isDirectory()) throw new ResultWriterFailed(`Expected a directory at ${JSON.stringify(below)} of the bucket, but ${JSON.stringify(segment)} is none of it`);
  }
  return path;
}

function asTaken(error: unknown, key: string): never {
  if (['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw new ResultWriterFailed(`Expected nothing but an object at ${JSON.stringify(key)}, but found a directory`);
  throw error;
}

/** Where objects are written before they have their names; what a process that was killed has left there goes after a day. */
async function incomingIn(root: string): Promise<string> {
  const incoming = join(root, INCOMING);
  await mkdir(incoming, { recursive: true });
  for (const name of await readdir(incoming)) {
    const found = await stat(join(incoming, name)).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_MS) await rm(join(incoming, name), { force: true });
  }
  return incoming;
}

async function writeFlushed(path: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx');
  let bytes = 0;
  try {
    for await (const chunk of content) {
      for (let from = 0; from < chunk.byteLength; ) from += (await file.write(chunk, from)).bytesWritten;
      bytes += chunk.byteLength;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes;
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Where a path really is; undefined where there is nothing, or where a link leads out (O1). */
async function within(directory: string, path: string): Promise<string | undefined> {
  try {
    const [base, real] = await Promise.all([realpath(directory), realpath(path)]);
    return real.startsWith(base + sep) ? real : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function mistakeIn(key: string): string | undefined {
  if (key.length === 0 || key.length > LONGEST_KEY) return `it has ${key.length}`;
  if (key.includes('\0') || key.includes('\\')) return 'it has a backslash or a zero character';
  return key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..') ? `found ${JSON.stringify(key)}` : undefined;
}

/** Links are no objects. */
async function* walk(directory: string, above: string, prefix: string): AsyncGenerator<ObjectInfo> {
  const entries = (await readdir(directory, { withFileTypes: true })).map((entry) => ({ entry, key: `${above}${entry.name}${entry.isDirectory() ? '/' : ''}` }));
  for (const { entry, key } of entries.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && (key.startsWith(prefix) || prefix.startsWith(key))) yield* walk(path, key, prefix);
    if (!entry.isFile() || !key.startsWith(prefix)) continue;
    const { size, mtimeMs } = await stat(path);
    yield { key, bytes: size, modifiedMs: Math.floor(mtimeMs) };
  }
}

function asMissing(error: unknown, bucket: string, key: string): never {
  if (error instanceof OperatingError && error.code === 'unknown_artifact') throw new ItemReaderFailed(`There is no object ${JSON.stringify(key.slice(0, 100))} in the bucket ${bucket}: expected the hash of an artifact`);
  throw error;
}

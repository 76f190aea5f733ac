/**
 * Objects by bucket and key: files in `buckets/<bucket>/<key>` of the artifacts' directory, and in the bucket `artifacts` the
 * artifacts themselves, by their hash.
 *
 *   O1  A name never leads out of its bucket: not by its segments, and not by a link on the disk.
 */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { OperatingError } from '@baton/contracts';
import type { BlobStore } from '@baton/ports';
import { ItemReaderFailed } from '../reading-failed.ts';

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface Objects {
  /** @throws ItemReaderFailed where there is none. */
  read(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>>;
  /** Those whose key begins with `prefix`, in the order of their keys. @throws ItemReaderFailed where there is no such bucket. */
  list(bucket: string, prefix: string): AsyncIterable<ObjectInfo>;
}

const ARTIFACTS = 'artifacts';
/** Source: Amazon S3, "Bucket naming rules". */
const BUCKET = /^[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;
const LONGEST_KEY = 1_024;

export function openObjects(blobDir: string, artifacts: Pick<BlobStore, 'get'>): Objects {
  const root = join(blobDir, 'buckets');
  return {
    async read(bucket, key) {
      if (bucket === ARTIFACTS) return artifacts.get(key).catch((error: unknown) => asMissing(error, bucket, key));
      const directory = await bucketIn(root, bucket);
      const wrong = mistakeIn(key);
      if (wrong !== undefined) throw new ItemReaderFailed(`Key: expected a key of 1 to ${LONGEST_KEY} characters that leads downwards, but ${wrong}`);
      const path = await within(directory, join(directory, key));
      if (path === undefined || !(await stat(path)).isFile()) throw new ItemReaderFailed(`There is no object ${JSON.stringify(key)} in the bucket ${bucket}`);
      return createReadStream(path, { highWaterMark: 65_536 });
    },
    async *list(bucket, prefix) {
      if (bucket === ARTIFACTS) throw new ItemReaderFailed('Artifacts have no names by which they could be listed; name the bucket of the objects');
      yield* walk(await bucketIn(root, bucket), '', prefix);
    },
  };
}

async function bucketIn(root: string, bucket: string): Promise<string> {
  if (!BUCKET.test(bucket)) throw new ItemReaderFailed(`Bucket: expected 3 to 63 lower-case letters, digits, dots and hyphens, but found ${JSON.stringify(bucket.slice(0, 100))}`);
  const directory = await within(root, join(root, bucket));
  if (directory === undefined) throw new ItemReaderFailed(`There is no bucket ${bucket}: put its objects into buckets/${bucket} of the artifacts' directory`);
  return directory;
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

/**
 * Artifacts as files on disk, by the SHA-256 of their content.
 *
 *   B1  What is visible is whole: content and metadata are written under another name, flushed, then renamed.
 *   B2  No path comes from outside: file names are made of 64 hex digits that were checked, and of nothing else.
 *   B3  The same content twice is one file; the first name and media type stay with it.
 *   B4  A file whose size is not what its metadata says counts as missing, and is replaced when its content comes again.
 *
 * Layout: `<dir>/ab/cd/abcd…` beside `abcd….json`; `<dir>/.incoming` for what is being written.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArtifactRef, LIMITS, OperatingError, parseJson, readValue } from '@baton/contracts';
import type { BlobContent, BlobStore } from '@baton/ports';

export interface DiskBlobStoreOptions {
  /** Made where it does not exist. All services of a namespace must see the same one. */
  readonly directory: string;
  /** Where `put` names no limit of its own. Default LIMITS.artifactBytes. */
  readonly maxBytes?: number;
  /** Holds every read against its hash; a damaged file then ends the stream with `hash_mismatch`. Default false: step-sdk checks on its own. */
  readonly verifyReads?: boolean;
}

const HASH = /^[0-9a-f]{64}$/;
const STALE_MS = 86_400_000;

/** @throws OperatingError `unavailable` where the directory cannot be used. */
export async function openDiskBlobStore(options: DiskBlobStoreOptions): Promise<BlobStore> {
  const incoming = join(options.directory, '.incoming');
  await onDisk(`make ${incoming}`, () => mkdir(incoming, { recursive: true }));
  await onDisk(`clean ${incoming}`, () => removeStale(incoming));
  const store = new DiskBlobStore(options, incoming);
  return { put: (content, about) => store.put(content, about), get: (hash) => store.get(hash), stat: (hash) => store.stat(hash) };
}

class DiskBlobStore {
  readonly #options: DiskBlobStoreOptions;
  readonly #incoming: string;

  constructor(options: DiskBlobStoreOptions, incoming: string) {
    this.#options = options;
    this.#incoming = incoming;
  }

  async put(content: BlobContent, about: Parameters<BlobStore['put']>[1]): Promise<ArtifactRef> {
    const temporary = join(this.#incoming, randomUUID());
    try {
      const { hash, bytes } = await this.#write(temporary, content, about.maxBytes ?? this.#options.maxBytes ?? LIMITS.artifactBytes);
      if (about.expectedHash !== undefined && about.expectedHash !== hash) {
        throw new OperatingError('hash_mismatch', `Expected content with the hash ${about.expectedHash}, but found ${hash}`, { retry: 'no' });
      }
      const ref = readValue(ArtifactRef, { hash, bytes, mediaType: about.mediaType, name: about.name });
      if ((await this.stat(hash)) === undefined) await onDisk(`store ${hash}`, () => this.#publish(temporary, ref));
      return ref;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async get(hash: string): Promise<AsyncIterable<Uint8Array>> {
    const ref = await this.stat(hash);
    if (ref === undefined) throw new OperatingError('unknown_artifact', `There is no artifact ${HASH.test(hash) ? hash : 'of that name: expected 64 hex digits'}`, { retry: 'no' });
    const stream = createReadStream(this.#path(hash), { highWaterMark: 262_144 });
    return this.#options.verifyReads === true ? verified(stream, hash) : stream;
  }

  async stat(hash: string): Promise<ArtifactRef | undefined> {
    if (!HASH.test(hash)) return undefined;
    const path = this.#path(hash);
    const found = await onDisk(`look at ${hash}`, () => Promise.all([stat(path), readFile(`${path}.json`)]).catch(nothingWhereAbsent));
    if (found === undefined) return undefined;
    const ref = readMetadata(found[1]);
    return ref?.hash === hash && ref.bytes === found[0].size ? ref : undefined;
  }

  #path(hash: string): string {
    return join(this.#options.directory, hash.slice(0, 2), hash.slice(2, 4), hash);
  }

  async #write(path: string, content: BlobContent, maxBytes: number): Promise<{ hash: string; bytes: number }> {
    const seen = createHash('sha256');
    let bytes = 0;
    const file = await onDisk('write an artifact', () => open(path, 'wx'));
    try {
      for await (const chunk of content instanceof Uint8Array ? [content] : content) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) throw new OperatingError('payload_too_large', `Expected at most ${maxBytes} bytes`, { retry: 'no' });
        seen.update(chunk);
        await onDisk('write an artifact', () => writeAll(file, chunk));
      }
      await onDisk('write an artifact', () => file.sync());
    } finally {
      await file.close();
    }
    return { hash: seen.digest('hex'), bytes };
  }

  /** Metadata first: content without metadata would be visible half (B1). */
  async #publish(temporary: string, ref: ArtifactRef): Promise<void> {
    const path = this.#path(ref.hash);
    await mkdir(dirname(path), { recursive: true });
    const metadata = join(this.#incoming, randomUUID());
    try {
      await writeFlushed(metadata, JSON.stringify(ref));
      await rename(metadata, `${path}.json`);
      await rename(temporary, path);
      await flushDirectory(dirname(path));
    } finally {
      await rm(metadata, { force: true });
    }
  }
}

async function* verified(stream: AsyncIterable<Uint8Array>, hash: string): AsyncGenerator<Uint8Array> {
  const seen = createHash('sha256');
  for await (const chunk of stream) {
    seen.update(chunk);
    yield chunk;
  }
  if (seen.digest('hex') !== hash) throw new OperatingError('hash_mismatch', `The artifact ${hash} is damaged on disk. Upload it again`, { retry: 'no' });
}

function readMetadata(bytes: Uint8Array): ArtifactRef | undefined {
  try {
    return readValue(ArtifactRef, parseJson(bytes));
  } catch {
    return undefined;
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.byteLength; ) from += (await file.write(chunk, from)).bytesWritten;
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** What a process that was killed has left behind. */
async function removeStale(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const found = await stat(path).catch(nothingWhereAbsent);
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}

function nothingWhereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}

async function onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new OperatingError('unavailable', `Could not ${what}: ${(cause as Error).message}`, { retry: 'yes', cause });
  }
}

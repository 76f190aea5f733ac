/**
 * Files that decisions refer to: read before deciding where it asks for them, written before what refers to them may be. A file that
 * nobody refers to in the end, because the process died in between, is harmless: it has the name that it will be given again.
 */
import { decodeUtf8, encodeUtf8, LIMITS, OperatingError, sha256Hex } from '@baton/contracts';
import type { NewFile, StoredFile } from '@baton/core';
import type { BlobStore } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import type { Surroundings } from './surroundings.ts';

/** What one decision is given. */
export class Files {
  readonly #pending: readonly NewFile[];
  readonly #read = new Map<string, StoredFile>();
  readonly #around: Surroundings;

  /** @param pending files of decisions before it that are not stored yet. */
  constructor(pending: readonly NewFile[], around: Surroundings) {
    this.#pending = pending;
    this.#around = around;
  }

  /** Undefined where there is no place for files. */
  get given(): ((hash: string) => StoredFile) | undefined {
    return this.#around.blobs === undefined ? undefined : (hash) => this.#pending.find((file) => file.hash === hash) ?? this.#read.get(hash);
  }

  /** @throws OperatingError where they cannot be read at the moment. One that is not there, or not what its name says, is gone. */
  async read(hashes: readonly string[]): Promise<void> {
    const { blobs, clock, options } = this.#around;
    if (blobs === undefined) throw new Error('Expected nobody to ask for files where there are none');
    for (const hash of hashes) this.#read.set(hash, await withDeadline(clock, options.publishDeadlineMs, 'reading what was stored', readFile(blobs, hash)));
  }
}

/** Resolves when all of them can be read by whoever decides next. */
export async function storeFiles(files: readonly NewFile[], { blobs, clock, options }: Surroundings): Promise<void> {
  if (files.length === 0) return;
  if (blobs === undefined) throw new Error('Expected no file where there is no place for one');
  for (const { hash, text, mediaType, name } of files) {
    await withDeadline(clock, options.publishDeadlineMs, 'storing what is too large for the history', blobs.put(encodeUtf8(text), { name, mediaType, maxBytes: LIMITS.artifactBytes, expectedHash: hash }));
  }
}

async function readFile(blobs: BlobStore, hash: string): Promise<StoredFile> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await blobs.get(hash)) chunks.push(chunk);
    const text = decodeUtf8(joined(chunks));
    return sha256Hex(text) === hash ? { text } : 'gone';
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'unknown_artifact') return 'gone';
    throw error;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Files to and from the gateway, checked by their hash on both ways. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArtifactRef } from '@baton/contracts';
import { BatonError } from './baton-error.ts';
import { query, type Transport } from './transport.ts';

export interface UploadOptions {
  /** For people and downloads. Default: the file's name, or `artifact`. */
  readonly name?: string;
  /** Default: from the name's ending, or application/octet-stream. */
  readonly mediaType?: string;
  readonly signal?: AbortSignal;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/csv',
  '.vtt': 'text/vtt',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.mp4': 'video/mp4',
};

/** No answer comes before the whole file has arrived. */
const UPLOAD_TIMEOUT_MS = 900_000;

export async function upload(transport: Transport, source: string | Uint8Array, { name, mediaType, signal }: UploadOptions): Promise<ArtifactRef> {
  const shownName = name ?? (typeof source === 'string' ? basename(source) : 'artifact');
  const type = mediaType ?? MEDIA_TYPES[extname(shownName).toLowerCase()] ?? 'application/octet-stream';
  const digest = typeof source === 'string' ? await hashOfFile(source) : createHash('sha256').update(source).digest();
  const body = typeof source === 'string' ? await openAsBlob(source) : new Uint8Array(source);
  return transport.json<ArtifactRef>(`/v1/artifacts${query({ name: shownName })}`, {
    method: 'POST',
    headers: { 'content-type': type, 'content-digest': `sha-256=:${digest.toString('base64')}:` },
    body,
    signal,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
}

async function hashOfFile(path: string): Promise<Buffer> {
  if (!(await stat(path)).isFile()) throw new TypeError(`Expected a file, but ${path} is none`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest();
}

/** @throws BatonError `hash_mismatch` where what came is not what was asked for. */
export async function download(transport: Transport, hash: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const response = await transport.call(`/v1/artifacts/${encodeURIComponent(hash)}`, { signal });
  const bytes = new Uint8Array(await response.arrayBuffer());
  requireHash(hash, createHash('sha256').update(bytes).digest('hex'));
  return bytes;
}

/** The file is at `path` only when it is whole and right. */
export async function downloadTo(transport: Transport, hash: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  const response = await transport.call(`/v1/artifacts/${encodeURIComponent(hash)}`, { signal });
  const partial = `${path}.${randomUUID()}.part`;
  const found = createHash('sha256');
  const hashing = new Transform({
    transform(piece: Uint8Array, _encoding, done) {
      found.update(piece);
      done(null, piece);
    },
  });
  try {
    await pipeline(response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as never), hashing, createWriteStream(partial, { flags: 'wx' }));
    requireHash(hash, found.digest('hex'));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function requireHash(expected: string, found: string): void {
  if (expected !== found) throw new BatonError('hash_mismatch', `Expected content with the hash ${expected}, but found ${found}`, { status: 0 });
}

/** Files by content hash. Nothing a caller sends becomes a path: the hash is computed or checked to be 64 hex digits. */
import { pipeline } from 'node:stream/promises';
import { ArtifactRef, Sha256 } from '@baton/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Door } from '../door.ts';
import { readQuery } from '../http/query.ts';
import { limitedBody } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal } from '../refusal.ts';

export const UploadQuery = { name: z.string().min(1).max(255).optional() };

/** POST /v1/artifacts: the raw body, streamed, of any content type. */
export function uploadArtifact(door: Door): Handler {
  return async (request, response) => {
    const { name } = readQuery(request, UploadQuery);
    const mediaType = request.get('content-type') ?? 'application/octet-stream';
    if (!ArtifactRef.shape.mediaType.safeParse(mediaType).success) {
      throw new Refusal('unsupported_media_type', `Expected a Content-Type such as application/pdf, but found ${JSON.stringify(mediaType.slice(0, 100))}`);
    }
    const expectedHash = announcedHash(request);
    const { maxArtifactBytes, bodyDeadlineMs } = door.config;
    const content = limitedBody(request, { maxBytes: maxArtifactBytes, deadlineMs: bodyDeadlineMs, clock: door.clock, deadline: 'piece' });
    const ref = await door.ports.blobs.put(content, { name: fileName(name ?? 'artifact'), mediaType, maxBytes: maxArtifactBytes, ...(expectedHash !== undefined && { expectedHash }) });
    door.log.info({ hash: ref.hash, bytes: ref.bytes, mediaType: ref.mediaType }, 'artifact stored');
    response.status(201).location(`/v1/artifacts/${ref.hash}`).json(ref);
  };
}

/** Content-Digest and Repr-Digest of RFC 9530 (sha-256=:…:), or the older Digest (sha-256=…), as hex. */
function announcedHash(request: Request): string | undefined {
  for (const name of ['content-digest', 'repr-digest', 'digest']) {
    const match = /(?:^|,)\s*sha-256=:?([A-Za-z0-9+/]{43}=):?\s*(?:,|$)/i.exec(request.get(name) ?? '');
    if (match?.[1] !== undefined) return Buffer.from(match[1], 'base64').toString('hex');
    if (request.get(name) !== undefined) {
      throw new Refusal('schema', `Expected ${name} with a SHA-256 such as sha-256=:<base64>:`, { problems: [{ field: name, message: 'must hold a sha-256 digest in base64' }] });
    }
  }
  return undefined;
}

/** A name to show, without what moves a terminal or a path. */
function fileName(name: string): string {
  const clean = name.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').replace(/[/\\]/g, '_').trim();
  return clean === '' ? 'artifact' : clean.slice(0, 255);
}

export const DownloadQuery = { disposition: z.enum(['attachment', 'inline']).optional() };

/** What a browser may show on our origin: nothing that can run a script there. */
const SHOWN_INLINE = /^(video\/mp4|audio\/(mpeg|mp4|wav)|image\/(png|jpeg|gif|webp)|text\/(plain|vtt))\b/i;

export function downloadArtifact(door: Door): Handler {
  return async (request, response) => {
    const { disposition } = readQuery(request, DownloadQuery);
    const hash = param(request, 'hash');
    const ref = Sha256.safeParse(hash).success ? await door.ports.blobs.stat(hash) : undefined;
    if (ref === undefined) throw new Refusal('unknown_artifact', `There is no artifact ${JSON.stringify(hash.slice(0, 64))}; its name is the SHA-256 of its content as 64 lower-case hex digits`);
    const inline = disposition === 'inline' && SHOWN_INLINE.test(ref.mediaType);
    const etag = `"${ref.hash}"`;
    response.set({ ETag: etag, 'Cache-Control': 'private, max-age=31536000, immutable', 'Accept-Ranges': 'bytes' });
    if (request.get('if-none-match') === etag) {
      response.status(304).end();
      return;
    }
    response.set({ 'Content-Type': ref.mediaType, 'Content-Disposition': contentDisposition(inline ? 'inline' : 'attachment', ref.name) });
    const range = request.get('if-range') === undefined || request.get('if-range') === etag ? byteRange(request.get('range'), ref.bytes) : undefined;
    if (range === 'unsatisfiable') {
      response.removeHeader('Content-Type');
      response.removeHeader('Content-Disposition');
      response.status(416).set('Content-Range', `bytes */${ref.bytes}`).end();
      return;
    }
    if (range !== undefined) response.status(206).set('Content-Range', `bytes ${range.first}-${range.last}/${ref.bytes}`);
    response.set('Content-Length', String(range === undefined ? ref.bytes : range.last - range.first + 1));
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await send(range === undefined ? await door.ports.blobs.get(hash) : slice(await door.ports.blobs.get(hash), range), response);
  };
}

async function send(content: AsyncIterable<Uint8Array>, response: Response): Promise<void> {
  try {
    await pipeline(content, response);
  } catch (error) {
    // The reader went away; nothing is wrong here.
    if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** Printable ASCII for old clients, UTF-8 for the rest (RFC 6266, RFC 8187). */
export function contentDisposition(type: 'attachment' | 'inline', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '_');
  const encoded = encodeURIComponent(name.replace(/\p{Cs}/gu, '_')).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** One range; several, or a unit that is not bytes, are answered with the whole, as RFC 9110 allows. */
export function byteRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (first >= bytes || (from === '' && Number(to) === 0)) return 'unsatisfiable';
  return last < first ? undefined : { first, last };
}

async function* slice(content: AsyncIterable<Uint8Array>, { first, last }: ByteRange): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of content) {
    const from = Math.max(0, first - at);
    const to = Math.min(piece.byteLength, last + 1 - at);
    if (to > from) yield piece.subarray(from, to);
    at += piece.byteLength;
    if (at > last) return;
  }
}

import { createHash } from 'node:crypto';
import { OperatingError, type ArtifactRef } from '@baton/contracts';
import type { BlobContent, BlobStore } from '@baton/ports';
import { checkedRef } from './checked-ref.ts';

/** Files in memory, for tests. */
export function memoryBlobs(): BlobStore {
  const files = new Map<string, { readonly ref: ArtifactRef; readonly content: Uint8Array }>();
  return {
    async put(content, about) {
      const hash = createHash('sha256');
      const parts: Uint8Array[] = [];
      let bytes = 0;
      for await (const part of chunksOf(content)) {
        bytes += part.byteLength;
        refuseLarger(bytes, about.maxBytes);
        hash.update(part);
        // Copied: the caller may use its buffer again.
        parts.push(Uint8Array.from(part));
      }
      const ref = checkedRef({ hash: hash.digest('hex'), bytes }, about);
      if (!files.has(ref.hash)) files.set(ref.hash, { ref, content: Buffer.concat(parts) });
      return ref;
    },
    async get(hash) {
      const file = files.get(hash);
      if (file === undefined) throw new OperatingError('unknown_artifact', `There is no artifact ${hash}`, { retry: 'no' });
      return chunksOf(file.content);
    },
    stat: async (hash) => files.get(hash)?.ref,
  };
}

/** @throws OperatingError `payload_too_large`. */
export function refuseLarger(bytes: number, maxBytes: number | undefined): void {
  if (maxBytes !== undefined && bytes > maxBytes) {
    throw new OperatingError('payload_too_large', `Expected at most ${maxBytes} bytes of content, but more came`, { retry: 'no' });
  }
}

export async function* chunksOf(content: BlobContent): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

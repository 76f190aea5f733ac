/** Artifacts in memory, for unit tests of steps. */
import { createHash } from 'node:crypto';
import { LIMITS, OperatingError, type ArtifactRef } from '@baton/contracts';
import type { BlobContent, BlobStore } from '@baton/ports';

export interface MemoryBlobStore extends BlobStore {
  /** What was stored, in the order it was first stored. */
  readonly refs: readonly ArtifactRef[];
  /** The content of an artifact. @throws OperatingError `unknown_artifact`. */
  bytes(ref: ArtifactRef | string): Uint8Array;
}

/** An empty store of artifacts for tests: put in what the step will read, look at what it wrote. */
export function memoryBlobStore(): MemoryBlobStore {
  const files = new Map<string, { ref: ArtifactRef; bytes: Uint8Array }>();
  const found = (hash: string) => {
    const file = files.get(hash);
    if (file === undefined) throw new OperatingError('unknown_artifact', `There is no artifact ${hash}`, { retry: 'no' });
    return file;
  };
  return {
    get refs() {
      return [...files.values()].map((file) => file.ref);
    },
    bytes: (ref) => found(typeof ref === 'string' ? ref : ref.hash).bytes,
    async put(content, { name, mediaType, maxBytes = LIMITS.artifactBytes, expectedHash }) {
      const bytes = await collect(content, maxBytes);
      const hash = createHash('sha256').update(bytes).digest('hex');
      if (expectedHash !== undefined && expectedHash !== hash) {
        throw new OperatingError('hash_mismatch', `Expected content with the hash ${expectedHash}, but found ${hash}`, { retry: 'no' });
      }
      const ref = { hash, bytes: bytes.byteLength, mediaType, name };
      if (!files.has(hash)) files.set(hash, { ref, bytes });
      return ref;
    },
    async get(hash) {
      const { bytes } = found(hash);
      return (async function* () {
        yield bytes;
      })();
    },
    stat: async (hash) => files.get(hash)?.ref,
  };
}

async function collect(content: BlobContent, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new OperatingError('payload_too_large', `Expected at most ${maxBytes} bytes`, { retry: 'no' });
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

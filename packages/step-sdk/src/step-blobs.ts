/** The blob port as a step sees it: bytes and files, every read held against its hash. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { LIMITS, OperatingError, type ArtifactRef } from '@baton/contracts';
import type { BlobStore } from '@baton/ports';
import type { StepBlobs } from './step.ts';

export function stepBlobs(store: BlobStore): StepBlobs {
  return {
    put: (bytes, { name, mediaType }) => store.put(bytes, { name, mediaType, maxBytes: LIMITS.artifactBytes }),
    putFile: (path, { name, mediaType }) => store.put(createReadStream(path), { name, mediaType, maxBytes: LIMITS.artifactBytes }),
    async get(ref) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of verified(store, hashOf(ref))) chunks.push(chunk);
      return new Uint8Array(Buffer.concat(chunks));
    },
    async getToFile(ref, path) {
      try {
        await pipeline(verified(store, hashOf(ref)), createWriteStream(path));
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },
  };
}

const hashOf = (ref: ArtifactRef | string): string => (typeof ref === 'string' ? ref : ref.hash);

async function* verified(store: BlobStore, hash: string): AsyncGenerator<Uint8Array> {
  const seen = createHash('sha256');
  for await (const chunk of await store.get(hash)) {
    seen.update(chunk);
    yield chunk;
  }
  if (seen.digest('hex') !== hash) {
    throw new OperatingError('hash_mismatch', `The artifact ${hash} is damaged: its content has another hash. Upload it again`, { retry: 'no' });
  }
}

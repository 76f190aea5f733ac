import { readFile, writeFile } from 'node:fs/promises';
import { LIMITS, type ArtifactRef } from '@baton/contracts';
import type { BlobStore } from '@baton/ports';
import type { StepBlobs } from './step-context.ts';

export function stepBlobs(store: BlobStore): StepBlobs {
  const put: StepBlobs['put'] = (bytes, { name, mediaType }) => store.put(bytes, { name, mediaType, maxBytes: LIMITS.artifactBytes });
  const get = async (ref: ArtifactRef | string): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for await (const part of await store.get(typeof ref === 'string' ? ref : ref.hash)) parts.push(part);
    return new Uint8Array(Buffer.concat(parts));
  };
  return {
    put,
    get,
    putFile: async (path, about) => put(await readFile(path), about),
    getToFile: async (ref, path) => writeFile(path, await get(ref)),
  };
}

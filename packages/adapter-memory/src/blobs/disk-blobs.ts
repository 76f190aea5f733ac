/**
 * Files below `artifacts/` by the hash of their content: `ab/abcd…` with what is known about it beside it in `ab/abcd….json`.
 * Written under another name, flushed and then renamed, so nothing half-written is ever visible, and safe for several
 * processes on one directory: the same content is the same file.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat as statFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactRef, OperatingError, readMessage } from '@baton/contracts';
import type { BlobContent, BlobStore } from '@baton/ports';
import { checkedRef } from './checked-ref.ts';
import { chunksOf, refuseLarger } from './memory-blobs.ts';

const HASH = /^[0-9a-f]{64}$/;
/** An unfinished file of a process that was killed is removed after so long. */
const ABANDONED_MS = 86_400_000;

export async function diskBlobs(parent: string): Promise<BlobStore> {
  const directory = join(parent, 'artifacts');
  const unfinished = join(directory, 'unfinished');
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await removeAbandoned(unfinished);
  const placeOf = (hash: string): string => join(directory, hash.slice(0, 2), hash);

  return {
    async put(content, about) {
      const path = join(unfinished, randomUUID());
      try {
        const ref = checkedRef(await write(path, content, about.maxBytes), about);
        const place = placeOf(ref.hash);
        await mkdir(join(place, '..'), { recursive: true, mode: 0o700 });
        if (await exists(`${place}.json`)) await rm(path);
        else {
          await write(`${path}.json`, new TextEncoder().encode(JSON.stringify(ref)), undefined);
          await rename(path, place);
          await rename(`${path}.json`, `${place}.json`);
        }
        return ref;
      } catch (error) {
        await Promise.all([rm(path, { force: true }), rm(`${path}.json`, { force: true })]);
        throw error;
      }
    },
    async get(hash) {
      if (!HASH.test(hash) || !(await exists(placeOf(hash)))) throw new OperatingError('unknown_artifact', `There is no artifact ${hash}`, { retry: 'no' });
      return createReadStream(placeOf(hash));
    },
    async stat(hash) {
      if (!HASH.test(hash)) return undefined;
      try {
        return readMessage(ArtifactRef, await readFile(`${placeOf(hash)}.json`));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

async function write(path: string, content: BlobContent, maxBytes: number | undefined): Promise<{ readonly hash: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const part of chunksOf(content)) {
      bytes += part.byteLength;
      refuseLarger(bytes, maxBytes);
      hash.update(part);
      await file.writeFile(part);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { hash: hash.digest('hex'), bytes };
}

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

async function removeAbandoned(unfinished: string): Promise<void> {
  for (const name of await readdir(unfinished)) {
    const path = join(unfinished, name);
    const found = await statFile(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < Date.now() - ABANDONED_MS) await rm(path, { force: true });
  }
}

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobStore } from '@baton/ports';
import { openDiskBlobStore } from './disk-blob-store.ts';

const about = { name: 'a.txt', mediaType: 'text/plain' };
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('artifacts on disk', () => {
  let directory: string;
  let store: BlobStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'baton-blobs-'));
    store = await openDiskBlobStore({ directory });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const text = async (hash: string, from: BlobStore = store): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await from.get(hash)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const pathOf = (hash: string): string => join(directory, hash.slice(0, 2), hash.slice(2, 4), hash);
  const incoming = (): Promise<string[]> => readdir(join(directory, '.incoming'));
  const everything = async (): Promise<string[]> => (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

  it('come back as they went in, from bytes and from a stream, also after a restart', async () => {
    const ref = await store.put(Buffer.from('hello'), about);
    expect(ref).toEqual({ hash: sha('hello'), bytes: 5, ...about });
    const streamed = await store.put((async function* () { yield Buffer.from('a'); yield Buffer.from('b'); })(), { name: 'b', mediaType: 'x/y' });
    const again = await openDiskBlobStore({ directory });
    expect(await again.stat(ref.hash)).toEqual(ref);
    expect([await text(ref.hash, again), await text(streamed.hash, again)]).toEqual(['hello', 'ab']);
    expect(await incoming()).toEqual([]);
  });

  it('keep an empty file', async () => {
    const ref = await store.put(new Uint8Array(), about);
    expect(await text(ref.hash)).toBe('');
    expect(await store.stat(ref.hash)).toMatchObject({ bytes: 0 });
  });

  it('are stored once for the same content, under the first name', async () => {
    await store.put(Buffer.from('same'), about);
    await Promise.all(Array.from({ length: 8 }, (_, i) => store.put(Buffer.from('same'), { ...about, name: `${i}` })));
    expect(await store.stat(sha('same'))).toMatchObject({ name: 'a.txt' });
    expect(await everything()).toHaveLength(2);
  });

  it('over the limit are refused while they stream, and leave nothing', async () => {
    let asked = 0;
    const endless = (async function* () { for (;;) { asked += 1; yield Buffer.alloc(1_000); } })();
    await expect(store.put(endless, { ...about, maxBytes: 5_000 })).rejects.toMatchObject({ code: 'payload_too_large', retry: 'no' });
    expect(asked).toBe(6);
    expect(await everything()).toEqual([]);
  });

  it('of another content than announced are refused, and leave nothing', async () => {
    await expect(store.put(Buffer.from('x'), { ...about, expectedHash: sha('y') })).rejects.toMatchObject({ code: 'hash_mismatch' });
    expect(await everything()).toEqual([]);
  });

  it('whose stream breaks leave nothing', async () => {
    await expect(store.put((async function* () { yield Buffer.from('x'); throw new Error('cut'); })(), about)).rejects.toThrow('cut');
    expect(await everything()).toEqual([]);
  });

  it.each(['../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`, '', `${'0'.repeat(64)}.json`, '0'.repeat(64)])('are not found under %p', async (hash) => {
    expect(await store.stat(hash)).toBeUndefined();
    await expect(store.get(hash)).rejects.toMatchObject({ code: 'unknown_artifact' });
  });

  it('take no path from a name', async () => {
    const { hash } = await store.put(Buffer.from('x'), { name: '../../../evil', mediaType: 'text/plain' });
    expect((await everything()).sort()).toEqual([hash, `${hash}.json`]);
  });

  it('that were cut on disk count as missing, and are made whole when the content comes again', async () => {
    const { hash } = await store.put(Buffer.from('whole'), about);
    await writeFile(pathOf(hash), 'who');
    expect(await store.stat(hash)).toBeUndefined();
    await store.put(Buffer.from('whole'), about);
    expect(await text(hash)).toBe('whole');
  });

  it('that were changed on disk are found out where reads are verified', async () => {
    const { hash } = await store.put(Buffer.from('right'), about);
    await writeFile(pathOf(hash), 'wrong');
    const careful = await openDiskBlobStore({ directory, verifyReads: true });
    await expect(text(hash, careful)).rejects.toMatchObject({ code: 'hash_mismatch' });
    expect(await readFile(pathOf(hash), 'utf8')).toBe('wrong');
  });

  it('half written by a process that was killed are invisible, and removed after a day', async () => {
    const hash = sha('killed');
    await mkdir(dirname(pathOf(hash)), { recursive: true });
    await writeFile(`${pathOf(hash)}.json`, JSON.stringify({ hash, bytes: 6, ...about }));
    expect(await store.stat(hash)).toBeUndefined();
    const old = join(directory, '.incoming', 'old');
    await writeFile(old, 'x');
    await writeFile(join(directory, '.incoming', 'new'), 'x');
    await utimes(old, 1, 1);
    await openDiskBlobStore({ directory });
    expect(await incoming()).toEqual(['new']);
  });

  it('say that the disk is at fault where it is (F43)', async () => {
    await expect(openDiskBlobStore({ directory: '/dev/null/x' })).rejects.toMatchObject({ code: 'unavailable', retry: 'yes' });
  });
});

import { createHash } from 'node:crypto';
import type { BlobStore } from '@baton/ports';
import { runner } from './runner.ts';

export interface OpenedBlobStore {
  /** Empty. */
  readonly store: BlobStore;
  close(): Promise<void>;
}

/** What every BlobStore must do. */
export function blobStoreSuite(name: string, open: () => Promise<OpenedBlobStore>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`BlobStore: ${name}`, () => {
    let opened: OpenedBlobStore;
    let store: BlobStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());
    const about = { name: 'report.pdf', mediaType: 'application/pdf' };
    const bytes = (text: string) => new TextEncoder().encode(text);
    const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
    const readAll = async (hash: string) => {
      const parts: Uint8Array[] = [];
      for await (const part of await store.get(hash)) parts.push(part);
      return Buffer.concat(parts);
    };

    it('names a file by the hash of its content and gives it back whole', async () => {
      const content = bytes('hello');
      const ref = await store.put(content, about);
      expect(ref).toEqual({ hash: hashOf(content), bytes: 5, ...about });
      expect([...(await readAll(ref.hash))]).toEqual([...content]);
      expect(await store.stat(ref.hash)).toEqual(ref);
    });

    it('takes an empty file', async () => {
      const ref = await store.put(new Uint8Array(), about);
      expect(ref.bytes).toBe(0);
      expect(await readAll(ref.hash)).toHaveLength(0);
    });

    it('takes a stream of 20 MB, part by part', async () => {
      const part = new Uint8Array(65_536).fill(7);
      const hash = createHash('sha256');
      const ref = await store.put(
        (async function* () {
          for (let i = 0; i < 320; i++) {
            hash.update(part);
            yield part;
          }
        })(),
        about,
      );
      expect(ref).toMatchObject({ bytes: 20_971_520, hash: hash.digest('hex') });
      expect(hashOf(await readAll(ref.hash))).toBe(ref.hash);
    });

    it('keeps what was given, though the caller writes into the same buffer afterwards', async () => {
      const content = bytes('before');
      const { hash } = await store.put(content, about);
      content.fill(0);
      expect((await readAll(hash)).toString()).toBe('before');
    });

    it('keeps the same content twice as one file, under the name of each call', async () => {
      const one = await store.put(bytes('same'), about);
      const two = await store.put(bytes('same'), { name: 'other.bin', mediaType: 'application/octet-stream' });
      expect(two).toEqual({ hash: one.hash, bytes: 4, name: 'other.bin', mediaType: 'application/octet-stream' });
    });

    it('takes the same content from many writers at once', async () => {
      const refs = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes('same'), about)));
      expect(new Set(refs.map(({ hash }) => hash)).size).toBe(1);
      expect((await readAll(refs[0]!.hash)).toString()).toBe('same');
    });

    it('refuses content over the limit, and keeps nothing of it', async () => {
      await expect(store.put(bytes('123456'), { ...about, maxBytes: 5 })).rejects.toMatchObject({ code: 'payload_too_large' });
      expect(await store.stat(hashOf(bytes('123456')))).toBeUndefined();
      expect(await store.put(bytes('12345'), { ...about, maxBytes: 5 })).toMatchObject({ bytes: 5 });
    });

    it('refuses content with another hash than announced, and keeps nothing of it', async () => {
      await expect(store.put(bytes('x'), { ...about, expectedHash: hashOf(bytes('y')) })).rejects.toMatchObject({ code: 'hash_mismatch' });
      expect(await store.stat(hashOf(bytes('x')))).toBeUndefined();
    });

    it('keeps nothing of a stream that breaks off', async () => {
      const broken = (async function* () {
        yield bytes('half');
        throw new Error('the upload was aborted');
      })();
      await expect(store.put(broken, about)).rejects.toThrow('the upload was aborted');
      expect(await store.stat(hashOf(bytes('half')))).toBeUndefined();
    });

    it('knows no artifact that was not put, whatever is asked for', async () => {
      for (const hash of ['0'.repeat(64), '../../etc/passwd', '', 'A'.repeat(64)]) {
        expect(await store.stat(hash)).toBeUndefined();
        await expect(store.get(hash)).rejects.toMatchObject({ code: 'unknown_artifact' });
      }
    });
  });
}

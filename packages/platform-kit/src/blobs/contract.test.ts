/** The contract of the blob port, held against the store on disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreSuite } from '@baton/testkit';
import { openDiskBlobStore } from './disk-blob-store.ts';

for (const verifyReads of [false, true]) {
  blobStoreSuite(`disk, reads ${verifyReads ? '' : 'not '}verified`, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'baton-blobs-'));
    return { store: await openDiskBlobStore({ directory, verifyReads }), close: () => rm(directory, { recursive: true, force: true }) };
  });
}

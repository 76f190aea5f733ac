/** The contract of the blob port, held against the store that unit tests of steps use. */
import { blobStoreSuite } from '@baton/testkit';
import { memoryBlobStore } from './memory-blob-store.ts';

blobStoreSuite('memory, of testStep', async () => ({ store: memoryBlobStore(), close: async () => {} }));

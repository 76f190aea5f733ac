/** Reads the items of Map states and writes their results as a process: from and to the objects and artifacts in BATON_BLOB_DIR. */
import { openDiskBlobStore, readConfig } from '@baton/platform-kit';
import { serve } from '@baton/step-sdk';
import { openObjects } from './objects/objects.ts';
import { mapDataSteps, SERVICE } from './steps/map-data-steps.ts';

const { blobDir } = readConfig(process.env, { needs: ['blobDir'] });
const artifacts = await openDiskBlobStore({ directory: blobDir, verifyReads: true });
await serve({ service: SERVICE, steps: mapDataSteps(openObjects(blobDir, artifacts)) });

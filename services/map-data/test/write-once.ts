/** Writes results as a process that can be killed: the directory and what the step is given. */
import { openDiskBlobStore } from '@baton/platform-kit';
import { testStep } from '@baton/step-sdk';
import { mapDataSteps, openObjects } from '@baton/map-data';

const [directory = '', input = '{}'] = process.argv.slice(2);
const artifacts = await openDiskBlobStore({ directory });
const step = mapDataSteps(openObjects(directory, artifacts)).find(({ name }) => name === 'write-results')!;
await testStep(step, JSON.parse(input), { blobs: artifacts });

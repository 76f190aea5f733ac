/** Executions that read objects: the steps of the platform read them, from a directory in which they stand as they stood in the bucket. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Json } from '@baton/contracts';
import { mapDataSteps, openObjects } from '@baton/map-data';
import { openDiskBlobStore } from '@baton/platform-kit';
import { testStep, type AnyStep } from '@baton/step-sdk';
import type { Verdict } from '../case.ts';
import type { AttemptSeen, Said } from '../drive.ts';
import { runExecution } from './execution.ts';
import type { RecordedCase } from './recorded.ts';

/** The service of the platform that reads. */
const READERS = 'map-data';

/** Deciding does not wait, so a run that asks for what has not been read yet is driven once more when it has. */
export async function runWithObjects(recorded: RecordedCase): Promise<Verdict> {
  const directory = await mkdtemp(join(tmpdir(), 'objects-'));
  try {
    for (const { Bucket, Key, Body } of recorded.s3Objects as readonly { readonly Bucket: string; readonly Key: string; readonly Body: string }[]) {
      const path = join(directory, 'buckets', Bucket, Key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, Body);
    }
    const artifacts = await openDiskBlobStore({ directory });
    const steps = mapDataSteps(openObjects(directory, artifacts));
    const read = new Map<string, Said>();
    for (;;) {
      const asked: AttemptSeen[] = [];
      const verdict = runExecution(recorded, (attempt) => {
        if (!attempt.step.startsWith(`${READERS}/`)) return undefined;
        const known = read.get(nameOf(attempt));
        if (known === undefined) asked.push(attempt);
        return known ?? 'silence';
      });
      if (asked.length === 0) return verdict;
      for (const attempt of asked) read.set(nameOf(attempt), await perform(steps, attempt));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const nameOf = ({ step, input }: AttemptSeen): string => JSON.stringify([step, input]);

async function perform(steps: readonly AnyStep[], { step: name, input }: AttemptSeen): Promise<Said> {
  const step = steps.find((each) => `${READERS}/${each.name}` === name);
  if (step === undefined) throw new Error(`Expected a step that reads, but found ${name}`);
  try {
    return { outcome: 'succeeded', output: (await testStep(step, input)).output as Json };
  } catch (error) {
    return { outcome: 'failed', error: { name: (error as Error).name, message: (error as Error).message, kind: 'technical' } };
  }
}

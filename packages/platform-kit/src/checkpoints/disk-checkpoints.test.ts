import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunId } from '@baton/contracts';
import { checkpointsSuite, sampleState } from '@baton/testkit';
import { openDiskCheckpoints } from './disk-checkpoints.ts';

checkpointsSuite('disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'baton-checkpoints-'));
  return { checkpoints: await openDiskCheckpoints({ directory, namespace: 'suite' }), close: () => rm(directory, { recursive: true, force: true }) };
});

describe('checkpoints on disk', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'baton-checkpoints-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const damaged: string[] = [];
  const open = (namespace = 'x') => openDiskCheckpoints({ directory, namespace, damaged: (_file, why) => void damaged.push(why) });
  const write = async (epoch: number): Promise<void> => {
    const writer = await (await open()).begin(3, { epoch, inboxOff: 1, disp: 2, beganMs: 3 });
    await writer.add([{ state: sampleState({ runId: 'run' as RunId, seq: epoch }), entries: [] }]);
    await writer.commit();
  };
  const epochs = async (namespace?: string): Promise<number[]> => {
    damaged.length = 0;
    const found: number[] = [];
    for await (const { head } of (await open(namespace)).whole(3)) found.push(head.epoch);
    return found;
  };
  const newestFile = async (): Promise<string> => join(directory, 'x', '3', (await readdir(join(directory, 'x', '3'))).sort().at(-1)!);

  it('outlive the process that wrote them', async () => {
    await write(5);
    expect(await epochs()).toEqual([5]);
  });

  it.each([
    ['cut short', (file: string) => truncate(file, 40)],
    ['empty', (file: string) => truncate(file, 0)],
    ['changed in one byte', async (file: string) => {
      const bytes = await readFile(file);
      bytes[bytes.length - 8]! ^= 1;
      await writeFile(file, bytes);
    }],
  ])('that were %s are passed over for the one before, and somebody is told', async (_how, damage) => {
    await write(5);
    await write(6);
    await damage(await newestFile());
    expect(await epochs()).toEqual([5]);
    expect(damaged).toHaveLength(1);
  });

  it('of another namespace or partition are not taken, whatever folder they were put into', async () => {
    await write(5);
    expect(await epochs('y')).toEqual([]);
  });

  it('leave nothing behind when they are broken off', async () => {
    const writer = await (await open()).begin(3, { epoch: 5, inboxOff: 1, disp: 2, beganMs: 3 });
    await writer.add([{ state: sampleState({ runId: 'run' as RunId }), entries: [] }]);
    await writer.abort();
    expect(await readdir(join(directory, 'x', '3'))).toEqual([]);
  });

  it('that a process left half-written when it ended are removed by whoever begins with a later claim, and nobody else (F1)', async () => {
    const begin = async (epoch: number) => (await open()).begin(3, { epoch, inboxOff: 1, disp: 2, beganMs: 3 });
    const epochsUnfinished = async (): Promise<number[]> => (await readdir(join(directory, 'x', '3'))).flatMap((name) => (name.startsWith('.') ? [Number(name.split('-')[0]!.slice(1))] : []));
    /** The file is made when the disk gets to it. */
    const unfinished = async (epoch: number): Promise<void> => {
      while (!(await epochsUnfinished()).includes(epoch)) await setImmediate();
    };
    const left = await begin(5);
    await left.add([{ state: sampleState({ runId: 'run' as RunId }), entries: [] }]);
    await unfinished(5);
    const later = await begin(7);
    await unfinished(7);
    const earlier = await begin(6);
    await unfinished(6);
    expect((await epochsUnfinished()).sort()).toEqual([6, 7]);
    await expect(left.commit()).rejects.toMatchObject({ code: 'unavailable' });
    await later.commit();
    await earlier.commit();
    expect(await epochs()).toEqual([7, 6]);
  });

  it('say so where the directory cannot be used (F43)', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(openDiskCheckpoints({ directory: join(directory, 'file'), namespace: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDirectory } from '../testing/test-directory.ts';
import { newRoom } from './rooms.ts';
import { sweepScratch } from './sweep.ts';

const hourMs = 3_600_000;
const nowMs = 1_000 * hourMs;
let directory: ReturnType<typeof testDirectory>;
beforeEach(() => {
  directory = testDirectory();
  mkdirSync(join(directory.path, 'parts'));
});
afterEach(() => directory.remove());

const part = (name: string, about: { bytes: number; unusedHours: number }): void => {
  const path = join(directory.path, 'parts', name);
  writeFileSync(path, Buffer.alloc(about.bytes));
  utimesSync(path, (nowMs - about.unusedHours * hourMs) / 1000, (nowMs - about.unusedHours * hourMs) / 1000);
};
const parts = (): string[] => readdirSync(join(directory.path, 'parts')).sort();
const sweep = (limits: Partial<Parameters<typeof sweepScratch>[1]> = {}) => sweepScratch(directory.path, { maxBytes: 1_000, maxAgeMs: 100 * hourMs, nowMs, isInUse: () => false, ...limits });

describe('sweeping', () => {
  it('takes away what has not been used for too long', async () => {
    part('old', { bytes: 1, unusedHours: 101 });
    part('new', { bytes: 1, unusedHours: 99 });
    await sweep();
    expect(parts()).toEqual(['new']);
  });

  it('takes away those unused the longest until the rest fits', async () => {
    part('a', { bytes: 600, unusedHours: 30 });
    part('b', { bytes: 600, unusedHours: 20 });
    part('c', { bytes: 300, unusedHours: 10 });
    expect(await sweep()).toEqual({ partsRemoved: 1, roomsRemoved: 0, bytesKept: 900 });
    expect(parts()).toEqual(['b', 'c']);
  });

  it('leaves what is in use or was used a moment ago, even over the limit', async () => {
    part('in use', { bytes: 2_000, unusedHours: 500 });
    part('just used', { bytes: 2_000, unusedHours: 0.1 });
    part('free', { bytes: 2_000, unusedHours: 1 });
    await sweep({ isInUse: (path) => path.endsWith('in use') });
    expect(parts()).toEqual(['in use', 'just used']);
  });

  it('clears the rooms of dead processes, and no others', async () => {
    const mine = await newRoom(directory.path);
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-');
    for (const name of [`${host}_${pid}_x`, `elsewhere_${pid}_x`]) mkdirSync(join(directory.path, 'rooms', name));
    for (const name of readdirSync(join(directory.path, 'rooms'))) utimesSync(join(directory.path, 'rooms', name), nowMs / 1000, nowMs / 1000);
    await sweep();
    expect(new Set(readdirSync(join(directory.path, 'rooms')))).toEqual(new Set([basename(mine), `elsewhere_${pid}_x`]));
  });

  it('has nothing to do where there is no scratch yet', async () => {
    await expect(sweepScratch(join(directory.path, 'nowhere'), { maxBytes: 1, maxAgeMs: 1, nowMs, isInUse: () => false })).resolves.toEqual({ partsRemoved: 0, roomsRemoved: 0, bytesKept: 0 });
  });
});

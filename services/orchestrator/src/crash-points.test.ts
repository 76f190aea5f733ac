import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { memoryCheckpoints, openMemory, type Memory } from '@baton/adapter-memory';
import { CARRIED_KEY, CLAIM_KEY, encodeHistoryRecord, MARK_KEY, type RunId } from '@baton/contracts';
import { CRASH_POINT_CHANNEL, hmacTaskTokens, Secret } from '@baton/platform-kit';
import type { ConductorPorts } from '@baton/runtime';
import { sampleState } from '@baton/testkit';
import { withCrashPoints } from './crash-points.ts';

describe('the ports with crash points', () => {
  let memory: Memory;
  let ports: Omit<ConductorPorts, 'observer'>;
  let points: string[];
  const note = (message: unknown): void => void points.push((message as { point: string }).point);
  beforeEach(async () => {
    memory = await openMemory({ namespace: 'own', partitions: 1 });
    const { history, inboxSource: inbox, inboxSender: sender, stateIndex: index, commandBus: bus, deadLetters, definitions, wakeUps, clock } = memory;
    ports = { history, inbox, sender, index, bus, deadLetters, definitions, wakeUps, clock, tokens: hmacTaskTokens({ namespace: 'own', current: new Secret('x'.repeat(32)) }) };
    points = [];
  });
  afterEach(async () => {
    unsubscribe(CRASH_POINT_CHANNEL, note);
    await memory.close();
  });

  it('are the bare ports where nobody watches', () => {
    expect(withCrashPoints(ports)).toBe(ports);
  });

  it('tell apart what is appended to the history, and pass on what is read', async () => {
    subscribe(CRASH_POINT_CHANNEL, note);
    const { history } = withCrashPoints(ports);
    const offsets: number[] = [];
    const image = encodeHistoryRecord({ v: 2, t: 'image', epoch: 0, state: sampleState({ runId: 'run-1' as RunId }), stateHash: 'h' });
    const records = [{ key: CLAIM_KEY, value: 'v' }, { key: 'run-1', value: 'v' }, { key: MARK_KEY, value: 'v' }, { key: 'run-1', value: image }, { key: CARRIED_KEY, value: 'v' }];
    for (const record of records) offsets.push((await history.append(0, [record])).baseOffset);
    expect(offsets).toEqual([0, 1, 2, 3, 4]);
    expect(points).toEqual(['claim', 'batch', 'mark', 'images', 'carried'].flatMap((what) => [`history.append.${what}:before`, `history.append.${what}:after`]));
    points = [];
    const keys: (string | null)[] = [];
    for await (const records of history.read(0, { from: 0, to: 2 })) keys.push(...records.map(({ key }) => key));
    expect(keys).toEqual([CLAIM_KEY, 'run-1', MARK_KEY]);
    expect(points.slice(0, 2)).toEqual(['history.read:before', 'history.read:after']);
  });

  it('lie around each step of a checkpoint, and around each piece of it that is read', async () => {
    subscribe(CRASH_POINT_CHANNEL, note);
    const checkpoints = withCrashPoints({ ...ports, checkpoints: memoryCheckpoints() }).checkpoints!;
    const run = { state: sampleState({ runId: 'run-1' as RunId }), entries: [] };
    const writer = await checkpoints.begin(0, { epoch: 1, inboxOff: 0, disp: 0, beganMs: 0 });
    await writer.add([run]);
    await writer.commit();
    expect(points).toEqual(['begin', 'add', 'commit'].flatMap((step) => [`checkpoints.${step}:before`, `checkpoints.${step}:after`]));
    points = [];
    const found: unknown[] = [];
    for await (const { runs } of checkpoints.whole(0)) for await (const piece of runs()) found.push(...piece);
    expect(found).toEqual([run]);
    const around = (call: string): string[] => [`${call}:before`, `${call}:after`];
    expect(points).toEqual([...around('checkpoints.whole'), ...around('checkpoints.runs'), ...around('checkpoints.runs'), ...around('checkpoints.whole')]);
  });

  it('end a read that its caller leaves', async () => {
    subscribe(CRASH_POINT_CHANNEL, note);
    let left = false;
    async function* endless(): AsyncGenerator<readonly []> {
      try {
        for (;;) yield [];
      } finally {
        left = true;
      }
    }
    const { history } = withCrashPoints({ ...ports, history: { ...ports.history, read: endless } });
    for await (const _records of history.read(0, { from: 0, to: 9 })) break;
    expect(left).toBe(true);
  });
});

/** What an operator can ask of a system that works, from the command line. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { run as baton } from '@baton/cli';
import { partitionOf, type RunState } from '@baton/contracts';
import { describeWithServers, testServers, type ServerAddresses } from '@baton/local';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { PARTITIONS, startSystem, type System } from './system.ts';

interface Verdict {
  readonly invariant: string;
  readonly outcome: string;
  readonly examined: number;
  readonly violations: readonly { readonly runId?: string; readonly what: string }[];
}

describeWithServers(['kafka', 'redis'], 'an operator', () => {
  let system: System;
  let addresses: ServerAddresses;
  let raw: Redis;
  beforeAll(async () => {
    addresses = await testServers();
    system = await startSystem(addresses);
    raw = new Redis(addresses.redisUrl);
    await Promise.all([system.orchestrator(), system.worker()]);
  });
  afterAll(async () => {
    raw?.disconnect();
    await system?.close();
  });

  const ask = async (args: readonly string[], heard: (text: string) => void = () => undefined): Promise<{ readonly code: number; readonly stdout: string }> => {
    let stdout = '';
    const env = { BATON_KAFKA_BROKERS: addresses.kafkaBrokers.join(','), BATON_REDIS_URL: addresses.redisUrl, BATON_NAMESPACE: system.namespace, BATON_URL: system.client.baseUrl };
    const world = { env, stdout: { write: (text: string) => void (stdout += text) }, stderr: { write: heard, isTTY: true }, stdin: (async function* () {})(), signal: new AbortController().signal, nowMs: () => Date.now(), startEmbedded: () => Promise.reject(new Error('Expected no embedded system')) };
    const code = await baton(args, world);
    return { code, stdout };
  };
  const call = async <T>(...args: string[]): Promise<{ readonly code: number; readonly document: T }> => {
    const { code, stdout } = await ask([...args, '--json']);
    return { code, document: JSON.parse(stdout) as T };
  };
  const verify = (...args: string[]) => call<{ readonly runs?: readonly string[]; readonly records: number; readonly verdicts: readonly Verdict[] }>('verify', ...args);
  const stateKey = async (runId: string): Promise<string> => {
    const base = `{b:${system.namespace}:${partitionOf(runId, PARTITIONS)}}`;
    return `${base}:${await raw.hget(`${base}:meta`, 'gen')}:r:${runId}`;
  };

  /** Of this system: those of other tests on the same broker come and go. */
  const groups = async (): Promise<string[]> => {
    const admin = new Kafka({ brokers: [...addresses.kafkaBrokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((groupId) => groupId.includes(system.namespace)).sort();
    } finally {
      await admin.disconnect();
    }
  };

  it('finds every invariant held while runs go on, and nothing of it disturbs them', async () => {
    const runIds = await system.startMany(40, 'journey', (index) => ({ ms: 100 + index * 50 }));
    const before = await groups();
    const { code, document } = await verify('--all');
    expect(document.verdicts.flatMap(({ violations }) => violations)).toEqual([]);
    expect(code).toBe(0);
    for (const id of ['I1', 'I3', 'I4', 'I5', 'I6', 'I7', 'I13', 'I15', 'I18']) expect(document.verdicts.find(({ invariant }) => invariant === id)).toMatchObject({ outcome: 'held' });
    expect(await groups()).toEqual(before);
    await system.ended(runIds);
    await system.expectSound({ executions: 1 });
  });

  it('looks at one run, or at some', async () => {
    const [runId] = await system.startMany(1, 'three');
    await system.ended([runId!]);
    const one = await verify('--run', runId!);
    expect(one).toMatchObject({ code: 0, document: { runs: [runId] } });
    expect(one.document.verdicts.find(({ invariant }) => invariant === 'I3')).toMatchObject({ outcome: 'held', examined: 4 });
    // Whichever runs it are: a few times.
    for (let i = 0; i < 4; i++) {
      const some = await verify('--sample', '5');
      expect(some.document.verdicts.flatMap(({ violations }) => violations)).toEqual([]);
      expect(some.code).toBe(0);
      expect(new Set(some.document.runs).size).toBe(5);
    }
    expect(await call('verify', '--run', 'run-of-nobody')).toMatchObject({ code: 4, document: { error: { code: 'unknown_run' } } });
  });

  it('is told of a run whose view is not what the history says', async () => {
    const [runId] = await system.startMany(1, 'three');
    await system.ended([runId!]);
    const key = await stateKey(runId!);
    const stored = (await raw.hget(key, 'state'))!;
    await raw.hset(key, 'state', JSON.stringify({ ...(JSON.parse(stored) as RunState), output: 'another' }));
    try {
      for (const args of [['--all'], ['--run', runId!]]) {
        const { code, document } = await verify(...args);
        expect(code).toBe(5);
        expect(document.verdicts.flatMap(({ violations }) => violations)).toEqual([{ invariant: 'I5', runId, partition: partitionOf(runId!, PARTITIONS), what: 'the view holds another state than the fold at transition 4' }]);
      }
      // What was only late is gone at the second look, and does not count.
      let healed: Promise<unknown> | undefined;
      const heard = (text: string): void => void (text.includes('looking again') && (healed ??= raw.hset(key, 'state', stored)));
      const { code, stdout } = await ask(['verify', '--run', runId!], heard);
      expect(healed).toBeDefined();
      expect(stdout).toContain('no violation');
      expect(code).toBe(0);
    } finally {
      await raw.hset(key, 'state', stored);
    }
  });

  interface Drill {
    readonly restored: readonly { readonly partition: number; readonly base: string; readonly equal: number; readonly differences: readonly { readonly runId: string }[] }[];
    readonly records: number;
  }

  it('restores the view beside the live one while runs go on, finds it equal, and leaves nothing behind (F64)', async () => {
    const runIds = await system.startMany(30, 'journey', (index) => ({ ms: 100 + index * 100 }));
    const { code, document } = await call<Drill>('drill', 'restore');
    expect(document.restored.flatMap(({ differences }) => differences)).toEqual([]);
    expect(code).toBe(0);
    expect(new Set(document.restored.map(({ partition }) => partition)).size).toBe(PARTITIONS);
    expect(document.restored.reduce((sum, { equal }) => sum + equal, 0)).toBeGreaterThanOrEqual(30);
    expect(await raw.keys('{b:drill-*')).toEqual([]);
    await system.ended(runIds);
  });

  it('is told by the drill of a run that the live view has otherwise', async () => {
    const [runId] = await system.startMany(1, 'three');
    await system.ended([runId!]);
    const key = await stateKey(runId!);
    const stored = (await raw.hget(key, 'state'))!;
    await raw.hset(key, 'state', JSON.stringify({ ...(JSON.parse(stored) as RunState), output: 'another' }));
    try {
      const { code, document } = await call<Drill>('drill', 'restore', '--partition', String(partitionOf(runId!, PARTITIONS)));
      expect(code).toBe(5);
      expect(document.restored.flatMap(({ differences }) => differences)).toEqual([{ runId, what: 'differs from the live view at transition 4' }]);
    } finally {
      await raw.hset(key, 'state', stored);
    }
    expect(await raw.keys('{b:drill-*')).toEqual([]);
  });

  it('has the view of a partition built again while runs go on and starts are taken (F64)', async () => {
    const runIds = await system.startMany(60, 'journey', (index) => ({ ms: 2_000 + index * 50 }));
    const partition = partitionOf(runIds[0]!, PARTITIONS);
    expect(await call('rebuild', '--partition', String(partition))).toMatchObject({ code: 0, document: { done: false, from: 'the beginning of the history' } });
    const before = (await system.redis.stateIndex.meta(partition))!;
    const rebuilt = await call<{ readonly done: boolean; readonly durationMs: number }>('rebuild', '--partition', String(partition), '--yes');
    expect(rebuilt).toMatchObject({ code: 0, document: { done: true } });
    // A lane looks by itself every 30 seconds; it was told.
    expect(rebuilt.document.durationMs).toBeLessThan(25_000);
    const after = (await system.redis.stateIndex.meta(partition))!;
    expect(after.epoch).toBeGreaterThan(before.epoch);
    const more = await system.startMany(10, 'three');
    await system.ended([...runIds, ...more]);
    await system.expectSound({ executions: 1 });
    expect(await verify('--all')).toMatchObject({ code: 0 });
    expect(await call('rebuild', '--partition', '99', '--yes')).toMatchObject({ code: 2, document: { error: { message: `--partition expects a number below ${PARTITIONS}, but found 99` } } });
  });
});

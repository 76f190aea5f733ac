/** Redis away and wiped, Kafka away: nothing is lost, nothing is done twice, and everything goes on by itself. Servers of this file's own, since they are killed. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { isTerminal, partitionOf, type RunView } from '@baton/contracts';
import { describeWithServers, startKafka, startRedis, type KafkaServer, type RedisServer } from '@baton/local';
import { ask as askDoor, type Answer } from './ask.ts';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

const AWAY_MS = 30_000;
/** From back to every run over; far below what a person would call stuck. */
const RESUMED_WITHIN_MS = 120_000;
const spread = (index: number) => ({ ms: 100 + (index % 30) * 100 });

describeWithServers(['kafka', 'redis'], 'an outage', () => {
  let kafka: KafkaServer;
  let redis: RedisServer;
  let system: System;
  let orchestrators: readonly Proc[];
  let all: readonly Proc[];
  beforeAll(async () => {
    const env = { ...process.env, BATON_KAFKA_BROKERS: undefined, BATON_REDIS_URL: undefined };
    [kafka, redis] = await Promise.all([startKafka({ env }), startRedis({ env })]);
    system = await startSystem({ kafkaBrokers: kafka.brokers, redisUrl: redis.url });
    const [worker, ...conductors] = await Promise.all([system.worker(), system.orchestrator(), system.orchestrator()]);
    orchestrators = conductors;
    all = [worker, ...conductors];
  });
  afterEach(async () => {
    // A test that failed in the middle of an outage does not take the next one with it.
    for (const server of [kafka, redis]) if (server.pid === undefined) await server.restart();
  });
  afterAll(async () => {
    await system?.close();
    await Promise.all([kafka?.close(), redis?.close()]);
  });

  const ask = (path: string, body?: object): Promise<Answer> => askDoor(system.client.baseUrl, path, body);
  const start = (workflow: string, input: object, idempotencyKey: string) => ask('/v1/runs', { workflow, input, idempotencyKey });
  const probe = async ({ port }: Proc, path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(30_000) })).status;
  const ready = (): Promise<boolean> =>
    eventually(async () => (await system.client.readiness()).status === 'ready' && (await Promise.all(all.map((proc) => probe(proc, '/readyz')))).every((status) => status === 200), 'everything to be ready', 90_000, system.said);
  /** Nobody has ended and nobody asks to be restarted: an outage must not become a storm of restarts. */
  const expectAlive = async (): Promise<void> => {
    for (const proc of all) expect({ name: proc.name, livez: await probe(proc, '/livez') }).toEqual({ name: proc.name, livez: 200 });
  };
  const completed = (): number => system.wire.lifecycle().filter(({ type }) => type === 'baton.run.completed').length;
  const moved = async (before: number): Promise<boolean> => eventually(() => completed() - before >= 3, 'the first runs to end', 120_000, system.said);
  const retryScheduled = (runId: string): Promise<boolean> =>
    eventually(async () => (await system.truth()).transitions.get(runId)?.some(({ events }) => events.some(({ type }) => type === 'retry-scheduled')) ?? false, `${runId} to wait for its retry`);
  /** Each step was executed once, but for the one that fails at first. `orElse`: what else may have become of a `long_one`. */
  const expectDoneOnce = (runs: readonly RunView[], orElse: readonly string[] = []): void => {
    const executed = new Map<string, string[]>();
    for (const { runId, what } of system.ledger()) executed.set(runId, [...(executed.get(runId) ?? []), what]);
    const expected: Record<string, readonly string[]> = { journey: ['a,short,flaky,flaky,c'], steady_journey: ['a,short,flaky,flaky,c'], steady_one: ['a,long,c'], long_one: ['a,long,c', ...orElse] };
    for (const { runId, workflow } of runs) expect(expected[workflow]).toContain(executed.get(runId)?.join());
  };

  it('of Redis for half a minute, which comes back empty: starts are taken all the while, reads say so, and all runs end (F23, F60)', async () => {
    await ready();
    const offset = await system.wire.write(system.names.inbox, { partition: 0, value: 'no message' });
    const letter = await system.wire.deadLetterOf(system.names.inbox, 0, offset);
    await eventually(() => system.client.deadLetter(letter.id).catch(() => undefined), 'the door to show the letter');
    const before = completed();
    const early = await start('journey', { ms: 1 }, 'from before');
    const parked = (await start('far_retry', {}, 'cancelled meanwhile')).body.runId as string;
    await retryScheduled(parked);
    await eventually(async () => (await system.client.get(parked)).seq > 0, 'the view to have it');
    const runIds = [early.body.runId as string, ...(await system.startMany(40, 'journey', spread)), ...(await system.startMany(4, 'steady_one', (index) => ({ ms: 8_000 + index * 10_000 }))), ...(await system.startMany(2, 'long_one', (index) => ({ ms: 12_000 + index * 20_000 })))];
    await moved(before);

    await redis.kill('SIGKILL');
    const awayMs = Date.now();
    expect(completed() - before).toBeLessThan(runIds.length);
    await eventually(async () => (await system.client.readiness()).checks['redis']?.ok === false, 'the door to see it');
    expect((await system.client.readiness()).status).toBe('degraded');
    // Taken all through the outage, not only in its first second.
    const meanwhile: string[] = [];
    for (let i = 0; i < 12; i++) {
      const answer = await start('journey', { ms: i }, `meanwhile-${i}`);
      expect({ ...answer, ms: answer.ms < 5_000 }).toMatchObject({ status: 202, ms: true });
      meanwhile.push(answer.body.runId);
      await eventually(() => Date.now() - awayMs >= ((i + 1) * AWAY_MS) / 12, 'the next start', AWAY_MS);
    }
    expect(await start('journey', { ms: 999 }, 'meanwhile-0')).toMatchObject({ status: 202, body: { runId: meanwhile[0] } });
    expect(await ask('/v1/runs')).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'unavailable' } });
    for (const path of ['', '/history']) expect(await ask(`/v1/runs/${parked}${path}`)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    // What it has taken itself a moment ago, the door tells from memory.
    expect(await ask(`/v1/runs/${meanwhile.at(-1)}`)).toMatchObject({ status: 200, body: { status: 'running', seq: 0 } });
    expect(await ask(`/v1/runs/${parked}/cancel`, { reason: 'in the dark' })).toMatchObject({ status: 202 });
    await eventually(async () => (await Promise.all(orchestrators.map((proc) => probe(proc, '/readyz')))).every((status) => status === 503), 'both orchestrators to say that they cannot work', 60_000, system.said);
    await expectAlive();
    expect(Date.now() - awayMs).toBeGreaterThanOrEqual(AWAY_MS);
    await rm(join(redis.dataDir, 'appendonlydir'), { recursive: true });
    await redis.restart();

    const runs = await system.ended([...runIds, ...meanwhile], RESUMED_WITHIN_MS);
    expect(runs.filter(({ status }) => status !== 'completed')).toEqual([]);
    expect(await system.ended([parked], RESUMED_WITHIN_MS)).toMatchObject([{ status: 'cancelled' }]);
    await ready();
    await expectAlive();
    await system.expectSound({ executions: 1 });
    expectDoneOnce(runs);
    // The key that was used with two inputs in the dark: the first one counts, the other is a dead letter that says why.
    expect(runs.find(({ runId }) => runId === meanwhile[0])).toMatchObject({ output: { ms: 0 } });
    const conflict = await eventually(() => [...system.wire.deadLetters().values()].find(({ runId }) => runId === meanwhile[0]), 'the letter of the other input');
    expect(conflict).toMatchObject({ topic: system.names.inbox, partition: partitionOf(meanwhile[0]!, PARTITIONS), reason: 'idempotency_conflict' });
    for (const [key, runId, input] of [['from before', runIds[0], { ms: 1 }], ['meanwhile-0', meanwhile[0], { ms: 0 }], ['meanwhile-1', meanwhile[1], { ms: 1 }]] as const) {
      expect({ key, ...(await start('journey', { ms: 12_345 }, key)) }).toMatchObject({ key, status: 409, body: { code: 'idempotency_conflict' } });
      expect({ key, ...(await start('journey', input, key)) }).toMatchObject({ key, status: 202, body: { runId } });
    }
    // The letters are built again from their topic.
    for (const id of [letter.id, conflict.id]) await eventually(() => system.client.deadLetter(id).catch(() => undefined), `the door to show ${id} again`);
  });

  it('of Kafka for half a minute: starts are refused with the key to try again, nothing restarts, and all runs end (F32, F33)', async () => {
    await ready();
    const before = completed();
    const runIds = [...(await system.startMany(40, 'steady_journey', spread)), ...(await system.startMany(4, 'steady_one', (index) => ({ ms: 8_000 + index * 10_000 }))), ...(await system.startMany(2, 'long_one', () => ({ ms: 12_000 })))];
    const parked = (await start('far_retry', {}, 'cancelled afterwards')).body.runId as string;
    await retryScheduled(parked);
    await moved(before);

    await kafka.kill('SIGKILL');
    const awayMs = Date.now();
    expect(completed() - before).toBeLessThan(runIds.length);
    const refused = await start('steady_journey', { ms: 3 }, 'tried again');
    expect(refused).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'unavailable', idempotencyKey: 'tried again' } });
    expect(await ask(`/v1/runs/${parked}/cancel`, {})).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    // What is known can be read.
    expect(await ask(`/v1/runs/${parked}`)).toMatchObject({ status: 200, body: { status: 'running' } });
    await eventually(async () => (await system.client.readiness()).status === 'not-ready', 'the door to say that it is shut');
    await eventually(async () => (await Promise.all(all.map((proc) => probe(proc, '/readyz')))).every((status) => status === 503), 'everybody to say that they cannot work', 60_000, system.said);
    await eventually(() => Date.now() - awayMs >= AWAY_MS, 'half a minute', AWAY_MS);
    await expectAlive();
    await kafka.restart();

    const again = await eventually(async () => {
      const answer = await start('steady_journey', { ms: 3 }, 'tried again');
      return answer.status === 202 && answer;
    }, 'the door to take the start', RESUMED_WITHIN_MS);
    runIds.push(again.body.runId);
    const runs = await system.ended(runIds, RESUMED_WITHIN_MS);
    expect(runs.filter(({ status }) => status !== 'completed')).toEqual([]);
    await system.client.cancel(parked);
    expect(await system.ended([parked], RESUMED_WITHIN_MS)).toMatchObject([{ status: 'cancelled' }]);
    await ready();
    await expectAlive();
    const truth = await system.expectSound({ executions: 1 });
    // Its heartbeats may be missing for six seconds, not for thirty: its own service stops it, and it is begun again.
    expectDoneOnce(runs, ['a,long,long-aborted,long,c']);
    for (const state of truth.runs.values()) expect(isTerminal(state.status)).toBe(true);
  });
});

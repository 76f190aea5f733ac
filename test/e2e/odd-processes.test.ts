/** Processes that are there and not as they should be: blocked, coming and going, with a clock that is wrong, or missing. */
import { randomBytes } from 'node:crypto';
import { connectWakeUps } from '@baton/adapter-bullmq';
import { connectKafka } from '@baton/adapter-kafka';
import { connectRedis } from '@baton/adapter-redis';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PLATFORM_DEFAULTS } from '@baton/contracts';
import { describeWithServers, testServers, type ServerAddresses } from '@baton/local';
import { createOrchestrator } from '@baton/orchestrator';
import { hmacTaskTokens, Secret, silentLog, systemClock } from '@baton/platform-kit';
import { eventually } from './eventually.ts';
import { evaluateIn } from './inspector.ts';
import type { Proc } from './processes.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

const TOKEN_SECRET = randomBytes(48).toString('hex');

describeWithServers(['kafka', 'redis'], 'among odd processes,', () => {
  let servers: ServerAddresses;
  let system: System;
  let orchestrator: Proc;
  let worker: Proc;
  beforeAll(async () => {
    servers = await testServers();
    system = await startSystem(servers, { env: { BATON_TOKEN_SECRET: TOKEN_SECRET } });
    [orchestrator, worker] = await Promise.all([system.orchestrator(), system.worker()]);
  });
  afterAll(() => system?.close());

  const executed = (runId: string, what: string) => system.ledger().filter((entry) => entry.runId === runId && entry.what === what);
  const completed = (): number => system.wire.lifecycle().filter(({ type }) => type === 'baton.run.completed').length;
  const allCompleted = async (runIds: readonly string[], deadlineMs = 120_000): Promise<void> => {
    const runs = await system.ended(runIds, deadlineMs);
    expect(runs.filter(({ status }) => status !== 'completed')).toEqual([]);
  };

  it('an orchestrator that comes and goes every second or so leaves the others at work, and each partition with one owner (F5)', async () => {
    const { kafkaBrokers: brokers, redisUrl: url } = servers;
    const { namespace } = system;
    const { claims } = await system.truth();
    const before = completed();
    const kafka = await connectKafka({ brokers, clientId: 'orchestrator', namespace });
    const redis = await connectRedis({ url, namespace, partitions: PARTITIONS });
    const runIds: string[] = [];
    const progress: number[] = [];
    const TURNS = 4;
    for (let turn = 0; turn < TURNS; turn++) {
      runIds.push(...(await system.startMany(10, 'short_ones', () => ({ ms: 200 }))));
      const wakeUps = await connectWakeUps({ url, namespace, clock: systemClock });
      const flapping = createOrchestrator(
        { history: kafka.historyLog, inbox: kafka.inboxSource, sender: kafka.inboxSender, index: redis.stateIndex, bus: kafka.commandBus, deadLetters: kafka.deadLetters, definitions: kafka.definitions, wakeUps, clock: systemClock, tokens: hmacTaskTokens({ namespace, current: new Secret(TOKEN_SECRET) }) },
        { namespace, policy: PLATFORM_DEFAULTS, log: silentLog },
      );
      await flapping.start();
      await eventually(() => flapping.status().lanes.some(({ state }) => state === 'ready'), 'it to own a part of them', 60_000, system.said);
      await flapping.stop();
      await wakeUps.close();
      progress.push(completed());
    }
    await Promise.all([kafka.close(), redis.close()]);
    // Runs ended while it came and went, not only afterwards.
    expect(progress.at(-1)! - before).toBeGreaterThan(runIds.length / 4);
    await allCompleted(runIds);
    const truth = await system.expectSound({ executions: 1 });
    // A partition is claimed when it changes hands, there and back, and not over and over.
    const claimed = truth.claims.reduce((sum, count, partition) => sum + count - claims[partition]!, 0);
    expect(claimed).toBeLessThanOrEqual(TURNS * 3 * PARTITIONS);
  });

  it.each([['ahead', 3_600_000], ['behind', -3_600_000]])('an orchestrator whose clock is an hour %s fires no timer early and none late (F21, F22)', async (_how, offMs) => {
    const clock = `data:text/javascript,${encodeURIComponent(`const real = Date.now; Date.now = () => real() + ${offMs}; const { Date: D } = globalThis; globalThis.Date = class extends D { constructor(...args) { if (args.length === 0) super(D.now()); else super(...args); } };`)}`;
    const odd = await system.orchestrator({ nodeArgs: ['--import', clock] });
    expect(await orchestrator.kill('SIGTERM')).toBe(0);
    orchestrator = odd;
    const startedMs = Date.now();
    const runIds = await system.startMany(8, 'journey', () => ({ ms: 100 }));
    const { runId: hanging } = await system.client.start('hanging', {});
    // A second attempt after 1.2 seconds, and after a time-out of 3 and a backoff of 1.2.
    await allCompleted([...runIds, hanging]);
    for (const [runId, what, leastMs] of [...runIds.map((one) => [one, 'flaky', 1_200] as const), [hanging, 'hang', 4_200] as const]) {
      const [one, two] = executed(runId, what);
      expect({ what, early: two!.atMs - one!.atMs < leastMs - 50 }).toEqual({ what, early: false });
    }
    // One that were late would be so by an hour.
    expect(Date.now() - startedMs).toBeLessThan(120_000);
  });

  it('a step service that is missing is waited for as long as the policy says, and takes up what waits when it comes (F18)', async () => {
    expect(await worker.kill('SIGTERM')).toBe(0);
    const { runId } = await system.client.start('hanging', {});
    const closed = () => eventually(async () => (await system.truth()).transitions.get(runId)?.flatMap(({ events }) => events).find((event) => event.type === 'attempt-closed'), 'the first attempt to time out');
    expect(await closed()).toMatchObject({ attempt: 1, outcome: 'timed-out', error: { name: 'States.Timeout' } });
    worker = await system.worker();
    await allCompleted([runId]);
    // The command of the attempt that nobody took was old when the service came.
    expect(executed(runId, 'hang').map(({ attempt }) => attempt)).not.toContain(1);
  });

  it('an orchestrator whose event loop is blocked is ended, and another takes its partitions over (F3)', async () => {
    const blocked = await system.orchestrator({ nodeArgs: ['--inspect=127.0.0.1:0'], env: { BATON_BLOCKED_SECONDS: '3' } });
    expect(await orchestrator.kill('SIGTERM')).toBe(0);
    const runIds = await system.startMany(12, 'journey', () => ({ ms: 500 }));
    await eventually(() => runIds.every((runId) => executed(runId, 'a').length > 0), 'the runs to be under way');
    orchestrator = await system.orchestrator({ untilReady: false });
    const beganMs = Date.now();
    await evaluateIn(blocked, 'for (;;);');
    expect(await blocked.ended).toBe('SIGKILL');
    // Thirty seconds are what it would have without the setting.
    expect(Date.now() - beganMs).toBeLessThan(25_000);
    expect(blocked.output()).toContain('the event loop is blocked');
    await allCompleted(runIds);
    await system.expectSound({ executions: 1 });
  });
});

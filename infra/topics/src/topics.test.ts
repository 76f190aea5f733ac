import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeWithServers, testKafka, testNamespace } from '@baton/local';
import { topicNames, type TopicPlan } from '@baton/contracts';
import { applyTopics, checkTopics, connectTopicAdmin, differenceLine, planFromEnvironment, type TopicAdmin } from './index.ts';

describe('the environment', () => {
  it('gives brokers and plan, with defaults', () => {
    expect(planFromEnvironment({ BATON_KAFKA_BROKERS: 'a:1, b:2' })).toEqual({
      brokers: ['a:1', 'b:2'],
      plan: { namespace: 'default', partitions: 12, replicationFactor: 3, services: ['fund-factsheet-video', 'map-data', 'video-studio'] },
    });
  });
  it('is refused with everything that is wrong at once', () => {
    expect(() => planFromEnvironment({ BATON_NAMESPACE: 'No', BATON_PARTITIONS: 'x' })).toThrow(/BATON_KAFKA_BROKERS: .*BATON_NAMESPACE: .*BATON_PARTITIONS: /s);
  });
});

describeWithServers(['kafka'], 'the topics of a namespace', () => {
  let admin: TopicAdmin;
  let plan: TopicPlan;
  beforeEach(async () => {
    admin = await connectTopicAdmin({ brokers: (await testKafka()).kafkaBrokers });
    plan = { namespace: testNamespace(), partitions: 3, replicationFactor: 1, services: ['video-studio'] };
  });
  afterEach(() => admin.close());

  it('are all missing at first, all made by apply, and as they must be afterwards', async () => {
    const missing = await checkTopics(admin, plan);
    expect(missing.map(({ what }) => what)).toEqual(Array.from({ length: 8 }, () => 'missing'));
    expect(missing[0]!.command).toContain(`BATON_NAMESPACE=${plan.namespace} BATON_PARTITIONS=3 BATON_REPLICATION_FACTOR=1 BATON_SERVICES=video-studio npx baton topics apply`);
    const { changes, left } = await applyTopics(admin, plan);
    expect([changes.length, left]).toEqual([8, []]);
    expect(await checkTopics(admin, plan)).toEqual([]);
    expect(await applyTopics(admin, plan)).toEqual({ changes: [], left: [] });
  });

  it('of more copies than there are brokers are refused by saying so, and what to set', async () => {
    const copies = 99;
    expect(differenceLine((await checkTopics(admin, plan)).find(({ topic }) => topic === topicNames(plan.namespace).definitions)!)).toBe(`baton.${plan.namespace}.definitions.v1 does not exist, expected 1 partition`);
    await expect(applyTopics(admin, { ...plan, replicationFactor: copies })).rejects.toMatchObject({ code: 'topics_mismatch', message: expect.stringMatching(/at least 99 brokers.*BATON_REPLICATION_FACTOR.*1 on a single broker/) });
  });

  it('get a changed setting back, and keep the settings an operator made', async () => {
    await applyTopics(admin, plan);
    const { history } = topicNames(plan.namespace);
    await admin.configure(history, { 'retention.ms': '1000', 'segment.bytes': '16777216' });
    expect(await checkTopics(admin, plan)).toEqual([expect.objectContaining({ topic: history, what: 'retention.ms', found: '1000', expected: String(30 * 86_400_000), mendable: true })]);
    const { changes, left } = await applyTopics(admin, plan);
    expect(changes).toEqual([{ topic: history, what: `retention.ms 1000 to ${30 * 86_400_000}` }]);
    expect(left).toEqual([]);
    expect((await admin.describe(history))!.config['segment.bytes']).toBe('16777216');
  });

  it('never get another partition count where runs depend on it; the others grow (F40)', async () => {
    await applyTopics(admin, plan);
    const names = topicNames(plan.namespace);
    const { left } = await applyTopics(admin, { ...plan, partitions: 5 });
    expect(left.map(({ topic, what, mendable }) => ({ topic, what, mendable }))).toEqual([
      { topic: names.inbox, what: 'partitions', mendable: false },
      { topic: names.history, what: 'partitions', mendable: false },
    ]);
    expect(left[0]!.command).toContain('BATON_PARTITIONS=3');
    expect((await admin.describe(names.history))!.partitions).toBe(3);
    expect((await admin.describe(names.command('video-studio')))!.partitions).toBe(5);
  });

  it('are applied and checked from a shell, with an exit code', async () => {
    const run = async (verb: string, env: Record<string, string> = {}) => {
      const child = promisify(execFile)(join(process.cwd(), 'node_modules/.bin/node'), [join(process.cwd(), 'infra/topics/src/main.ts'), verb], {
        env: { PATH: process.env['PATH'], BATON_KAFKA_BROKERS: admin.brokers.join(','), BATON_NAMESPACE: plan.namespace, BATON_PARTITIONS: '3', BATON_REPLICATION_FACTOR: '1', BATON_SERVICES: 'video-studio', ...env },
      });
      return child.then(({ stdout, stderr }) => ({ code: 0, stdout, stderr })).catch((error: { code: number; stdout: string; stderr: string }) => error);
    };
    expect(await run('check')).toMatchObject({ code: 1 });
    expect(await run('apply')).toMatchObject({ code: 0, stderr: '' });
    expect(await run('check')).toMatchObject({ code: 0, stderr: '' });
    expect(await run('check', { BATON_PARTITIONS: '0' })).toMatchObject({ code: 2 });
  });
});

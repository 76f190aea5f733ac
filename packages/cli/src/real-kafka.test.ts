/** What the command does on Kafka itself, on a real broker. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from '@jest/globals';
import { connectKafka } from '@baton/adapter-kafka';
import { readRequestEvent, type RequestEvent } from '@baton/contracts';
import { describeWithServers, testKafka, testNamespace } from '@baton/local';
import { until } from '@baton/gateway/testing';
import { baton } from './testing.ts';

describeWithServers(['kafka'], 'baton on Kafka', () => {
  const namespace = testNamespace();
  let env: Record<string, string>;
  beforeAll(async () => {
    const { kafkaBrokers } = await testKafka();
    env = { BATON_KAFKA_BROKERS: kafkaBrokers.join(','), BATON_NAMESPACE: namespace, BATON_PARTITIONS: '3', BATON_REPLICATION_FACTOR: '1', BATON_SERVICES: 'a-service', BATON_URL: 'http://127.0.0.1:9' };
  });
  const json = async (...args: string[]) => {
    const { code, stdout } = await baton([...args, '--json'], { env });
    return { code, document: JSON.parse(stdout) };
  };

  it('finds the topics missing, makes them, and finds them as they must be', async () => {
    const before = await json('topics', 'check');
    expect(before.code).toBe(5);
    expect(before.document.differences.length).toBeGreaterThanOrEqual(7);
    expect((await json('publish', 'echo')).document.error.code).toBe('topics_mismatch');
    const applied = await json('topics', 'apply');
    expect(applied).toMatchObject({ code: 0, document: { namespace, left: [] } });
    expect(applied.document.changes).toHaveLength(8);
    expect(await json('topics', 'check')).toMatchObject({ code: 0, document: { differences: [] } });
    expect((await json('topics', 'apply')).document.changes).toEqual([]);
    const doctor = await json('doctor');
    expect(doctor.document.findings.filter(({ what }: { what: string }) => what === 'Kafka' || what === 'topics')).toMatchObject([{ state: 'ok' }, { state: 'ok' }]);
  });

  it('publishes a request event in both modes', async () => {
    const seen: RequestEvent[] = [];
    const kafka = await connectKafka({ brokers: env['BATON_KAFKA_BROKERS']!.split(','), namespace, clientId: 'test' });
    const subscription = await kafka.requestSource.subscribe({ handle: async ({ value, headers }) => void seen.push(readRequestEvent({ value, headers })), crashed: () => undefined });
    try {
      const one = await json('publish', 'echo', '--input', '{"text":"x"}', '--id', 'e1', '--source', '/test');
      expect(one).toMatchObject({ code: 0, document: { id: 'e1', source: '/test', runId: expect.stringMatching(/^run-[0-9a-f]{32}$/) } });
      await json('publish', 'echo', '--input', '{"text":"y"}', '--id', 'e2', '--binary');
      await until(() => seen.length === 2, 'two events');
      expect(seen.map(({ id, source, data }) => [id, source, data]).sort()).toEqual([
        ['e1', '/test', { workflow: 'echo', input: { text: 'x' } }],
        ['e2', '/baton/cli', { workflow: 'echo', input: { text: 'y' } }],
      ]);
    } finally {
      await subscription.stop();
      await kafka.close();
    }
  });
});

it('runs as a program of its own', async () => {
  const program = (...args: string[]) => promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { env: { PATH: process.env['PATH'], BATON_URL: 'http://127.0.0.1:9' } });
  expect((await program('--version')).stdout.trim()).toBe('0.1.0');
  await expect(program('runs', '--json')).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('"unreachable"') });
  await expect(program('rnus')).rejects.toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('did you mean runs') });
});

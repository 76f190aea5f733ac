import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeWithServers, freePort } from '../index.ts';
import { runCommand } from './command.ts';
import type { LauncherStatus } from './status.ts';
import { writeState } from './state.ts';
import { waitUntil } from '../wait-until.ts';

let home: string;
let env: Record<string, string | undefined>;
const run = (...args: string[]): Promise<{ exitCode: number; output: string }> => runCommand(args, env, () => undefined);
const statusNow = async (): Promise<LauncherStatus> => JSON.parse((await run('status', '--json')).output) as LauncherStatus;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'baton-launcher-'));
  env = { ...process.env, XDG_STATE_HOME: home, BATON_KAFKA_BROKERS: undefined, BATON_REDIS_URL: undefined };
});
afterEach(() => rm(home, { recursive: true, force: true }));

describeWithServers(['kafka', 'redis'], 'npm run infra', () => {
  afterEach(async () => {
    await run('down');
  });

  it('brings both up once, says so, and takes both down once', async () => {
    const [kafkaPort, redisPort] = [await freePort(), await freePort()];
    const first = await run('up', '--kafka-port', String(kafkaPort), '--redis-port', String(redisPort));
    expect(first.exitCode).toBe(0);
    expect(first.output).toContain(`export BATON_KAFKA_BROKERS=127.0.0.1:${kafkaPort}\nexport BATON_REDIS_URL=redis://127.0.0.1:${redisPort}\n`);
    const running = await statusNow();
    expect(running).toMatchObject({ kafka: { state: 'answers', port: kafkaPort }, redis: { state: 'answers', port: redisPort } });

    expect((await run('up')).exitCode).toBe(0);
    expect(await statusNow()).toEqual(running);
    await expect(run('up', '--kafka-port', '1')).rejects.toMatchObject({ code: 'bad_option' });

    expect((await run('down')).output).toBe('Stopped: redis, kafka.\n');
    expect(await run('status')).toMatchObject({ exitCode: 3 });
    expect(await run('down')).toEqual({ exitCode: 0, output: 'Nothing was running.\n' });
    expect(running.kafka.state === 'stopped' || existsSync(running.kafka.dataDir)).toBe(false);
  });

  it('brings up again what has died meanwhile', async () => {
    await run('up');
    const before = await statusNow();
    if (before.redis.state === 'stopped') throw new Error('Redis was not started.');
    process.kill(before.redis.pid, 'SIGKILL');
    // It dies when the kernel comes to it; until then nothing is missing.
    await waitUntil(async () => (await statusNow()).redis.state === 'stopped', { deadlineMs: 60_000, onDeadline: () => new Error('Redis lives on') });
    await run('up');
    const after = await statusNow();
    expect(after.kafka).toEqual(before.kafka);
    expect(after.redis).toMatchObject({ state: 'answers' });
    expect(existsSync(before.redis.dataDir)).toBe(false);
  });
});

describe('the launcher', () => {
  it('leaves a process alone that only has the number of a server of earlier', async () => {
    writeState(env, { redis: { pid: process.pid, birth: 'another time', port: 1, dataDir: join(home, 'data'), temporary: true, logFile: '' } });
    expect(await run('down')).toEqual({ exitCode: 0, output: 'Nothing was running.\n' });
  });

  it.each([
    [['up', '--kafka-port', 'x'], '--kafka-port'],
    [['up', '--redis-port', '70000'], '--redis-port'],
    [['upp'], 'upp'],
    [['up', '--unknown'], '--unknown'],
  ])('refuses %j and says why', async (args, words) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 'bad_option', message: expect.stringContaining(words) });
  });
});

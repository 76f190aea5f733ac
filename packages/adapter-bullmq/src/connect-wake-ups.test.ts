import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeWithServers, testRedis } from '@baton/local';
import { wakeUpsSuite } from '@baton/testkit';
import type { WakeUp } from '@baton/ports';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { connectWakeUps, type ConnectedWakeUps } from './connect-wake-ups.ts';

const clock = {
  nowMs: () => Date.now(),
  after(delayMs: number, task: () => void) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

describeWithServers(['redis'], 'BullMQ', () => {
  let url: string;
  let namespace: string;
  const opened: ConnectedWakeUps[] = [];
  const connect = async (options: { readonly watchEveryMs?: number } = {}): Promise<ConnectedWakeUps> => {
    const wakeUps = await connectWakeUps({ url, namespace, clock, ...options });
    opened.push(wakeUps);
    return wakeUps;
  };
  beforeEach(async () => {
    ({ redisUrl: url } = await testRedis());
    namespace = `t${randomBytes(6).toString('hex')}`;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  const wakeUp = (id: string, dueMs: number): WakeUp => ({ runId: `run-${id}`, timerId: 'b.step.1', ver: 1, dueMs });
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + 60_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error('Waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  wakeUpsSuite('BullMQ', async () => ({ connect, close: async () => undefined }));

  describe('a job', () => {
    it('that somebody else wrote fails for good and stops nobody (F57)', async () => {
      const wakeUps = await connect();
      const connection = new Redis(url);
      const queue = new Queue('wake-ups', { connection, prefix: `{baton:${namespace}}` });
      await queue.add('wake-up', { rubbish: true });
      const woken: string[] = [];
      await wakeUps.start(async ({ runId }) => void woken.push(runId));
      await wakeUps.schedule([wakeUp('a', Date.now())]);
      await until(() => woken.length === 1);
      await until(async () => (await wakeUps.counts()).failed === 1);
      await queue.close();
      connection.disconnect();
    });

    it('that Redis wakes early waits for its own time', async () => {
      const wakeUps = await connect();
      const dueMs = Date.now() + 700;
      await wakeUps.schedule([wakeUp('a', dueMs)]);
      const connection = new Redis(url);
      const queue = new Queue('wake-ups', { connection, prefix: `{baton:${namespace}}` });
      const [job] = await queue.getDelayed();
      await job!.promote();
      const at: number[] = [];
      await wakeUps.start(async () => void at.push(Date.now()));
      await until(() => at.length === 1);
      expect(at[0]).toBeGreaterThanOrEqual(dueMs);
      await queue.close();
      connection.disconnect();
    });
  });

  it('goes on after Redis has cut its connections', async () => {
    const wakeUps = await connect({ watchEveryMs: 50 });
    const woken: string[] = [];
    await wakeUps.start(async ({ runId }) => void woken.push(runId));
    const admin = new Redis(url);
    const ours = String(await admin.client('LIST')).split('\n').filter((line) => line.includes(`name=baton-${namespace}-wake-ups`));
    expect(ours.length).toBeGreaterThan(1);
    for (const line of ours) await admin.client('KILL', 'ID', Number(/id=(\d+)/.exec(line)![1]));
    await until(async () => {
      await wakeUps.schedule([wakeUp('after', Date.now())]).catch(() => undefined); // the connection is coming back
      return woken.includes('run-after');
    });
    admin.disconnect();
  });

  it('says so when Redis cannot be reached', async () => {
    await expect(connectWakeUps({ url: 'redis://127.0.0.1:1', namespace, clock })).rejects.toMatchObject({ code: 'unavailable', retry: 'yes' });
  });
});

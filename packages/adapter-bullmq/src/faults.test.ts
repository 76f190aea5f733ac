/** Wake-ups while their Redis is wiped, gone or silent. A server of its own, since it is broken on purpose. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWithServers, startRedis, testNamespace, type RedisServer } from '@baton/local';
import type { WakeUp } from '@baton/ports';
import { eventually } from '@baton/testkit';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { connectWakeUps, type ConnectedWakeUps, type WakeUpsOptions } from './connect-wake-ups.ts';

const clock = {
  nowMs: () => Date.now(),
  after(delayMs: number, task: () => void) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

describeWithServers(['redis'], 'wake-ups on a Redis in trouble', () => {
  let server: RedisServer;
  let admin: Redis;
  let namespace: string;
  let logged: string[];
  const opened: ConnectedWakeUps[] = [];
  const connect = async (options: Partial<WakeUpsOptions> = {}): Promise<ConnectedWakeUps> => {
    const wakeUps = await connectWakeUps({ url: server.url, namespace, clock, callDeadlineMs: 4_000, log: ({ message }) => void logged.push(message), ...options });
    opened.push(wakeUps);
    return wakeUps;
  };
  const wakeUp = (id: string, dueMs = Date.now()): WakeUp => ({ runId: `run-${id}`, timerId: 't', ver: 1, dueMs });
  const away = { name: 'OperatingError', code: 'unavailable', retry: 'yes' };

  beforeAll(async () => {
    server = await startRedis({ env: { ...process.env, BATON_REDIS_URL: undefined } });
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
  });
  afterAll(async () => {
    admin.disconnect();
    await server.close();
  });
  beforeEach(() => {
    namespace = testNamespace();
    logged = [];
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  async function started(options: Partial<WakeUpsOptions> = {}) {
    const wakeUps = await connect(options);
    const woken: string[] = [];
    await wakeUps.start(async ({ runId }) => void woken.push(runId));
    const goesOn = (id: string) =>
      eventually('a new wake-up is handed over', async () => {
        await wakeUps.schedule([wakeUp(id)]).catch(() => undefined);
        return woken.includes(`run-${id}`);
      });
    return { wakeUps, woken, goesOn };
  }

  it('loses its jobs with FLUSHALL, and goes on with new ones (F23, F57)', async () => {
    const { wakeUps, woken, goesOn } = await started();
    // Far enough ahead: one that is due before the FLUSHALL would be handed over, and rightly.
    await wakeUps.schedule([wakeUp('lost', Date.now() + 600_000)]);
    await admin.flushall();
    expect(await wakeUps.counts()).toEqual({ delayed: 0, failed: 0 });
    await goesOn('new');
    expect(woken).not.toContain('run-lost');
  });

  it('hands over after a restart of the server what was scheduled before (F24)', async () => {
    const { wakeUps, woken } = await started();
    await wakeUps.schedule([wakeUp('kept', Date.now() + 300)]);
    await server.restart();
    await eventually('it is handed over', () => woken.includes('run-kept'));
  });

  it('refuses to schedule at once while the server is gone, and goes on when it is back', async () => {
    const { wakeUps, goesOn } = await started();
    await server.stop();
    await expect(wakeUps.schedule([wakeUp('a')])).rejects.toMatchObject(away);
    await server.restart();
    await goesOn('b');
  });

  it('keeps its deadlines where the server accepts but never answers, also when it is closed (F29)', async () => {
    const { wakeUps, goesOn } = await started();
    const other = await connect();
    await server.kill('SIGSTOP');
    try {
      await expect(wakeUps.schedule([wakeUp('a')])).rejects.toMatchObject(away);
      await expect(wakeUps.counts()).rejects.toMatchObject(away);
      await other.close();
    } finally {
      await server.kill('SIGCONT');
    }
    await goesOn('b');
  });

  it('stops within its deadline where the server never answers (F29)', async () => {
    const { wakeUps } = await started();
    await server.kill('SIGSTOP');
    try {
      await wakeUps.close();
    } finally {
      await server.kill('SIGCONT');
    }
  });

  it('opens a worker again that has stopped by itself (F57)', async () => {
    const { goesOn } = await started({ watchEveryMs: 30 });
    jest.spyOn(Worker.prototype, 'isRunning').mockReturnValueOnce(false);
    await eventually('it is seen', () => logged.includes('the wake-up worker had stopped and is opened again'));
    await goesOn('after');
  });
});

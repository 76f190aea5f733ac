/**
 * WakeUps on BullMQ: a delayed job per timer that will really fire. Jobs may be lost, late, doubled or stalled: the
 * handler does one idempotent thing, and the sweeper finds what nobody woke.
 */
import { OperatingError } from '@baton/contracts';
import type { Clock, WakeUp, WakeUps } from '@baton/ports';
import { DelayedError, Queue, UnrecoverableError, Worker, type Job } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { jobOf, wakeUpOf, type WakeUpJob } from './wake-up-job.ts';

export interface WakeUpsOptions {
  /** redis:// or rediss:// URL. */
  readonly url: string;
  readonly namespace: string;
  readonly clock: Clock;
  /** Told what is worth knowing. Default: nothing is logged. */
  readonly log?: (entry: { readonly level: 'warn' | 'error'; readonly message: string; readonly detail: string }) => void;
  /** Wake-ups handled at once. Default 100. */
  readonly concurrency?: number;
  /** One call to Redis. Default 5,000 ms. */
  readonly callDeadlineMs?: number;
  /** How often a worker that has stopped by itself is looked for. Default 30,000 ms. */
  readonly watchEveryMs?: number;
}

export interface ConnectedWakeUps extends WakeUps {
  /** Jobs waiting for their time, and jobs that failed for good. */
  counts(): Promise<{ readonly delayed: number; readonly failed: number }>;
  /** Stops handing over and closes every connection. */
  close(): Promise<void>;
}

const QUEUE = 'wake-ups';
/** A handler that blocks is not a reason to fail a job for good: it only puts an idempotent message into the inbox. */
const MAX_STALLED = 100;
/** Jobs of one addBulk, so that a thousand retries at once are no single huge command. */
const BULK = 500;

/** @throws OperatingError `unavailable` where Redis cannot be reached. */
export async function connectWakeUps(options: WakeUpsOptions): Promise<ConnectedWakeUps> {
  const { clock, log = () => undefined, callDeadlineMs = 5_000 } = options;
  // One hash tag for all keys of the queue, so that a Redis Cluster keeps them together.
  const prefix = `{baton:${options.namespace}}`;
  const trouble = (message: string) => (error: Error) => log({ level: 'warn', message, detail: error.message });
  const connectionName = `baton-${options.namespace}-wake-ups`;
  const client = open(options.url, { connectionName, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: callDeadlineMs }, trouble('the connection of the wake-ups has trouble'));
  await connected(client, callDeadlineMs);
  const queue = new Queue(QUEUE, { connection: client, prefix, skipVersionCheck: true });
  queue.on('error', trouble('the queue of the wake-ups has trouble'));

  let worker: { readonly worker: Worker; readonly connection: Redis } | undefined;
  let unwatch = (): void => undefined;
  let stopped = false;

  function openWorker(due: (wakeUp: WakeUp) => Promise<void>): void {
    // A worker waits in a blocking command for as long as it takes, so it must not give up on one.
    const connection = open(options.url, { connectionName, maxRetriesPerRequest: null }, trouble('the connection of the wake-up worker has trouble'));
    const made = new Worker(QUEUE, (job, token) => handle(job, token, due, clock), {
      connection,
      prefix,
      concurrency: options.concurrency ?? 100,
      maxStalledCount: MAX_STALLED,
      skipVersionCheck: true,
    });
    made.on('error', trouble('the wake-up worker has trouble'));
    worker = { worker: made, connection };
  }

  async function closeWorker(): Promise<void> {
    const closing = worker;
    worker = undefined;
    await closing?.worker.close();
    closing?.connection.disconnect();
  }

  function watch(due: (wakeUp: WakeUp) => Promise<void>): void {
    unwatch = clock.after(options.watchEveryMs ?? 30_000, () => {
      if (stopped) return;
      if (worker === undefined || !worker.worker.isRunning()) {
        log({ level: 'error', message: 'the wake-up worker had stopped and is opened again', detail: '' });
        void closeWorker().catch(trouble('closing a stopped worker')).finally(() => {
          if (!stopped) openWorker(due);
        });
      }
      watch(due);
    });
  }

  const stop = async (): Promise<void> => {
    stopped = true;
    unwatch();
    await closeWorker();
  };

  return {
    async schedule(wakeUps) {
      const nowMs = clock.nowMs();
      for (let i = 0; i < wakeUps.length; i += BULK) await add(queue, wakeUps.slice(i, i + BULK).map((wakeUp) => jobOf(wakeUp, nowMs)));
    },
    async start(due) {
      stopped = false;
      openWorker(due);
      watch(due);
      await worker?.worker.waitUntilReady();
    },
    stop,
    async counts() {
      const { delayed = 0, failed = 0 } = await queue.getJobCounts('delayed', 'failed');
      return { delayed, failed };
    },
    async close() {
      await stop();
      await queue.close();
      client.disconnect();
    },
  };
}

async function add(queue: Queue, jobs: readonly WakeUpJob[]): Promise<void> {
  try {
    await queue.addBulk([...jobs]);
  } catch (cause) {
    throw new OperatingError('unavailable', `Redis did not take ${jobs.length} wake-ups: ${(cause as Error).message}`, { retry: 'yes', cause });
  }
}

async function handle(job: Job, token: string | undefined, due: (wakeUp: WakeUp) => Promise<void>, clock: Clock): Promise<void> {
  const wakeUp = wakeUpOf(job.data);
  if (wakeUp === undefined) throw new UnrecoverableError('Expected a wake-up with runId, timerId, ver and dueMs');
  // Redis's clock may be ahead of ours; a timer never fires early (I10).
  if (clock.nowMs() < wakeUp.dueMs && token !== undefined) {
    await job.moveToDelayed(wakeUp.dueMs, token);
    throw new DelayedError();
  }
  await due(wakeUp);
}

function open(url: string, settings: Pick<RedisOptions, 'connectionName' | 'enableOfflineQueue' | 'maxRetriesPerRequest' | 'commandTimeout'>, trouble: (error: Error) => void): Redis {
  const kept = {
    lazyConnect: settings.maxRetriesPerRequest !== null,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    ...settings,
  };
  const client = new Redis(url, kept);
  client.on('error', trouble);
  return client;
}

async function connected(client: Redis, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    await Promise.race([client.connect(), late]);
  } catch (cause) {
    client.disconnect();
    throw new OperatingError('unavailable', `Redis cannot be reached for the wake-ups: ${(cause as Error).message}`, { retry: 'yes', cause });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * WakeUps on BullMQ: a delayed job per timer that will really fire. Jobs may be lost, late, doubled or stalled: the
 * handler does one idempotent thing, and the sweeper finds what nobody woke.
 */
import { OperatingError } from '@baton/contracts';
import type { Clock, WakeUp, WakeUps } from '@baton/ports';
import { DelayedError, Queue, UnrecoverableError, Worker, type Job } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { jobOf, wakeUpOf } from './wake-up-job.ts';

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
  const client = await openForCalls(options, { connectionName, callDeadlineMs }, trouble('the connection of the wake-ups has trouble'));
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

  /** Waits for what is being handed over, but not for a Redis that does not answer. */
  async function closeWorker(): Promise<void> {
    const closing = worker;
    worker = undefined;
    if (closing === undefined) return;
    try {
      await withDeadline(callDeadlineMs, closing.worker.close());
    } catch (error) {
      trouble('the wake-up worker could not be closed in order')(error as Error);
      void closing.worker.close(true).catch(() => undefined);
    } finally {
      closing.connection.disconnect();
    }
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
      for (let i = 0; i < wakeUps.length; i += BULK) {
        const jobs = wakeUps.slice(i, i + BULK).map((wakeUp) => jobOf(wakeUp, nowMs));
        await calling(`${jobs.length} wake-ups`, withDeadline(callDeadlineMs, queue.addBulk(jobs)));
      }
    },
    async start(due) {
      stopped = false;
      openWorker(due);
      watch(due);
      await worker?.worker.waitUntilReady();
    },
    stop,
    async counts() {
      const { delayed = 0, failed = 0 } = await calling('the question how many wake-ups wait', withDeadline(callDeadlineMs, queue.getJobCounts('delayed', 'failed')));
      return { delayed, failed };
    },
    async close() {
      await stop();
      await withDeadline(callDeadlineMs, queue.close()).catch(trouble('the queue of the wake-ups could not be closed in order'));
      client.disconnect();
    },
  };
}

async function calling<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new OperatingError('unavailable', `Redis did not take ${what}: ${(cause as Error).message}`, { retry: 'yes', cause });
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

const retryDelayMs = (times: number): number => Math.min(50 * 2 ** Math.min(times, 6), 2_000);

function open(url: string, settings: Pick<RedisOptions, 'connectionName' | 'enableOfflineQueue' | 'maxRetriesPerRequest' | 'commandTimeout' | 'lazyConnect' | 'retryStrategy'>, trouble: (error: Error) => void): Redis {
  const client = new Redis(url, { retryStrategy: retryDelayMs, reconnectOnError: (error: Error) => error.message.startsWith('READONLY'), ...settings });
  client.on('error', trouble);
  return client;
}

/** A connection that fails fast. The first attempt stands or falls at once; one that stood comes back by itself. */
async function openForCalls(options: WakeUpsOptions, settings: { readonly connectionName: string; readonly callDeadlineMs: number }, trouble: (error: Error) => void): Promise<Redis> {
  let connectedOnce = false;
  let reason: Error | undefined;
  const client = open(
    options.url,
    {
      connectionName: settings.connectionName,
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: settings.callDeadlineMs,
      retryStrategy: (times) => (connectedOnce ? retryDelayMs(times) : null),
    },
    (error) => {
      reason = error;
      if (connectedOnce) trouble(error);
    },
  );
  try {
    await withDeadline(settings.callDeadlineMs, client.connect());
    connectedOnce = true;
    return client;
  } catch (error) {
    if (client.status !== 'end') client.disconnect();
    // ioredis rejects with "Connection is closed"; why it was closed came as an event.
    const cause = reason ?? (error as Error);
    throw new OperatingError('unavailable', `Redis cannot be reached for the wake-ups: ${cause.message}`, { retry: 'yes', cause });
  }
}

/** @throws Error where `work` takes longer; it goes on unseen. */
async function withDeadline<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Whatever comes after the deadline is nobody's any more.
    work.catch(() => undefined);
  }
}

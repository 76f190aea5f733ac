/**
 * Ends a process whose event loop is blocked: it cannot answer a probe, nor notice a signal, nor give its partitions back,
 * and whoever waits for it waits for nothing. A thread of its own watches, since only a thread still runs then.
 *
 * It counts its own ticks rather than the time of day: a process that stood still as a whole (SIGSTOP, a paused machine)
 * was not blocked, and a clock that is set does not matter.
 */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { setting, wholeNumber } from '../config/setting.ts';
import type { Log } from '../log/log.ts';

export interface WatchdogOptions {
  /** Named in the last line of the log. */
  readonly service: string;
  /** Blocked for longer than this ends the process with SIGKILL. */
  readonly limitMs: number;
  /** Told where the watching itself fails. */
  readonly log: Log;
}

/** What the thread is told. */
export interface WatchOrders {
  /** Goes up with every turn of the watched loop's timer. */
  readonly beats: Int32Array<SharedArrayBuffer>;
  readonly everyMs: number;
  /** So many ticks of the thread without a beat are too many. */
  readonly ticks: number;
  readonly service: string;
  readonly limitMs: number;
  readonly pid: number;
}

export interface Watchdog {
  stop(): Promise<void>;
}

/** For the processes whose code is the platform's own. A step may compute for as long as its team likes. */
export const WATCHDOG_SETTINGS = {
  BATON_BLOCKED_SECONDS: setting(z.union([z.undefined().transform(() => 30), wholeNumber({ min: 1, max: 3_600 })]), {
    fix: 'Set it to the seconds after which a process whose event loop is blocked is ended, 1 to 3600',
  }),
};

/** So many signs of life fit into the limit, and so precise it is. */
const TICKS = 20;
/** In megabytes: it does next to nothing. */
const HEAP = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 };

/** Watches from now on. Keeps no process alive. */
export function startWatchdog({ service, limitMs, log }: WatchdogOptions): Watchdog {
  const everyMs = Math.max(1, Math.round(limitMs / TICKS));
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const beating = setInterval(() => void Atomics.add(beats, 0, 1), everyMs).unref();
  const orders: WatchOrders = { beats, everyMs, ticks: TICKS, service, limitMs, pid: process.pid };
  // Without the options of the process: a preload such as that of the telemetry has no business in this thread.
  const thread = new Worker(new URL('./watch.mjs', import.meta.url), { workerData: orders, execArgv: [], env: {}, resourceLimits: HEAP, name: 'watchdog' });
  thread.on('error', (err) => log.error({ err }, 'nobody watches the event loop any more'));
  thread.unref();
  return {
    async stop() {
      clearInterval(beating);
      await thread.terminate();
    },
  };
}

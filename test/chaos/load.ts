/**
 * Callers: they start transfers at a steady rate, by HTTP with a key and as events on Kafka, and repeat each start until it
 * is acknowledged; some think better of it and cancel. They keep book of what they were promised.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKafka } from '@baton/adapter-kafka';
import { idempotencyKeyOfEvent, RUN_REQUESTED, runIdForKey, writeStructured, type RunId } from '@baton/contracts';
import { Random } from '../simulation/random.ts';
import { TRANSFER, type TransferInput } from './ledger/transfer.ts';
import type { Stage } from './stage.ts';

export interface CalledRun {
  readonly runId: RunId;
  readonly via: 'api' | 'event';
  readonly input: TransferInput;
  /** Epoch milliseconds of the promise; undefined as long as nobody has given it. */
  acknowledgedMs: number | undefined;
  /** Somebody has asked to cancel it; whether that came in time the history says. */
  cancelled: boolean;
}

export interface Load {
  readonly runs: ReadonlyMap<string, CalledRun>;
  readonly acknowledged: number;
  /** Answers that no fault explains, a sentence each. */
  readonly troubles: readonly string[];
  /** No new starts; resolves when each that was begun is acknowledged, or when the time is over. */
  stop(deadlineMs: number): Promise<void>;
}

export interface LoadOptions {
  readonly seed: number;
  readonly runsPerSecond: number;
}

const ACCOUNTS = 40;
const SOURCE = '/callers';
const ANSWER_WITHIN_MS = 15_000;
const PAUSE_MS: readonly [number, number] = [200, 2_000];

export async function startLoad(stage: Stage, { seed, runsPerSecond }: LoadOptions): Promise<Load> {
  const kafka = await connectKafka({ brokers: [stage.callersBrokers], clientId: 'callers', namespace: stage.namespace, requires: ['requests'] });
  const random = new Random(seed);
  const runs = new Map<string, CalledRun>();
  const troubles: string[] = [];
  const underway = new Set<Promise<void>>();
  const over = new AbortController();
  let stopped = false;
  let acknowledged = 0;

  /** Until it says true, with pauses that grow; false where the time was over before. */
  async function again(attempt: () => Promise<boolean>): Promise<boolean> {
    for (let pauseMs = PAUSE_MS[0]; !over.signal.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MS[1])) {
      if (await attempt().catch(() => false)) return true;
      await sleep(pauseMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
    return false;
  }

  async function post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number; readonly body: { readonly code?: string; readonly runId?: string } }> {
    const answer = await fetch(`${stage.gateway.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return { status: answer.status, body: (await answer.json()) as never };
  }
  const trouble = (what: string): void => {
    if (!troubles.includes(what)) troubles.push(what);
  };

  async function start(run: CalledRun, key: string): Promise<void> {
    const taken = await again(async () => {
      if (run.via === 'event') {
        await kafka.requestSender.publish({ key, ...writeStructured({ specversion: '1.0', id: key, source: SOURCE, type: RUN_REQUESTED, data: { workflow: TRANSFER, input: { ...run.input } } }) });
        return true;
      }
      const { status, body } = await post('/v1/runs', { workflow: TRANSFER, input: run.input }, { 'idempotency-key': key });
      if (status === 202 && body.runId !== run.runId) trouble(`The start with the key ${key} was answered with run ${body.runId}, expected ${run.runId}`);
      if (status >= 400 && status < 500) trouble(`The start of ${run.runId} was refused: ${status} ${body.code}`);
      return status === 202;
    });
    if (!taken) return;
    run.acknowledgedMs = Date.now();
    acknowledged++;
  }

  async function cancel(run: CalledRun, afterMs: number): Promise<void> {
    await sleep(afterMs, undefined, { signal: over.signal }).catch(() => undefined);
    run.cancelled = true;
    await again(async () => {
      const { status, body } = await post(`/v1/runs/${run.runId}/cancel`, { reason: 'thought better of it' });
      // A run may be unknown to the view for a moment, or for as long as that is being built.
      if (status >= 400 && status < 500 && body.code !== 'run_ended' && body.code !== 'unknown_run') trouble(`The cancel of ${run.runId} was refused: ${status} ${body.code}`);
      return status === 202 || body.code === 'run_ended';
    });
  }

  function call(): void {
    const number = runs.size;
    const via = random.chance(300) ? 'event' : 'api';
    const key = `${seed}-${number}`;
    const from = random.int(1, ACCOUNTS);
    const run: CalledRun = {
      runId: runIdForKey(TRANSFER, via === 'event' ? idempotencyKeyOfEvent(SOURCE, key) : key),
      via,
      input: {
        from: `account-${from}`,
        to: `account-${((from + random.int(0, ACCOUNTS - 2)) % ACCOUNTS) + 1}`,
        cents: random.int(1, 100_000),
        luck: random.int(0, 1_000_000),
        refused: random.chance(100),
        restSeconds: random.int(0, 3),
        settleMs: random.chance(150) ? random.int(2_000, 9_000) : random.int(0, 300),
      },
      acknowledgedMs: undefined,
      cancelled: false,
    };
    const cancelAfterMs = random.chance(60) ? random.int(100, 6_000) : undefined;
    runs.set(run.runId, run);
    const calling = (async () => {
      await start(run, key);
      if (run.acknowledgedMs !== undefined && cancelAfterMs !== undefined) await cancel(run, cancelAfterMs);
    })().finally(() => underway.delete(calling));
    underway.add(calling);
  }

  const beganMs = performance.now();
  const timer = setInterval(() => {
    while (!stopped && runs.size < ((performance.now() - beganMs) / 1_000) * runsPerSecond) call();
  }, 20);
  return {
    runs,
    get acknowledged() {
      return acknowledged;
    },
    troubles,
    async stop(deadlineMs) {
      stopped = true;
      clearInterval(timer);
      const tooLong = setTimeout(() => over.abort(), deadlineMs);
      await Promise.all(underway);
      clearTimeout(tooLong);
      await kafka.close();
    },
  };
}

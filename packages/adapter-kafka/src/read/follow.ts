/** Reading a topic of one partition for ever, from a position, by somebody who is its only reader. */
import { OperatingError } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';
import { READ_COMMITTED } from '../client/kafkajs-internals.ts';
import { pause } from '../deadline.ts';
import type { KafkaSettings } from '../options.ts';
import { PartitionReader } from './partition-reader.ts';

export interface FollowPlan {
  readonly topic: string;
  /** Where to begin; what is not kept any more is passed over. */
  readonly from: number;
  /** Awaited before the next chunk is handed over; where it rejects, the same chunk comes again after a pause. */
  readonly seen: (records: readonly LogRecord[]) => Promise<void> | void;
}

export interface Following {
  /** Resolves once everything that was there when following began has been seen. */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
}

const PARTITION = 0;
/** Data ends the wait at once, and so does `stop`. */
const WAIT_MS = 2_000;
const LONGEST_PAUSE_MS = 5_000;

/** @throws OperatingError where the topic cannot be reached to begin with; later interruptions are ridden out. */
export async function follow(settings: KafkaSettings, plan: FollowPlan): Promise<Following> {
  const reader = new PartitionReader(settings, READ_COMMITTED);
  const { first, next: end } = await reader.bounds(plan.topic, PARTITION).catch((error: unknown) => {
    reader.close();
    throw error;
  });
  const stopping = new AbortController();
  const { promise: caughtUp, resolve, reject } = Promise.withResolvers<void>();
  caughtUp.catch(() => undefined); // whoever awaits it sees the error

  const running = (async () => {
    let next = plan.from;
    if (next < first || next > end) {
      if (next !== 0) settings.log({ level: 'warn', message: 'The position to follow from is not kept any more; reading begins at the first kept record', fields: { topic: plan.topic, from: next, first, end } });
      next = first;
    }
    if (next >= end) resolve();
    for (let pauseMs = 100; !stopping.signal.aborted; ) {
      try {
        const chunk = await reader.fetch(plan.topic, PARTITION, next, WAIT_MS);
        if (stopping.signal.aborted) return;
        if (chunk.records.length > 0) await plan.seen(chunk.records);
        next = chunk.next;
        pauseMs = 100;
        if (next >= end) resolve();
      } catch (error) {
        if (stopping.signal.aborted) return;
        settings.log({ level: 'warn', message: 'Following a topic was interrupted; it goes on after a pause', fields: { topic: plan.topic, next, error: (error as Error).message } });
        if (error instanceof OperatingError && error.code === 'diverged') next = (await reader.bounds(plan.topic, PARTITION).catch(() => ({ first: next }))).first;
        await pause(pauseMs, stopping.signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  })();
  running.catch(reject);
  return {
    caughtUp,
    async stop() {
      stopping.abort();
      reader.close();
      await running.catch(() => undefined);
      reject(new OperatingError('unavailable', `Following ${plan.topic} was stopped`, { retry: 'no' }));
    },
  };
}

/** What a job carries: ids, never a payload, since job data lies in Redis in the clear. */
import { hash128, ID_PATTERN, TraceContext } from '@baton/contracts';
import type { WakeUp } from '@baton/ports';
import type { JobsOptions } from 'bullmq';

export const JOB_NAME = 'wake-up';

/** Tries of one job, a second apart: after that the sweeper has long found the timer. */
const ATTEMPTS = 60;

export interface WakeUpJob {
  readonly name: typeof JOB_NAME;
  readonly data: WakeUp;
  readonly opts: JobsOptions;
}

export function jobOf(wakeUp: WakeUp, nowMs: number): WakeUpJob {
  return {
    name: JOB_NAME,
    data: wakeUp,
    opts: {
      // A version is never used again, so an id that BullMQ still remembers can only be the same wake-up.
      jobId: hash128(`${wakeUp.runId}\n${wakeUp.timerId}\n${wakeUp.ver}`),
      delay: Math.max(0, Math.ceil(wakeUp.dueMs - nowMs)),
      attempts: ATTEMPTS,
      backoff: { type: 'fixed', delay: 1_000 },
      removeOnComplete: true,
      removeOnFail: { count: 1_000, age: 86_400 },
    },
  };
}

/** The wake-up of a job; undefined where somebody else wrote the job. */
export function wakeUpOf(data: unknown): WakeUp | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { runId, timerId, ver, dueMs, trace } = data as Record<string, unknown>;
  if (typeof runId !== 'string' || !ID_PATTERN.test(runId) || typeof timerId !== 'string' || !Number.isInteger(ver) || typeof dueMs !== 'number') return undefined;
  const context = TraceContext.safeParse(trace);
  return { runId, timerId, ver: ver as number, dueMs, ...(context.success && { trace: context.data }) };
}

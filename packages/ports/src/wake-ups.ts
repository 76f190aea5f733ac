import type { TraceContext } from '@baton/contracts';

/** A timer of a second or more that will really fire: the end of a backoff or a wait. */
export interface WakeUp {
  readonly runId: string;
  readonly timerId: string;
  readonly ver: number;
  readonly dueMs: number;
  readonly trace?: TraceContext;
}

/** Delayed jobs. Losing every one of them costs lateness only: the sweeper finds what is due. */
export interface WakeUps {
  /** The same (run, timer, version) twice is one job. */
  schedule(wakeUps: readonly WakeUp[]): Promise<void>;
  /** Hands over each wake-up at or after its due time, at least once. `due` must be idempotent; where it rejects, it is tried again. */
  start(due: (wakeUp: WakeUp) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A run, folded from its events. The shape is made for trees: a branch is one line of control, the root branch is '0';
 * fan-outs add branches below it without changing anything here.
 */
import type { DefinitionRef } from './definition-ref.ts';
import type { Json } from './json.ts';
import type { Policy } from './policy.ts';
import type { RunError } from './run-error.ts';
import type { RunId, StepId } from './ids.ts';
import type { TraceContext } from './trace.ts';

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'blocked';
export const RUN_STATUSES = ['running', 'completed', 'failed', 'cancelled', 'blocked'] as const satisfies readonly RunStatus[];
export const isTerminal = (status: RunStatus): boolean => status === 'completed' || status === 'failed' || status === 'cancelled';

export const ROOT_BRANCH = '0';

export interface RunState {
  readonly v: 1;
  readonly runId: RunId;
  /** Of the last applied transition: 1, 2, 3 …; 0 before the first. */
  readonly seq: number;
  /** Chain hash of the last applied transition; absent before the first. */
  readonly chain?: string;
  readonly status: RunStatus;
  readonly def: DefinitionRef;
  readonly policy: Policy;
  readonly inputHash: string;
  readonly startId: string;
  readonly via: string;
  readonly startedMs: number;
  readonly updatedMs: number;
  readonly endedMs?: number;
  /** States entered so far: the source of step ids. */
  readonly entries: number;
  /** Timers armed so far: the source of timer versions. */
  readonly timerVersions: number;
  readonly branches: Readonly<Record<string, Branch>>;
  readonly timers: Readonly<Record<string, ArmedTimer>>;
  /** Steps in the order they were entered, bounded; for people. */
  readonly steps: readonly StepSummary[];
  readonly output?: Json;
  readonly error?: RunError;
  readonly trace?: TraceContext;
}

export interface Branch {
  /** Name of the state it is in. */
  readonly state: string;
  readonly stepId: StepId;
  readonly enteredMs: number;
  /** Raw input of the state: the run's data on this branch. */
  readonly data: Json;
  readonly phase: 'task' | 'backoff' | 'wait' | 'ended';
  /** Attempts opened for this entry that count. */
  readonly attempt: number;
  /** Retries used, by retrier (index in the Retry array; 'policy' for the default policy). */
  readonly retries: Readonly<Record<string, number>>;
  readonly open?: OpenAttempt;
}

export interface OpenAttempt {
  readonly attempt: number;
  readonly service: string;
  readonly step: string;
  readonly openedMs: number;
  readonly deadlineMs: number;
  readonly heartbeatTimeoutMs?: number;
  readonly lastHeartbeatMs?: number;
  readonly startedMs?: number;
  readonly worker?: string;
  readonly progress?: { readonly percent?: number | undefined; readonly message?: string | undefined };
}

export type TimerKind = 'attempt' | 'backoff' | 'wait' | 'run';

export interface ArmedTimer {
  readonly ver: number;
  readonly dueMs: number;
  readonly kind: TimerKind;
  readonly branch: string;
}

export type StepStatus = 'running' | 'backing-off' | 'waiting' | 'completed' | 'failed' | 'continued' | 'cancelled';

export interface StepSummary {
  readonly stepId: StepId;
  readonly state: string;
  readonly branch: string;
  readonly type: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly enteredMs: number;
  readonly endedMs?: number;
  readonly error?: RunError;
}

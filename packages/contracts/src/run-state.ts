/**
 * A run, folded from its events. A branch is one line of control, the root branch is '0'; the branches of a Parallel or Map
 * stand beside it while they are open, each naming its parent.
 */
import type { Branch } from './branch.ts';
import type { ParentLink } from './child-run.ts';
import type { Compensation, Ending } from './compensation.ts';
import type { ContinuationLink } from './continuation.ts';
import type { DefinitionRef } from './definition-ref.ts';
import type { Json } from './json.ts';
import type { Policy } from './policy.ts';
import type { RunError } from './run-error.ts';
import type { RunId, StepId } from './ids.ts';
import type { AskedQuestion } from './question.ts';
import type { RunSignals } from './signal.ts';
import type { TraceContext } from './trace.ts';

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'blocked';
export const RUN_STATUSES = ['running', 'completed', 'failed', 'cancelled', 'blocked'] as const satisfies readonly RunStatus[];
export const isTerminal = (status: RunStatus): boolean => status === 'completed' || status === 'failed' || status === 'cancelled';

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
  /** The run that has started this one. */
  readonly parent?: ParentLink;
  /** The run that has gone on as this one, and the one that this one goes on as. */
  readonly continues?: ContinuationLink;
  readonly continuedAs?: RunId;
  readonly startedMs: number;
  readonly updatedMs: number;
  readonly endedMs?: number;
  /** States entered so far: the source of step ids. */
  readonly entries: number;
  /** Timers armed so far: the source of timer versions. */
  readonly timerVersions: number;
  readonly branches: Readonly<Record<string, Branch>>;
  /** What open fan-outs work on and have brought: each list once, however many branches share it; see branch.ts. Absent where none is open. */
  readonly parts?: Readonly<Record<string, Json>>;
  readonly timers: Readonly<Record<string, ArmedTimer>>;
  /** Steps in the order they were entered, bounded; for people. */
  readonly steps: readonly StepSummary[];
  /** The run's input, kept where its definition may ask the context object for it. */
  readonly input?: Json;
  /** Signals that have come; absent where none has. */
  readonly signals?: RunSignals;
  /** What it has done and can undo, in the order in which it was done; absent where there is nothing. */
  readonly compensations?: readonly Compensation[];
  /** Set once it undoes what it has done: what it ends with. It stays `running` until then. */
  readonly ending?: Ending;
  readonly output?: Json;
  readonly error?: RunError;
  readonly trace?: TraceContext;
}

/** `continue`: due at once, for a fan-out that has more to do than one decision may hold. `deadline`: of what a state waits for, see Awaited. `escalation`: others are asked as well. */
export type TimerKind = 'attempt' | 'backoff' | 'wait' | 'run' | 'continue' | 'deadline' | 'escalation';

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
  /** The run that it has started last. */
  readonly child?: { readonly runId: RunId; readonly workflow: string };
  /** What it has asked a person last. */
  readonly question?: AskedQuestion;
}

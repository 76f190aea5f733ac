/**
 * What happened to a run. Past tense, versioned by name once released, never edited: new meaning is a new event.
 * Each event carries what folding it needs, so `evolve` never looks at a definition.
 */
import type { DefinitionRef } from './definition-ref.ts';
import type { Json } from './json.ts';
import type { Policy } from './policy.ts';
import type { RunError } from './run-error.ts';
import type { RunId, StepId } from './ids.ts';
import type { TimerKind } from './run-state.ts';
import type { TraceContext } from './trace.ts';

/** How a branch's data changes when it leaves a state. */
export type DataPatch =
  | { readonly op: 'keep' }
  | { readonly op: 'replace'; readonly value: Json }
  /** Members of `value` are set on the data, which becomes an object where it was none. */
  | { readonly op: 'merge'; readonly value: Json }
  /** `value` is set at `path`; objects on the way are made. */
  | { readonly op: 'set'; readonly path: readonly string[]; readonly value: Json };

interface AtStep {
  readonly branch: string;
  readonly stepId: StepId;
}

export interface Arm {
  readonly id: string;
  readonly ver: number;
  readonly dueMs: number;
  readonly kind: TimerKind;
}

export type AttemptOutcome = 'succeeded' | 'failed' | 'timed-out' | 'heartbeat-lost' | 'released' | 'cancelled';

export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly runId: RunId;
      readonly def: DefinitionRef;
      readonly policy: Policy;
      readonly input: Json;
      readonly inputHash: string;
      readonly startId: string;
      readonly via: string;
      readonly trace?: TraceContext;
      readonly timer?: Arm;
    }
  | (AtStep & { readonly type: 'state-entered'; readonly state: string; readonly stateType: string })
  | (AtStep & {
      readonly type: 'attempt-opened';
      readonly attempt: number;
      readonly service: string;
      readonly step: string;
      readonly deadlineMs: number;
      readonly heartbeatTimeoutMs?: number;
      readonly timer: Arm;
    })
  | (AtStep & {
      readonly type: 'attempt-heartbeat';
      readonly attempt: number;
      readonly worker: string;
      readonly startedMs?: number;
      readonly progress?: { readonly percent?: number | undefined; readonly message?: string | undefined };
      readonly timer: Arm;
    })
  | (AtStep & {
      readonly type: 'attempt-closed';
      readonly attempt: number;
      readonly outcome: AttemptOutcome;
      readonly error?: RunError;
      readonly worker?: string;
      readonly startedMs?: number;
      readonly endedMs?: number;
    })
  | (AtStep & {
      readonly type: 'retry-scheduled';
      /** The attempt to come. */
      readonly attempt: number;
      /** Which retrier allowed it: index in the Retry array, or 'policy'. Absent: costs no retry (a released attempt). */
      readonly retrier?: string;
      readonly timer: Arm;
    })
  | (AtStep & { readonly type: 'wait-started'; readonly timer: Arm })
  | (AtStep & { readonly type: 'wait-ended' })
  | (AtStep & {
      readonly type: 'state-exited';
      readonly state: string;
      readonly patch: DataPatch;
      readonly via: 'done' | 'caught' | 'continued';
      readonly error?: RunError;
    })
  | (AtStep & { readonly type: 'state-failed'; readonly state: string; readonly error: RunError })
  | { readonly type: 'run-completed' }
  | { readonly type: 'run-failed'; readonly error: RunError }
  | { readonly type: 'run-cancelled'; readonly reason: string; readonly by?: string }
  | { readonly type: 'run-blocked'; readonly error: RunError; readonly message: { readonly offset: number; readonly id: string } };

export type RunEventType = RunEvent['type'];

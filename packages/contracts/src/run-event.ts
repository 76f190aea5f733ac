/**
 * What happened to a run. Past tense, versioned by name once released, never edited: new meaning is a new event.
 * Each event carries what folding it needs, so `evolve` never looks at a definition.
 */
import type { StatesPath, StoredResults } from './branch.ts';
import type { ParentLink } from './child-run.ts';
import type { Ending } from './compensation.ts';
import type { ContinuationLink } from './continuation.ts';
import type { DefinitionRef } from './definition-ref.ts';
import type { Json } from './json.ts';
import type { Policy } from './policy.ts';
import type { AnswerVia, Question } from './question.ts';
import type { RunError } from './run-error.ts';
import type { RunId, StepId } from './ids.ts';
import type { TimerKind } from './run-state.ts';
import type { RunSignals } from './signal.ts';
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

/** Of a compensation that has parked its run. */
interface OfOperator {
  /** Step id of what is to be undone. */
  readonly of: StepId;
  /** The request's; see CompensationBody. */
  readonly requestId: string;
  readonly reason?: string;
  readonly by?: string;
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
  /** The worker is done; the attempt stays open until its task token is answered. */
  | (AtStep & { readonly type: 'attempt-awaits-token'; readonly attempt: number; readonly worker: string; readonly heartbeatTimeoutMs?: number; readonly timer: Arm })
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
  /** The time to try again has come, and it failed before an attempt could be opened. */
  | (AtStep & { readonly type: 'backoff-ended' })
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
  | (AtStep & { readonly type: 'variables-assigned'; readonly variables: Readonly<Record<string, Json>> })
  | (AtStep & {
      /** A Parallel or Map begins: its branches are opened one by one. */
      readonly type: 'branches-opened';
      readonly kind: 'parallel' | 'map';
      /** Number of the state's entry, which names the branches and parts. */
      readonly entry: number;
      readonly total: number;
      readonly concurrency: number;
      readonly tolerated: number;
      /** Of what is kept for its branches, as JSON. */
      readonly bytes: number;
      /** States that its branch has gone through since it last waited for something outside: a loop through fan-outs is one, too. */
      readonly since: number;
      /** What its branches share: the list of a Map, the input of a Parallel. Absent: the data of the branch. */
      readonly items?: Json;
      /** For an ItemBatcher: where its batches end, and what each gets beside its items. */
      readonly batches?: readonly number[];
      readonly batchInput?: Json;
    })
  | {
      readonly type: 'branch-opened';
      readonly branch: string;
      readonly parent: string;
      readonly index: number;
      readonly at: StatesPath;
      /** Its data; absent: its item or batch, or what all branches share. */
      readonly input?: Json;
    }
  /** Its data is the result of its index, and it is gone. */
  | { readonly type: 'branch-ended'; readonly branch: string; readonly bytes: number }
  | {
      readonly type: 'branch-failed';
      readonly branch: string;
      readonly error: RunError;
      /** Items that it worked on: a batch has several. */
      readonly items: number;
      /** Whether the others go on. */
      readonly tolerated: boolean;
    }
  /** The results that the state has held of a fan-out are in a file from here on. */
  | (AtStep & {
      readonly type: 'results-stored';
      readonly entry: number;
      readonly stored: StoredResults;
      /** By how much the data of the run is less. */
      readonly freedBytes: number;
    })
  /** Comes right after branches-opened: of each branch a record is kept, which is written out when all are over. */
  | (AtStep & { readonly type: 'results-recorded' })
  /** All branches below this one are gone, since one of them has failed the whole. What was recorded stays, and those that were open are recorded as aborted. */
  | (AtStep & { readonly type: 'branches-aborted' })
  /** All branches below this one are gone, with what was kept for them. */
  | (AtStep & { readonly type: 'branches-cancelled' })
  /** There is more to do than this decision may hold; the timer goes on with it. */
  | (AtStep & { readonly type: 'fan-out-paused'; readonly timer: Arm })
  | (AtStep & { readonly type: 'fan-out-resumed' })
  /** Somebody outside has told the run something. It is kept until a state takes it. */
  | { readonly type: 'signal-received'; readonly id: string; readonly name: string; readonly data: Json; readonly by?: string }
  /** A state waits for a signal of this name. */
  | (AtStep & { readonly type: 'signal-awaited'; readonly name: string; readonly deadlineMs: number; readonly timer: Arm })
  /** It has what it waited for. */
  | (AtStep & { readonly type: 'signal-taken'; readonly id: string })
  /** A state has started another run. */
  | (AtStep & { readonly type: 'child-started'; readonly attempt: number; readonly child: RunId; readonly def: DefinitionRef })
  /** And waits for its end. */
  | (AtStep & { readonly type: 'child-awaited'; readonly child: RunId; readonly workflow: string; readonly deadlineMs: number; readonly timer: Arm })
  | (AtStep & { readonly type: 'child-ended'; readonly child: RunId; readonly outcome: 'completed' | 'failed' | 'cancelled' })
  /** Its end is waited for no longer; it is asked to stop. */
  | (AtStep & { readonly type: 'child-abandoned'; readonly child: RunId })
  /** Another run goes on as this one. Comes right after run-started. */
  | { readonly type: 'continuation-linked'; readonly continues: ContinuationLink; readonly signals?: RunSignals }
  /** This run goes on as another, and ends. */
  | (AtStep & { readonly type: 'run-continued'; readonly next: RunId; readonly def: DefinitionRef })
  /** A state has told the world something; see emitted-event.ts. */
  | (AtStep & { readonly type: 'event-emitted'; readonly eventType: string; readonly subject?: string; readonly data: Json })
  /** Another run has started this one. Comes right after run-started. */
  | { readonly type: 'parent-linked'; readonly parent: ParentLink }
  /** What a state waited for has not come in time. */
  | (AtStep & { readonly type: 'await-timed-out' })
  /** A person is asked. */
  | (AtStep & { readonly type: 'question-asked'; readonly attempt: number; readonly title: string; readonly question: Question; readonly assignees: readonly string[]; readonly deadlineMs: number; readonly timer: Arm; readonly escalation?: Arm })
  /** Nobody has answered for so long that these are asked as well. */
  | (AtStep & { readonly type: 'question-escalated'; readonly attempt: number; readonly title: string; readonly assignees: readonly string[]; readonly escalation?: Arm })
  | (AtStep & { readonly type: 'question-answered'; readonly attempt: number; readonly id: string; readonly answer: Json; readonly by?: string; readonly via: AnswerVia })
  /** Nobody has answered in time. */
  | (AtStep & { readonly type: 'question-expired'; readonly attempt: number })
  /** The answer is not wanted any more. */
  | (AtStep & { readonly type: 'question-withdrawn'; readonly attempt: number })
  /** The run's input stays readable for the context object. Comes right after run-started. */
  | { readonly type: 'input-kept' }
  /** A state that can be undone is about to be left; what undoes it would be given this. */
  | (AtStep & { readonly type: 'compensation-kept'; readonly state: string; readonly input: Json })
  /** The run is to end otherwise than well, and undoes what it has done first. All its branches are gone but the root. */
  | { readonly type: 'compensation-begun'; readonly ending: Ending }
  /** `of`, the step id of what was done, is being undone; by attempts under a step id of its own. */
  | (AtStep & { readonly type: 'compensation-started'; readonly of: StepId })
  | (AtStep & { readonly type: 'compensation-done'; readonly of: StepId })
  /** It could not be undone, and the run is parked. `error` says what is undone and what is not. */
  | (AtStep & { readonly type: 'compensation-failed'; readonly of: StepId; readonly cause: RunError; readonly error: RunError })
  /** An operator has it tried again, under the step id and the idempotency key that it had: after so many attempts. */
  | (AtStep & OfOperator & { readonly type: 'compensation-retried'; readonly attempts: number })
  /** An operator has said that it is undone otherwise, or not at all; the run goes on with the next. */
  | (OfOperator & { readonly type: 'compensation-skipped' })
  | { readonly type: 'run-completed' }
  | { readonly type: 'run-failed'; readonly error: RunError }
  | { readonly type: 'run-cancelled'; readonly reason: string; readonly by?: string }
  | { readonly type: 'run-blocked'; readonly error: RunError; readonly message: { readonly offset: number; readonly id: string } };

export type RunEventType = RunEvent['type'];

/** Events that engines before version 3 of the history do not know; see history.ts. */
export const EVENTS_OF_VERSION_3: ReadonlySet<RunEventType> = new Set([
  'attempt-awaits-token',
  'backoff-ended',
  'variables-assigned',
  'branches-opened',
  'branch-opened',
  'branch-ended',
  'branch-failed',
  'branches-cancelled',
  'fan-out-paused',
  'fan-out-resumed',
  'input-kept',
] as const satisfies readonly RunEventType[]);

/** Events that engines before version 4 of the history do not know. */
export const EVENTS_OF_VERSION_4: ReadonlySet<RunEventType> = new Set(['results-stored', 'signal-received', 'signal-awaited', 'signal-taken', 'await-timed-out', 'child-started', 'child-awaited', 'child-ended', 'child-abandoned', 'parent-linked', 'event-emitted', 'continuation-linked', 'run-continued'] as const satisfies readonly RunEventType[]);

/** Events that engines before version 5 of the history do not know. */
export const EVENTS_OF_VERSION_5: ReadonlySet<RunEventType> = new Set(['compensation-kept', 'compensation-begun', 'compensation-started', 'compensation-done', 'compensation-failed'] as const satisfies readonly RunEventType[]);

/** Events that engines before version 6 of the history do not know. */
export const EVENTS_OF_VERSION_6: ReadonlySet<RunEventType> = new Set(['results-recorded', 'branches-aborted', 'compensation-retried', 'compensation-skipped', 'question-asked', 'question-escalated', 'question-answered', 'question-expired', 'question-withdrawn'] as const satisfies readonly RunEventType[]);

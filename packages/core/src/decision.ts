/** What deciding takes and gives. Refusals and duplicates are values, effects are data. */
import type { AbandonStepCommand, DeadLetterReason, LifecycleEvent, Policy, RunEvent, RunState, RunStepCommand } from '@baton/contracts';
import type { StateMachine } from '@baton/workflow';

/** A command as the core knows it; the runtime adds the task token, whose key the core must not see. */
export type UnsignedCommand = Omit<RunStepCommand, 'token'> | AbandonStepCommand;

export type Effect = { readonly kind: 'send-command'; readonly command: UnsignedCommand } | { readonly kind: 'publish-event'; readonly event: LifecycleEvent };

export type Decision =
  /** `state` is the events folded onto the run: what evolve gives for them, kept so that nobody folds twice. */
  | { readonly kind: 'accepted'; readonly events: readonly RunEvent[]; readonly effects: readonly Effect[]; readonly state: RunState }
  /** Nothing changes. `early`: a timer came before its time and stays armed. */
  | { readonly kind: 'ignored'; readonly why: 'duplicate' | 'late' | 'early' }
  /** The message can never apply: it becomes a dead letter. */
  | { readonly kind: 'rejected'; readonly code: DeadLetterReason; readonly reason: string };

export interface Facts {
  /** The time of the consumed record, epoch milliseconds. */
  readonly nowMs: number;
  /** The definition that the run is pinned to. */
  readonly machine: StateMachine;
  /** The platform's defaults; pinned by the run when it starts. */
  readonly policy: Policy;
  /** CloudEvents source of the events that this decision publishes. */
  readonly eventSource: string;
}

export const ignored = (why: 'duplicate' | 'late' | 'early'): Decision => ({ kind: 'ignored', why });
export const rejected = (code: DeadLetterReason, reason: string): Decision => ({ kind: 'rejected', code, reason });

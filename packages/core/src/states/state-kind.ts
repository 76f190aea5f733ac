import type { AnswerVia, Json, JsonObject, RunError, RunId, StatesPath } from '@baton/contracts';
import type { State } from '@baton/workflow';
import type { Outcome } from './outcome.ts';
import type { Place } from './place.ts';

/** What a state has been waiting for. */
export type Resumption =
  /** The time to try again has come. */
  | { readonly kind: 'backoff' }
  /** The time of a Wait is over. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: RunError; readonly also?: string }
  /** A signal of the name that it waits for is there. */
  | { readonly kind: 'signalled' }
  /** A person has answered. */
  | { readonly kind: 'answered'; readonly answer: JsonObject; readonly by: string | undefined; readonly via: AnswerVia }
  /** The run that it waits for has ended; well, where there is no error. */
  | { readonly kind: 'child-ended'; readonly runId: RunId; readonly workflow: string; readonly output: Json; readonly error?: RunError }
  /** A worker handed the attempt back unfinished. */
  | { readonly kind: 'released' }
  /** All branches have ended. */
  | { readonly kind: 'joined' }
  /** Enough branches have failed to fail the whole; none of them is left. */
  | { readonly kind: 'broken'; readonly error: RunError };

/** How one kind of state runs. */
export interface StateKind<S extends State> {
  /** Begins it. */
  enter(state: S, place: Place): Outcome;
  /** Goes on after what it has waited for; absent where it never waits. */
  readonly resumed?: (state: S, place: Place, by: Resumption) => Outcome;
  /** Its branch of this index; absent where it has none. */
  readonly branch?: (state: S, place: Place, index: number) => BranchToOpen;
}

export interface BranchToOpen {
  readonly at: StatesPath;
  readonly startAt: string;
  /** What it begins with. */
  readonly data: Json;
  /** The same, where it does not follow from what is kept for all branches. */
  readonly input?: Json;
}

/** A state was told of something that cannot have happened to it: a mistake of ours. */
export function unexpected(state: State, by: Resumption): never {
  throw new Error(`Expected nothing like ${by.kind} to happen to a ${state.Type}`);
}

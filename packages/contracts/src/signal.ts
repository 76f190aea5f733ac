/** What somebody outside tells a run, by a name that a state of it waits for. */
import type { RunId } from './ids.ts';
import type { Json } from './json.ts';
import type { Question } from './question.ts';

/** A signal that has come before anything waited for it. */
export interface BufferedSignal {
  /** The sender's; see SignalBody. */
  readonly id: string;
  readonly name: string;
  readonly data: Json;
  /** Time of the decision that took it, epoch milliseconds. */
  readonly receivedMs: number;
}

export interface RunSignals {
  /** Ids that have come, hashed, oldest first: of each the repetition is known. At most LIMITS.rememberedSignals. */
  readonly seen: readonly string[];
  /** Oldest first. */
  readonly buffered: readonly BufferedSignal[];
}

/** What a branch waits for, that comes from outside and is no answer of a step. */
export type Awaited = (
  | { readonly kind: 'signal' }
  /** The end of a run that it has started. */
  | { readonly kind: 'run'; readonly runId: RunId }
  /** The answer of a person. */
  | {
      readonly kind: 'person';
      readonly question: Question;
      /** Everybody who has been asked so far. */
      readonly assignees: readonly string[];
      /** Escalations that have come. */
      readonly escalated: number;
    }
) & {
  /** Of the signal, or of the run's workflow; the title of what a person is asked. */
  readonly name: string;
  readonly sinceMs: number;
  readonly deadlineMs: number;
};

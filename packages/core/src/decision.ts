/** What deciding takes and gives. Refusals and duplicates are values, effects are data. */
import type { AbandonStepCommand, CancelMessage, ChildEndedMessage, DeadLetterReason, DefinitionRef, InboxMessage, JsonObject, Policy, PublicEvent, RunEvent, RunId, RunState, RunStepCommand, StartMessage } from '@baton/contracts';
import type { StateMachine } from '@baton/workflow';

/** A command as the core knows it; the runtime adds the task token, whose key the core must not see. */
export type UnsignedCommand = Omit<RunStepCommand, 'token'> | AbandonStepCommand;

/** What another run is told; the runtime adds the token where it speaks for the end of a run. */
export type UnsignedMessage = StartMessage | CancelMessage | Omit<ChildEndedMessage, 'token'>;

export type Effect = { readonly kind: 'send-message'; readonly message: UnsignedMessage } | { readonly kind: 'send-command'; readonly command: UnsignedCommand } | { readonly kind: 'publish-event'; readonly event: PublicEvent };

export type Decision =
  /** `state` is the events folded onto the run: what evolve gives for them, kept so that nobody folds twice. `files` must lie where they can be read before the events may be written. */
  | { readonly kind: 'accepted'; readonly events: readonly RunEvent[]; readonly effects: readonly Effect[]; readonly state: RunState; readonly files?: readonly NewFile[] }
  /** Nothing changes. `early`: a timer came before its time and stays armed. */
  | { readonly kind: 'ignored'; readonly why: 'duplicate' | 'late' | 'early' }
  /** The message can never apply: it becomes a dead letter. */
  | { readonly kind: 'rejected'; readonly code: DeadLetterReason; readonly reason: string };

/** What the events refer to by its hash. */
export interface NewFile {
  /** SHA-256 of the text in UTF-8. */
  readonly hash: string;
  readonly text: string;
  readonly mediaType: string;
  readonly name: string;
}

/** A file that was stored by an earlier decision; `gone` where there is none any more, undefined where nobody has looked yet. */
export type StoredFile = { readonly text: string } | 'gone' | undefined;

/** No mistake: deciding has to know what is in these files first. Thrown by `decide`, which is asked again with them. */
export class FilesNeeded extends Error {
  override readonly name = 'FilesNeeded';
  readonly hashes: readonly string[];
  constructor(hashes: readonly string[]) {
    super(`Expected to be given ${hashes.length} files`);
    this.hashes = hashes;
  }
}

export interface Facts {
  /** The time of the consumed record, epoch milliseconds. */
  readonly nowMs: number;
  /** The definition that the run is pinned to. */
  readonly machine: StateMachine;
  /** The platform's defaults; pinned by the run when it starts. */
  readonly policy: Policy;
  /** CloudEvents source of the events that this decision publishes. */
  readonly eventSource: string;
  /** What `$$.Task.Token` gives for an attempt, by its key; absent: no definition can ask for it. */
  readonly taskToken?: (attemptKey: string) => string;
  /** The version of a workflow that a new run of this id takes, where there is one; absent: no run can be started. */
  readonly workflow?: (name: string, runId: RunId) => DefinitionRef | undefined;
  /** Files of earlier decisions, by their hash; absent: nothing can be stored, and what is too large fails. */
  readonly files?: (hash: string) => StoredFile;
  /** Members of the context object in place of its own, where a state is tried out. */
  readonly context?: JsonObject;
  /** Milliseconds that this decision has taken by a real clock: the backstop behind the counted bounds of expressions. */
  readonly elapsedMs?: () => number;
}

/** What `decide` is, for those that take one: the same state, message and facts give the same decision. */
export type Decide = (state: RunState | undefined, message: InboxMessage, facts: Facts) => Decision;

export const ignored = (why: 'duplicate' | 'late' | 'early'): Decision => ({ kind: 'ignored', why });
export const rejected = (code: DeadLetterReason, reason: string): Decision => ({ kind: 'rejected', code, reason });

/**
 * One line of control of a run, and the fan-outs that make more of them.
 *
 * The lists of a fan-out are kept in `RunState.parts` and never in branches, so that what a wide Map works on is written once:
 * its items under `itemsKey`, its results under `resultsKey` in pieces of `RESULTS_IN_PART`, by index. Results that are more
 * than a state may hold are moved to files, which `storedKey` names.
 */
import type { Json } from './json.ts';
import type { RunError } from './run-error.ts';
import type { StepId } from './ids.ts';
import type { Awaited } from './signal.ts';

export const ROOT_BRANCH = '0';

/** Where a list of states stands in a definition: `[]` the machine, `['Fan', 'Branches', 2]`, `['Each', 'ItemProcessor']`, and so on inwards. */
export type StatesPath = readonly (string | number)[];

export interface Branch {
  /** Name of the state it is in. */
  readonly state: string;
  readonly stepId: StepId;
  readonly enteredMs: number;
  /** Raw input of the state: the run's data on this branch. */
  readonly data: Json;
  readonly phase: 'task' | 'backoff' | 'wait' | 'fan-out' | 'awaits' | 'ended';
  /** Attempts opened for this entry that count. */
  readonly attempt: number;
  /** Retries used, by retrier (index in the Retry array; 'policy' for the default policy). */
  readonly retries: Readonly<Record<string, number>>;
  readonly open?: OpenAttempt;
  /** What it waits for in the phase `awaits`. */
  readonly awaits?: Awaited;
  /** Of a branch of a fan-out: the branch that has it, and which of its branches this is. Absent on the root. */
  readonly parent?: string;
  readonly index?: number;
  /** Where its states stand; absent on the root, whose states are the machine's. */
  readonly at?: StatesPath;
  /** Variables that were assigned on this branch. Those of its parents can be read from here as well. */
  readonly variables?: Readonly<Record<string, Json>>;
  /** On a branch of a fan-out: it has waited for something outside. */
  readonly waited?: true;
  /** The Parallel or Map that the branch is in, while its branches are worked on. */
  readonly fanOut?: FanOut;
  /** Of a branch whose record is kept: when it was opened, and what it was given, where that is not its item or batch. */
  readonly openedMs?: number;
  readonly given?: Json;
}

export interface FanOut {
  readonly kind: 'parallel' | 'map';
  /** Number of the state's entry in the run: it names the branches and the parts. */
  readonly entry: number;
  /** Branches in all. */
  readonly total: number;
  /** Branches opened so far: the index of the next. */
  readonly opened: number;
  readonly open: number;
  /** Branches that may be open at once. */
  readonly concurrency: number;
  /** Items that have failed so far, and how many may without failing the whole. */
  readonly failed: number;
  readonly tolerated: number;
  /** Of its items and results as JSON. */
  readonly bytes: number;
  /** States that its branch has gone through since it last waited for something outside. */
  readonly since: number;
  /** One of its branches has waited for something outside. */
  readonly waited?: true;
  /** What it fails with. */
  readonly error?: RunError;
  /** Its results are `ResultRecord`s, to be written out when it is over. */
  readonly records?: true;
}

/** What is kept of a branch whose fan-out is written out, in the place of its result. */
export interface ResultRecord {
  /** ABORTED: another has failed the whole while it was open. */
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startMs: number;
  readonly stopMs: number;
  readonly input: Json;
  /** Of one that has succeeded. */
  readonly output?: Json;
  /** Of one that has failed: as Amazon States Language calls them. */
  readonly error?: string;
  readonly cause?: string;
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
  /** The worker is done; whoever holds the task token answers. */
  readonly awaitsToken?: true;
  readonly progress?: { readonly percent?: number | undefined; readonly message?: string | undefined };
}

/** Results that share a part. */
export const RESULTS_IN_PART = 256;

/** Unique in a run, however deep the nesting: entries are counted over the whole run. */
export const branchId = (entry: number, index: number): string => `${entry}-${index}`;

/** The list that a Map goes over, or what every branch of a Parallel gets; absent where that is the parent's data. */
export const itemsKey = (entry: number): string => `items/${entry}`;
/** Where the batches of an ItemBatcher end: for each the index of the item after its last. */
export const batchesKey = (entry: number): string => `batches/${entry}`;
/** What an ItemBatcher gives to each batch beside its items. */
export const batchInputKey = (entry: number): string => `batch-input/${entry}`;
/** Results of branches by their index: those of `part` × 256 and the 255 after it. */
export const resultsKey = (entry: number, part: number): string => `results/${entry}/${part}`;

/** Results that are no longer in the state: a list of `StoredResults`, in the order in which they were moved. */
export const storedKey = (entry: number): string => `stored/${entry}`;

/** A file of results: a line for each, with the index of its branch, a blank, and the result as JSON. */
export interface StoredResults {
  /** SHA-256 of the file, which is its name. */
  readonly hash: string;
  readonly bytes: number;
  /** How many results it holds. */
  readonly results: number;
}

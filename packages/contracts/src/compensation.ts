/**
 * Undoing what a run has done before it fails or is cancelled. While the run goes on, each Task with a `Compensate` that has
 * completed leaves an entry here. Once the run is to end otherwise than well, its `ending` is set and the entries are undone
 * one after the other, the newest first, each on `UNDO_BRANCH`; then it ends as `ending` says.
 */
import type { StatesPath } from './branch.ts';
import type { StepId } from './ids.ts';
import type { Json } from './json.ts';
import type { RunError } from './run-error.ts';
import type { RunState } from './run-state.ts';

/** The branch on which a compensation runs. No fan-out opens one of this name. */
export const UNDO_BRANCH = 'undo';

/**
 * `due`: it is undone if the run ends otherwise than well. `failed`: its compensation has failed for good, and the run is parked.
 * `skipped`: an operator has said that nothing more undoes it.
 */
export const COMPENSATION_STATUSES = ['due', 'undoing', 'undone', 'failed', 'skipped'] as const;
export type CompensationStatus = (typeof COMPENSATION_STATUSES)[number];

/** Something that a run has done and that can be undone. */
export interface Compensation {
  /** Of the entry into the state that has done it. */
  readonly stepId: StepId;
  readonly state: string;
  /** Where the states stand among which it is; absent where those are the machine's. */
  readonly at?: StatesPath;
  /** What the compensation is given. Absent while that is on its branch, and once it is undone. */
  readonly input?: Json;
  readonly status: CompensationStatus;
  /** What operators have asked of it while it was parked, hashed, oldest first: of each the repetition is known. At most LIMITS.rememberedRequests. Absent where none has. */
  readonly asked?: readonly string[];
}

/** What a run ends with once it has undone what it has done. `asked`: the id of the cancel that began it, hashed, so that its repetition is known. */
export type Ending = { readonly as: 'failed'; readonly error: RunError } | { readonly as: 'cancelled'; readonly reason: string; readonly by?: string; readonly asked?: string };

/** What has parked the run, and what an operator can go on with; undefined where something else has, or nothing. */
export const failedCompensation = ({ status, compensations = [] }: Pick<RunState, 'status' | 'compensations'>): Compensation | undefined => (status === 'blocked' ? compensations.find((entry) => entry.status === 'failed') : undefined);

/** What Parallel and Map have in common: their branches are opened, end or fail, and are brought together. */
import { batchesKey, LIMITS, type FanOut, type Json, type RunError, type RunEvent, type RunState } from '@baton/contracts';
import { BRANCH_BYTES, bytesOf, dataBytesOf } from '../data/size.ts';
import { branchesBelow } from '../evolve/fan-out.ts';
import { failed, REST, type Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { abandonAttempt } from './task.ts';

type BranchesOpened = Extract<RunEvent, { type: 'branches-opened' }>;

/** Begins a fan-out. Its branches are opened afterwards, as many as may be. @param given `records`: whether what came of each is kept to be written out. */
export function openFanOut(place: Place, given: Pick<BranchesOpened, 'kind' | 'total' | 'concurrency' | 'tolerated' | 'items' | 'batches' | 'batchInput'> & { readonly records?: boolean }): Outcome {
  const { run, branchId } = place;
  const { stepId } = branchOf(place);
  const { records = false, ...about } = given;
  const { items, batches, batchInput } = about;
  const bytes = [items, batches as Json | undefined, batchInput].reduce<number>((sum, part) => sum + (part === undefined ? 0 : bytesOf(part)), 0);
  const held = dataBytesOf(run.state) + bytes;
  if (held > LIMITS.runDataBytes) return failed('States.DataLimitExceeded', `All data of the run would have ${held} bytes with what its branches work on; at most ${LIMITS.runDataBytes} are allowed. Pass large things as artifacts`);
  run.writtenBytes += bytes;
  run.emit({ type: 'branches-opened', branch: branchId, stepId, entry: entryOf(stepId), bytes, since: run.transitions, ...about });
  if (records) run.emit({ type: 'results-recorded', branch: branchId, stepId });
  run.lookAt(branchId);
  return REST;
}

/** The number of a state's entry is the end of its step id. */
const entryOf = (stepId: string): number => Number(stepId.slice(stepId.lastIndexOf('.') + 1));

/** A branch has failed, and nobody in it has taken the error. */
export function failWithin(place: Place, error: RunError): void {
  const { run, branchId } = place;
  const { parent: parentId = '', index = 0 } = branchOf(place);
  const fanOut = run.branch(parentId).fanOut!;
  const items = itemsOf(run.state, fanOut, index);
  run.emit({ type: 'branch-failed', branch: branchId, error, items, tolerated: fanOut.failed + items <= fanOut.tolerated });
  run.lookAt(parentId);
}

/** How many items a branch works on. */
function itemsOf({ parts }: RunState, { entry }: FanOut, index: number): number {
  const ends = parts?.[batchesKey(entry)] as readonly number[] | undefined;
  return ends === undefined ? 1 : ends[index]! - (ends[index - 1] ?? 0);
}

/** Ends all branches below one: their attempts are taken back, and nothing of them is left. @param options `record`: but what is recorded of them. */
export function closeBranches(place: Place, { record = false }: { readonly record?: boolean } = {}): void {
  const { run, branchId } = place;
  for (const below of branchesBelow(run.state, branchId)) abandonAttempt({ run, branchId: below }, run.branch(below).stepId, 'cancelled');
  run.emit({ type: record ? 'branches-aborted' : 'branches-cancelled', branch: branchId, stepId: branchOf(place).stepId });
}

/** Whether the run has room for another branch with this data. @param given what is kept beside it. */
export function hasRoom(state: RunState, input: Json, given?: Json): boolean {
  return dataBytesOf(state) + bytesOf(input) + (given === undefined ? 0 : bytesOf(given)) + BRANCH_BYTES <= LIMITS.runDataBytes;
}

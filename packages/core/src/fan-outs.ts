/**
 * Looks after the branches of Parallel and Map: opens them as far as the window reaches, brings their results together, ends
 * them where one has failed that may not. What does not fit into this decision is left to the next, which a timer brings at once.
 *
 * A fan-out is looked at whenever something has happened to one of its branches. What is to be done follows from the state
 * alone, so it does not matter how often it is looked at.
 */
import { branchId as idOf, LIMITS, type Branch, type FanOut } from '@baton/contracts';
import { bytesOf } from './data/size.ts';
import { failureOf } from './data/state-error.ts';
import { continueTimer } from './evolve.ts';
import { closeBranches, hasRoom } from './states/fan-out.ts';
import { kindOf } from './states/index.ts';
import { technical, type Failure, type Outcome } from './states/outcome.ts';
import { stateOf, type Place } from './states/place.ts';
import { storeWhereTooLarge } from './states/results.ts';
import type { Unfolding } from './unfolding.ts';
import { walk, walkFrom, walkOn } from './walk.ts';

/** The newest first: what happens inside a branch is dealt with before what is around it. */
export function lookAfterFanOuts(run: Unfolding): void {
  for (let branchId = run.nextLook(); branchId !== undefined && run.state.status === 'running'; branchId = run.nextLook()) {
    const branch = run.state.branches[branchId];
    if (branch?.fanOut !== undefined) lookAfter({ run, branchId }, branch, branch.fanOut);
  }
}

function lookAfter(place: Place, branch: Branch, before: FanOut): void {
  const { run } = place;
  const isOver = before.opened === before.total && before.open === 0;
  const tooMuch = before.error === undefined && !isOver ? asOutcome(() => storeWhereTooLarge(place, branch, before)) : undefined;
  if (tooMuch !== undefined) return breakOff(place, tooMuch);
  const fanOut = run.branch(place.branchId).fanOut!;
  if (fanOut.error !== undefined && fanOut.open > 0) closeBranches(place, { record: fanOut.records === true });
  const done = fanOut.opened === fanOut.total && fanOut.open === 0;
  if (fanOut.error === undefined && !done && !mayOpen(run, fanOut)) return;
  if (run.isFull) return pause(place, branch);
  if (run.state.timers[continueTimer(branch.stepId)] !== undefined) run.emit({ type: 'fan-out-resumed', branch: place.branchId, stepId: branch.stepId });
  if (fanOut.error !== undefined) walkOn(place, { kind: 'broken', error: fanOut.error }, run.writtenBytes, sinceOf(place));
  else if (done) walkOn(place, { kind: 'joined' }, run.writtenBytes, sinceOf(place));
  else openNext(place, fanOut);
}

/** A loop through fan-outs whose branches wait for nothing is a loop that waits for nothing. */
function sinceOf({ run, branchId }: Place): number {
  const { since, waited } = run.branch(branchId).fanOut!;
  return waited === true ? 0 : since + 1;
}

/** Every fan-out may have one branch open, whatever others have, so all of them come to an end. */
function mayOpen(run: Unfolding, { opened, total, open, concurrency }: FanOut): boolean {
  return opened < total && open < concurrency && (open === 0 || Object.keys(run.state.branches).length <= LIMITS.runBranches);
}

function pause({ run, branchId }: Place, { stepId }: Branch): void {
  if (run.state.timers[continueTimer(stepId)] !== undefined) return;
  run.emit({ type: 'fan-out-paused', branch: branchId, stepId, timer: run.arming(continueTimer(stepId), 'continue', run.nowMs) });
}

function openNext(place: Place, fanOut: FanOut): void {
  const { run } = place;
  const state = stateOf(place);
  const next = state === undefined ? undefined : asOutcome(() => kindOf(state).branch!(state, place, fanOut.opened));
  if (next === undefined) throw new Error(`Expected a Parallel or Map where branches are open, but found ${state?.Type}`);
  if ('kind' in next) return breakOff(place, next);
  const { at, startAt, input, data } = next;
  if (!hasRoom(run.state, data, fanOut.records === true ? input : undefined)) {
    // Those that are open will make room.
    if (fanOut.open > 0) return;
    return breakOff(place, { kind: 'failed', error: technical('States.DataLimitExceeded', `The run has no room for the data of another branch; at most ${LIMITS.runDataBytes} bytes of data are allowed in all. Pass large things as artifacts`) });
  }
  const id = idOf(fanOut.entry, fanOut.opened);
  const before = run.writtenBytes;
  if (input !== undefined) run.writtenBytes += bytesOf(input);
  run.emit({ type: 'branch-opened', branch: id, parent: place.branchId, index: fanOut.opened, at, ...(input !== undefined && { input }) });
  run.lookAt(place.branchId);
  walkFrom({ run, branchId: id }, startAt, before);
}

function asOutcome<T>(make: () => T): T | Failure {
  try {
    return make();
  } catch (thrown) {
    const error = failureOf(thrown);
    if (error === undefined) throw thrown;
    return { kind: 'failed', error };
  }
}

/** A branch cannot be opened: that fails the state, and the branches that are open go. */
function breakOff(place: Place, outcome: Outcome): void {
  closeBranches(place);
  walk(place, () => outcome, place.run.writtenBytes, sinceOf(place));
}

/**
 * Undoes what a run has done before it fails or is cancelled: the newest first, one after the other, each by attempts of its own.
 *
 * 1. Each entry is begun once, since `compensation-started` takes it out of those that are due.
 * 2. The run ends only when nothing is due; what it ends with was settled before the first, and nothing changes it.
 * 3. Where one cannot be undone, nothing before it is touched: what was done earlier may rest on it. The run is parked, and goes
 *    on only when an operator has that one tried again, or skips it.
 */
import { UNDO_BRANCH, type Compensation, type CompensationStatus, type Ending, type RunError, type RunState } from '@baton/contracts';
import { failureOf } from './data/state-error.ts';
import { compensateOf } from './states/compensate.ts';
import { technical, type Failure } from './states/outcome.ts';
import { branchOf, stateOf, type Place } from './states/place.ts';
import { policyOf } from './states/policy-of.ts';
import { retriedBy } from './states/retry.ts';
import type { Resumption } from './states/state-kind.ts';
import { beginAttempt, DEFAULT_HEARTBEAT_SECONDS } from './states/task.ts';
import { stepIdOf } from './step-id.ts';
import type { Unfolding } from './unfolding.ts';

/** Ends the run otherwise than well: at once where nothing is to be undone, or where it was given up while undoing. */
export function endRun(run: Unfolding, ending: Ending): void {
  if (run.state.ending !== undefined || nextDue(run.state) === undefined) return emitEnd(run, ending);
  run.emit({ type: 'compensation-begun', ending });
  undoNext(run, ending);
}

/** Goes on with the compensation under way, after what it has waited for. */
export function resumeCompensation(place: Place, by: Resumption): void {
  const { run, branchId } = place;
  switch (by.kind) {
    case 'backoff':
    case 'released':
      return undo(place);
    case 'failed':
      return failed(place, by);
    case 'succeeded':
      run.emit({ type: 'compensation-done', branch: branchId, stepId: branchOf(place).stepId, of: underWay(run.state) });
      return undoNext(run, run.state.ending!);
    default:
      throw new Error(`Expected nothing like ${by.kind} to happen to a compensation`);
  }
}

/** Parks the run, since what it is about to undo cannot be undone. @param cause why. */
export function parkCompensation({ run, branchId }: Place, cause: RunError): void {
  const { stepId, state } = run.branch(branchId);
  const listed = (is: (status: CompensationStatus) => boolean): string => (run.state.compensations ?? []).flatMap((entry) => (is(entry.status) ? [entry.state] : [])).reverse().join(', ');
  const [undone, skipped, open] = [listed((status) => status === 'undone'), listed((status) => status === 'skipped'), listed((status) => status !== 'undone' && status !== 'skipped')];
  const error = { ...technical('Baton.CompensationFailed', `Undoing ${state} has failed: ${cause.name}: ${cause.message.slice(0, MOST_OF_CAUSE)}. Undone: ${undone || 'nothing'}.${skipped === '' ? '' : ` Skipped: ${skipped}.`} Not undone: ${open}`), step: state };
  run.emit({ type: 'compensation-failed', branch: branchId, stepId, of: underWay(run.state), cause: { ...cause, step: state }, error });
}

interface Request {
  readonly requestId: string;
  readonly reason?: string;
  readonly by?: string;
}

/** Has tried again what has parked the run, under the step id that it had. */
export function retryCompensation(run: Unfolding, { stepId: of, state }: Compensation, request: Request): void {
  // It is the newest step: whatever parks a run, nothing comes after.
  const last = run.state.steps.findLast(({ type }) => type === 'Compensation');
  run.emit({ type: 'compensation-retried', branch: UNDO_BRANCH, stepId: last?.stepId ?? stepIdOf(`${state} undo`, run.state.entries), of, attempts: last?.attempts ?? 0, ...request });
  undo({ run, branchId: UNDO_BRANCH });
}

/** Takes what has parked the run for done with, and goes on with the next. */
export function skipCompensation(run: Unfolding, { stepId: of }: Compensation, request: Request): void {
  run.emit({ type: 'compensation-skipped', of, ...request });
  undoNext(run, run.state.ending!);
}

/** So that the lists behind it have room in a message. */
const MOST_OF_CAUSE = 1_000;

function undoNext(run: Unfolding, ending: Ending): void {
  const next = nextDue(run.state);
  if (next === undefined) return emitEnd(run, ending);
  run.emit({ type: 'compensation-started', branch: UNDO_BRANCH, stepId: stepIdOf(`${next.state} undo`, run.state.entries + 1), of: next.stepId });
  undo({ run, branchId: UNDO_BRANCH });
}

function undo(place: Place): void {
  const { run } = place;
  const compensate = compensateOf(stateOf(place));
  if (compensate === undefined) return parkCompensation(place, technical('States.Runtime', 'The definition does not say how'));
  try {
    beginAttempt(place, {
      resource: compensate.Resource,
      input: branchOf(place).data,
      timeoutSeconds: compensate.TimeoutSeconds ?? policyOfCompensations(run).timeout_seconds,
      heartbeatSeconds: compensate.HeartbeatSeconds ?? DEFAULT_HEARTBEAT_SECONDS,
    });
  } catch (thrown) {
    const error = failureOf(thrown);
    if (error === undefined) throw thrown;
    parkCompensation(place, error);
  }
}

function failed(place: Place, { error, also }: Pick<Failure, 'error' | 'also'>): void {
  const retriers = compensateOf(stateOf(place))?.Retry;
  if (!retriedBy(place, { retriers, policy: policyOfCompensations(place.run) }, { error, also })) parkCompensation(place, error);
}

/** A person has to see to one that fails, so without rules of its own it is tried again by the platform's, whatever the machine says of its steps. */
const policyOfCompensations = ({ state, facts }: Unfolding) => policyOf(undefined, facts.machine, state) ?? state.policy;

const nextDue = ({ compensations = [] }: RunState) => compensations.findLast(({ status }) => status === 'due');

function underWay({ compensations = [] }: RunState) {
  const found = compensations.find(({ status }) => status === 'undoing');
  if (found === undefined) throw new Error('Expected a compensation under way');
  return found.stepId;
}

function emitEnd(run: Unfolding, ending: Ending): void {
  if (ending.as === 'failed') return run.emit({ type: 'run-failed', error: ending.error });
  const { reason, by } = ending;
  run.emit({ type: 'run-cancelled', reason, ...(by !== undefined && { by }) });
}

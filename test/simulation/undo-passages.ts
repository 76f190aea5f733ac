/** What was undone, and what became of what could not be. */
import { ROOT_BRANCH } from '@baton/contracts';
import type { Faults } from './faults.ts';
import type { WatchedRun } from './watch.ts';

export const UNDOING: readonly string[] = [
  'can be undone', 'can be undone: in a branch', 'undone', 'undone: after a try in vain', 'undone: after an operator has asked', 'could not be undone', 'skipped', 'undoing given up',
  'undoes: it has failed', 'undoes: it was cancelled', 'undoes: its time was over', 'undoes: its parent was cancelled', 'undoes: several', 'undoing poisoned', 'not undone: it has ended well', 'not undone: nothing was done',
];

export function countUndoing(runs: Iterable<WatchedRun>, faults: Faults): void {
  for (const run of runs) for (const what of passagesOf(run)) faults.count(what);
}

function passagesOf({ state, txns }: WatchedRun): string[] {
  const found: string[] = [];
  let kept = 0;
  let asked = false;
  let started = 0;
  for (const { events, cause } of txns) {
    for (const event of events) {
      switch (event.type) {
        case 'compensation-kept':
          kept++;
          found.push('can be undone', ...(event.branch === ROOT_BRANCH ? [] : ['can be undone: in a branch']));
          break;
        case 'compensation-begun':
          found.push(event.ending.as === 'cancelled' ? (event.ending.by === state.parent?.runId && state.parent !== undefined ? 'undoes: its parent was cancelled' : 'undoes: it was cancelled') : cause.type === 'timer' && event.ending.error.name === 'States.Timeout' && event.ending.error.step === undefined ? 'undoes: its time was over' : 'undoes: it has failed');
          if (kept > 1) found.push('undoes: several');
          break;
        case 'compensation-started':
          asked = false;
          started++;
          break;
        case 'compensation-done': {
          const attempts = state.steps.find(({ stepId }) => stepId === event.stepId)?.attempts ?? 0;
          found.push('undone', ...(attempts > 1 ? ['undone: after a try in vain'] : []), ...(asked ? ['undone: after an operator has asked'] : []));
          break;
        }
        case 'compensation-failed':
          found.push('could not be undone');
          break;
        case 'compensation-retried':
          asked = true;
          break;
        case 'compensation-skipped':
          found.push('skipped');
          break;
        case 'run-blocked':
          if (started > 0) found.push('undoing poisoned');
          break;
        case 'run-cancelled':
          if (state.compensations?.some(({ status }) => status === 'due' || status === 'failed' || status === 'undoing') === true) found.push('undoing given up');
          break;
        case 'run-completed':
          if (kept > 0) found.push('not undone: it has ended well');
          break;
        case 'run-failed':
          if (kept === 0) found.push('not undone: nothing was done');
          break;
        default:
      }
    }
  }
  return found;
}

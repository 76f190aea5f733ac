/** What runs went through: the kinds of their states, and what became of what they opened. */
import { ROOT_BRANCH, type RunEvent } from '@baton/contracts';
import type { Faults } from './faults.ts';
import type { WatchedRun } from './watch.ts';

const STATES = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;

export const PASSAGES: readonly string[] = [...STATES.map((type) => `state ${type}`), 'branches of parallel', 'branches of map', 'branches of branches', 'batches', 'branch failed: tolerated', 'branch failed: breaks', 'branches cancelled', 'branches opened again', 'fan-out paused', 'fan-out cancelled with its run'];

export function countPassages(runs: Iterable<WatchedRun>, faults: Faults): void {
  for (const { txns } of runs) {
    const begun = new Set<string>();
    const open = new Set<string>();
    for (const event of txns.flatMap((txn) => txn.events)) for (const what of passagesOf(event, begun, open)) faults.count(what);
  }
}

/** @param begun step ids whose branches were opened. @param open branches. */
function passagesOf(event: RunEvent, begun: Set<string>, open: Set<string>): string[] {
  switch (event.type) {
    case 'state-entered':
      return [`state ${event.stateType}`];
    case 'branches-opened': {
      const again = begun.has(event.stepId);
      begun.add(event.stepId);
      return [`branches of ${event.kind}`, ...(event.branch === ROOT_BRANCH ? [] : ['branches of branches']), ...(event.batches === undefined ? [] : ['batches']), ...(again ? ['branches opened again'] : [])];
    }
    case 'branch-opened':
      open.add(event.branch);
      return [];
    case 'branch-ended':
      open.delete(event.branch);
      return [];
    case 'branch-failed':
      open.delete(event.branch);
      return [`branch failed: ${event.tolerated ? 'tolerated' : 'breaks'}`];
    case 'branches-cancelled':
      open.clear();
      return ['branches cancelled'];
    case 'fan-out-paused':
      return ['fan-out paused'];
    case 'run-cancelled':
      return open.size > 0 ? ['fan-out cancelled with its run'] : [];
    default:
      return [];
  }
}

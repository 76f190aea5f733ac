/** Parallel: runs machines side by side on the same input; its result is the list of their outputs. */
import { itemsKey, type StatesPath } from '@baton/contracts';
import type { ParallelState } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { openFanOut } from './fan-out.ts';
import { leaving } from './leaving.ts';
import type { Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { joinedResults } from './results.ts';
import { unexpected, type StateKind } from './state-kind.ts';

export const parallel: StateKind<ParallelState> = {
  enter: open,
  resumed(state, place, by) {
    switch (by.kind) {
      case 'backoff':
        return open(state, place);
      case 'joined': {
        const scope = new Scope(place);
        const result = joinedResults(place, branchOf(place).fanOut!);
        return leaving(state, scope, { patch: flowOf(place.run.facts.machine, state).output(state, result, scope), result });
      }
      case 'broken':
        return { kind: 'failed', error: by.error, also: 'States.BranchFailed', of: 'branches' };
      default:
        return unexpected(state, by);
    }
  },
  branch(state, place, index) {
    const { at = [], state: name, data, fanOut } = branchOf(place);
    const path: StatesPath = [...at, name, 'Branches', index];
    return { at: path, startAt: state.Branches[index]!.StartAt, data: place.run.state.parts?.[itemsKey(fanOut!.entry)] ?? data };
  },
};

function open(state: ParallelState, place: Place): Outcome {
  const input = flowOf(place.run.facts.machine, state).input(state, new Scope(place));
  const total = state.Branches.length;
  // The data of the branch is there already.
  return openFanOut(place, { kind: 'parallel', total, concurrency: total, tolerated: 0, ...(input !== branchOf(place).data && { items: input }) });
}

import type { Branch, Json, RunState } from '@baton/contracts';
import type { StateMachine } from '@baton/workflow';
import { stateAt } from '../states/place.ts';

export type Variables = Readonly<Record<string, Json>>;

const NONE: Variables = {};

/**
 * The variables that can be read on a branch: its own, and those of the branches around it, the inner before the outer. An
 * iteration of a DISTRIBUTED Map is a run of its own on AWS: it sees nothing from outside.
 */
export function variablesOf(run: RunState, branch: Branch, machine: StateMachine): Variables {
  let found = branch.variables;
  for (let inner = branch; inner.parent !== undefined; ) {
    const outer: Branch | undefined = run.branches[inner.parent];
    if (outer === undefined || isDistributed(outer, machine)) break;
    if (outer.variables !== undefined) found = found === undefined ? outer.variables : { ...outer.variables, ...found };
    inner = outer;
  }
  return found ?? NONE;
}

function isDistributed(branch: Branch, machine: StateMachine): boolean {
  const state = stateAt(machine, branch);
  return state?.Type === 'Map' && state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

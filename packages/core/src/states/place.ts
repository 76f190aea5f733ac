import type { Branch, StatesPath } from '@baton/contracts';
import { statesAt, type NestedMachine, type State, type StateMachine } from '@baton/workflow';
import type { Unfolding } from '../unfolding.ts';

/** Where the interpreter stands: a run in the making, and a branch of it. */
export interface Place {
  readonly run: Unfolding;
  readonly branchId: string;
}

export const branchOf = ({ run, branchId }: Place): Branch => run.branch(branchId);

const ROOT: StatesPath = [];

/** The states among which a branch goes from one to the next. */
export const machineOf = (place: Place): NestedMachine | undefined => statesAt(place.run.facts.machine, branchOf(place).at ?? ROOT);

/** The state a branch is in. */
export const stateAt = (machine: StateMachine, { at, state }: Branch): State | undefined => statesAt(machine, at ?? ROOT)?.States[state];

export const stateOf = (place: Place): State | undefined => stateAt(place.run.facts.machine, branchOf(place));

/** Finding the machines that stand inside others: in the branches of a Parallel, and as what a Map runs for each item. */
import type { NestedMachine, State, StateMachine } from './states/index.ts';

/**
 * The machine at a path such as `['Fan', 'Branches', 2]` or `['Each', 'ItemProcessor', 'Inner', 'Branches', 0]`; `[]` is the
 * outermost. Undefined where the definition has none there.
 */
export function statesAt(machine: StateMachine, path: readonly (string | number)[]): NestedMachine | undefined {
  let found: NestedMachine | undefined = machine;
  for (let i = 0; i < path.length && found !== undefined; ) {
    const state: NestedMachine['States'][string] | undefined = found.States[path[i]!];
    if (state?.Type === 'Parallel') {
      found = state.Branches[path[i + 2] as number];
      i += 3;
    } else {
      found = state?.Type === 'Map' ? (path[i + 1] === 'Iterator' ? state.Iterator : state.ItemProcessor) : undefined;
      i += 2;
    }
  }
  return found;
}

/** Every state with its name, however deep; an outer one before those inside it. */
export function* statesIn(machine: NestedMachine): Generator<readonly [name: string, state: State]> {
  for (const [name, state] of Object.entries(machine.States)) {
    yield [name, state];
    if (state.Type === 'Parallel') for (const branch of state.Branches) yield* statesIn(branch);
    if (state.Type === 'Map') for (const processor of [state.ItemProcessor, state.Iterator]) if (processor !== undefined) yield* statesIn(processor);
  }
}

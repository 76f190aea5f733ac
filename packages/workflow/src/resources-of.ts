import type { State } from './states/index.ts';

/** The Resources that a state has something run by: a Task's own and that of what undoes it, and what reads the items of a Map and writes its results. */
export function resourcesOf(state: State): readonly string[] {
  const all = state.Type === 'Task' ? [state.Resource, state.Compensate?.Resource] : state.Type === 'Map' ? [state.ItemReader?.Resource, state.ResultWriter?.Resource] : [];
  return all.filter((resource) => resource !== undefined);
}

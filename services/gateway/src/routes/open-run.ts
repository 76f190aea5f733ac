import { isTerminal, type RunId, type RunState } from '@baton/contracts';
import type { Door } from '../door.ts';
import { Refusal } from '../refusal.ts';
import { unknownRun } from '../views/reads.ts';

/**
 * Refuses only what is known to be wrong: without the view the engine decides.
 * @param so what that the run has ended means for the caller. @returns the run, where the view has it. @throws Refusal `unknown_run` or `run_ended`.
 */
export async function openRun(door: Door, runId: RunId, so: string): Promise<RunState | undefined> {
  try {
    const state = await door.reads.state(runId);
    if (state === undefined && door.recentStarts.view(runId) === undefined) throw unknownRun(runId);
    if (state?.continuedAs !== undefined) throw new Refusal('run_ended', `The run has gone on as ${state.continuedAs}; ask that one`, { problems: [{ field: 'runId', message: `has gone on as ${state.continuedAs}` }] });
    if (state !== undefined && isTerminal(state.status)) throw new Refusal('run_ended', `The run has ended already (${state.status}); ${so}`);
    return state;
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'unavailable' || error.code === 'rebuilding')) return undefined;
    throw error;
  }
}

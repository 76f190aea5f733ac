import { hash128, type RunId } from '@baton/contracts';
import { branchOf, type Place } from '../place.ts';

/** Asks a run that this one waits for to stop, since nobody takes its result any more. */
export function cancelChild({ run }: Place, child: RunId, reason: string): void {
  const { runId } = run.state;
  run.sendMessage({ v: 1, id: `cancel-${hash128(`${runId}\n${child}`)}`, runId: child, ts: run.nowMs, type: 'cancel', by: runId, body: { reason: reason.slice(0, 500) } });
}

/** Ends the wait of a branch for a run that it has started. */
export function abandonChild(place: Place, why: string): void {
  const { awaits, stepId } = branchOf(place);
  if (awaits?.kind !== 'run') return;
  place.run.emit({ type: 'child-abandoned', branch: place.branchId, stepId, child: awaits.runId });
  cancelChild(place, awaits.runId, `${why}: the run ${place.run.state.runId} that started it waits for it no longer`);
}

/** What was done is undone, once, by the effects of its steps (I16); and what the package of invariants says of the whole history. */
import { isTerminal } from '@baton/contracts';
import { attempts, compensations, end, examine, fanOuts, replay, retries, sequence, wakeUps } from '@baton/invariants';
import { CONTRADICTION } from './forger.ts';
import { standingBefore } from './standing.ts';
import type { WatchedRun } from './watch.ts';
import type { World } from './world.ts';

/** Those that need no more than the history and the definitions. */
const CHECKERS = [sequence, attempts, replay, end, wakeUps, compensations, fanOuts, retries];

export function checkUndone(world: World, found: string[]): void {
  for (const run of world.watch.runs.values()) for (const what of undone(run, world)) found.push(`I16: run ${run.state.runId} ${what}`);
  const verdicts = examine({ history: world.history.partitions.map((records, partition) => ({ partition, first: 0, next: records.length, records })), definitions: { records: world.definitions } }, CHECKERS);
  for (const { invariant, violations } of verdicts) for (const { runId, what } of violations) found.push(`${invariant}: run ${runId ?? '?'} ${what}`);
}

function undone({ state, txns }: WatchedRun, { workers, inbox }: World): string[] {
  const effects = (stepId: string): number => workers.effects.get(`${state.runId}/${stepId}`) ?? 0;
  // Who contradicts himself may say that it was done when it was not.
  const contradicted = (stepId: string): boolean => [...inbox.firstResults.values()].some(({ message: { runId, body } }) => runId === state.runId && body.stepId === stepId && (body.output as { readonly done?: string } | undefined)?.done === CONTRADICTION);
  const events = txns.flatMap((txn) => txn.events);
  const named = (type: 'compensation-done' | 'compensation-skipped'): Set<string> => new Set(events.flatMap((event) => (event.type === type ? [event.of] : [])));
  const [done, skipped] = [named('compensation-done'), named('compensation-skipped')];
  const wrong = events.flatMap((event) => {
    if (event.type !== 'compensation-started') return [];
    const { of, stepId } = event;
    if (effects(stepId) > 0 && effects(of) === 0 && !contradicted(of)) return [`has undone ${of}, which was not done`];
    return done.has(of) && effects(stepId) !== 1 && !contradicted(stepId) ? [`has undone ${of} ${effects(stepId)} times`] : [];
  });
  const left = events.flatMap((event) => (event.type === 'compensation-kept' && !done.has(event.stepId) && !skipped.has(event.stepId) ? [event.stepId] : []));
  if (left.length === 0 || !isTerminal(state.status) || state.status === 'completed') return wrong;
  const { ending, parkedBy } = standingBefore(txns, txns.at(-1)!.cause.off);
  const isGivenUp = state.status === 'cancelled' && ending && parkedBy !== undefined;
  return isGivenUp ? wrong : [...wrong, `has ended, and has not undone ${left.join(', ')}`];
}

import type { RunState } from '@baton/contracts';
import type { Decision, Facts } from './decision.ts';
import { technical } from './states/outcome.ts';
import { Unfolding } from './unfolding.ts';

/** Parks a run whose message made `decide` throw: the run waits for an operator, the partition goes on. */
export function block(state: RunState, message: { readonly offset: number; readonly id: string }, reason: string, facts: Facts): Extract<Decision, { kind: 'accepted' }> {
  const run = new Unfolding(state, facts);
  run.emit({ type: 'run-blocked', error: technical('Baton.Blocked', reason), message });
  return { kind: 'accepted', events: run.events, effects: run.effects, state: run.state };
}

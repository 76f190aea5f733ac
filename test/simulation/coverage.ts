/** What happened over many seeds, and what never did: a fault that was never provoked proves nothing. */
import { FAULTS } from './faults.ts';
import type { SimulationResult } from './simulate.ts';

/** Every call of the engine that can be the last of a process. */
const CALLS = ['history.append', 'history.read', 'history.bounds', 'inbox.bounds', 'inbox.send', 'view.meta', 'view.claim', 'view.apply', 'view.load', 'view.due', 'bus.publish', 'dead-letters.put', 'wake-ups.schedule'] as const;
/** Outcomes without which the protections were not asked for. */
const OUTCOMES = ['lane gap', 'lane view-lost', 'lane resync', 'lane swept', 'record of a former owner', 'message ignored: duplicate', 'message ignored: late', 'dead letter: bad_token', 'dead letter: invalid_json'] as const;

export const EXPECTED: readonly string[] = [...FAULTS, ...CALLS.flatMap((call) => ['before', 'after'].flatMap((when) => [`crash at ${call}: ${when}`, `freeze at ${call}: ${when}`])), ...OUTCOMES];

export class Coverage {
  readonly counts = new Map<string, number>();
  seeds = 0;
  steps = 0;
  runs = 0;
  transitions = 0;

  add({ steps, runs, transitions, counts }: SimulationResult): void {
    this.seeds++;
    this.steps += steps;
    this.runs += runs;
    this.transitions += transitions;
    for (const [what, count] of counts) this.counts.set(what, (this.counts.get(what) ?? 0) + count);
  }

  get faults(): number {
    return FAULTS.reduce((sum, fault) => sum + (this.counts.get(fault) ?? 0), 0);
  }

  get missing(): readonly string[] {
    return EXPECTED.filter((what) => !this.counts.has(what));
  }
}

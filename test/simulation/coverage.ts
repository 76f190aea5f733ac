/** What happened over many seeds, and what never did: a fault that was never provoked proves nothing. */
import { FAULTS } from './faults.ts';
import { PASSAGES } from './passages.ts';
import { TALK } from './talk-passages.ts';
import { UNDOING } from './undo-passages.ts';
import type { SimulationResult } from './simulate.ts';

/** Every call of the engine that can be the last of a process. */
const CALLS = ['history.append', 'history.read', 'history.bounds', 'history.retention', 'inbox.bounds', 'inbox.send', 'view.meta', 'view.claim', 'view.apply', 'view.load', 'view.scan', 'view.due', 'checkpoint.begin', 'checkpoint.add', 'checkpoint.commit', 'checkpoint.list', 'bus.publish', 'dead-letters.put', 'wake-ups.schedule'] as const;
/** Outcomes without which the protections were not asked for. */
const WORKER_POINTS = ['answer.send: before', 'answer.send: after', 'effect: before', 'effect: after'] as const;
const OUTCOMES = ['lane gap', 'lane view-lost', 'lane resync', 'lane swept', 'lane carried', 'lane checkpoint-failed', 'view built from the beginning', 'view built from the checkpoint', 'view built from what was carried', 'record of a former owner', 'message ignored: duplicate', 'message ignored: late', 'message ignored: early', 'dead letter: bad_token', 'dead letter: idempotency_conflict', 'dead letter: blocked', 'dead letter: unknown_run', 'dead letter: run_ended', 'dead letter: nothing_to_undo', 'dead letter: invalid_json'] as const;

/** Rarely a view is built from a checkpoint, and more rarely a process stands still meanwhile: that one ends there is asked for. */
const RARE = ['crash at checkpoint.read: before', 'crash at checkpoint.read: after'] as const;

export const EXPECTED: readonly string[] = [...FAULTS, ...RARE, ...CALLS.flatMap((call) => ['before', 'after'].flatMap((when) => [`crash at ${call}: ${when}`, `freeze at ${call}: ${when}`])), ...WORKER_POINTS.flatMap((where) => [`worker-died at ${where}`, `worker-froze at ${where}`]), ...OUTCOMES, ...PASSAGES, ...TALK, ...UNDOING];

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

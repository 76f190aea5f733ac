/**
 * One partition held against the invariants. What follows from the history may lag while the system works, so a finding about it
 * is looked at a second time, on evidence gathered anew, and counts where it is still there.
 */
import { Examination, type InvariantId, type Verdict, type Violation } from '@baton/invariants';
import type { LiveSystem } from '../live-system.ts';
import { gather, history, type PartitionPlan } from './gather.ts';

/** The history is never taken back, so what it says against itself needs no second look. */
const OF_THE_HISTORY: ReadonlySet<InvariantId> = new Set(['I3', 'I4', 'I6', 'I8', 'I9', 'I10', 'I15', 'I18', 'I19']);

export interface PartitionVerdict {
  readonly verdicts: readonly Verdict[];
  /** Of the history. */
  readonly records: number;
}

/** @param pause waits before the second look. */
export async function verifyPartition(system: LiveSystem, plan: PartitionPlan, { nowMs, pause }: { readonly nowMs: () => number; readonly pause: () => Promise<void> }): Promise<PartitionVerdict> {
  const first = await look(system, plan, nowMs());
  if (!first.verdicts.some(({ invariant, found }) => found > 0 && !OF_THE_HISTORY.has(invariant))) return first;
  await pause();
  const second = await look(system, plan, nowMs());
  const before = new Set(first.verdicts.flatMap(({ violations }) => violations.map(subjectOf)));
  return { ...second, verdicts: second.verdicts.map((verdict) => (OF_THE_HISTORY.has(verdict.invariant) ? verdict : confirmed(verdict, before))) };
}

async function look(system: LiveSystem, plan: PartitionPlan, nowMs: number): Promise<PartitionVerdict> {
  const examination = new Examination(await gather(system, plan, nowMs));
  const records = await history(system, plan, {
    open: (first) => examination.open(plan.partition, first),
    record: (entry) => examination.add(plan.partition, entry),
    pass: (offset) => examination.pass(plan.partition, offset),
  });
  return { verdicts: examination.verdicts(), records };
}

/** Of a run that moves, the second finding may be worded otherwise; it is the same subject. */
const subjectOf = ({ invariant, runId, what }: Violation): string => `${invariant} ${runId ?? what}`;

function confirmed(verdict: Verdict, before: ReadonlySet<string>): Verdict {
  const violations = verdict.violations.filter((violation) => before.has(subjectOf(violation)));
  return { ...verdict, violations, found: violations.length, outcome: verdict.outcome === 'violated' && violations.length === 0 ? 'held' : verdict.outcome };
}

/**
 * Goes through the history once, for all checkers at the same time, so that it need not be in memory: whoever reads it from
 * a log hands in record after record. `examine` is the same for evidence that is all there.
 */
import type { Checker, Findings, Verdict, Violation, Watch } from './checker.ts';
import { CHECKERS } from './checkers.ts';
import type { Evidence, RecordedEntry, SideEvidence } from './evidence.ts';
import { HistoryFold } from './history-fold.ts';

/** Beyond these a violation is only counted: whoever has a thousand needs no more to begin with. */
const KEPT_VIOLATIONS = 1_000;

export class Examination {
  readonly #fold = new HistoryFold();
  readonly #checks: readonly Check[];
  readonly #watching: readonly Check[];

  /** @param checkers default: all there are. */
  constructor(evidence: SideEvidence, checkers: readonly Checker[] = CHECKERS) {
    this.#checks = checkers.map((checker) => new Check(checker, evidence, this.#fold));
    this.#watching = this.#checks.filter(({ lacking }) => lacking === undefined);
  }

  /** Must come before the partition's records. @param first first offset that is kept. */
  open(partition: number, first: number): void {
    this.#fold.open(partition, first);
  }

  /** The next record of a partition, in the order of its offsets. */
  add(partition: number, entry: RecordedEntry): void {
    const step = this.#fold.next(partition, entry);
    for (const { watch } of this.#watching) {
      watch!.seen?.(step.seen);
      if (step.transition !== undefined) watch!.transition?.(step.transition);
    }
    step.take();
  }

  /** A record that is left out, since it is of no run that is looked at: only that it is there counts. */
  pass(partition: number, offset: number): void {
    this.#fold.pass(partition, offset);
  }

  /** After the last record. */
  verdicts(): readonly Verdict[] {
    for (const { watch } of this.#watching) watch!.end?.();
    return this.#checks.map((check) => check.verdict());
  }
}

/** @param checkers default: all there are. @returns one verdict for each, in their order. */
export function examine(evidence: Evidence, checkers: readonly Checker[] = CHECKERS): readonly Verdict[] {
  const examination = new Examination(evidence, checkers);
  for (const { partition, first, records } of evidence.history) {
    examination.open(partition, first);
    for (const entry of records) examination.add(partition, entry);
  }
  return examination.verdicts();
}

/** What a checker has found so far. */
class Check implements Findings {
  readonly lacking: string | undefined;
  readonly watch: Watch | undefined;
  readonly #checker: Checker;
  readonly #violations: Violation[] = [];
  readonly #left = new Set<string>();
  #found = 0;
  #examined = 0;

  constructor(checker: Checker, evidence: SideEvidence, fold: HistoryFold) {
    this.#checker = checker;
    this.lacking = checker.lacks(evidence);
    this.watch = this.lacking === undefined ? checker.watch(evidence, this, fold) : undefined;
  }

  violation(found: Omit<Violation, 'invariant'>): void {
    this.#found++;
    if (this.#violations.length < KEPT_VIOLATIONS) this.#violations.push({ invariant: this.#checker.invariant, ...found });
  }

  examined(count = 1): void {
    this.#examined += count;
  }

  left(why: string): void {
    this.#left.add(why);
  }

  verdict(): Verdict {
    const { invariant, title } = this.#checker;
    const why = this.lacking ?? [...this.#left].join('; ');
    return {
      invariant,
      title,
      outcome: this.lacking !== undefined ? 'not-checked' : this.#found > 0 ? 'violated' : 'held',
      ...(why !== '' && { why }),
      examined: this.#examined,
      violations: this.#violations,
      found: this.#found,
    };
  }
}

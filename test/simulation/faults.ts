/**
 * What may go wrong in a simulated world. Each seed draws which classes are on and how often they strike (swarm testing:
 * a world with every fault at once rarely reaches the states that one with few does).
 */
import type { Random } from './random.ts';

export const FAULTS = [
  /** A process ends at a call: before it is sent, while it is on its way, or before its answer is seen. */
  'crash',
  /** A process stands still at a call, loses its partitions, and goes on as if nothing had been. */
  'freeze',
  /** A request is refused; it changed nothing. */
  'refused',
  /** A request is lost; nobody knows. */
  'request-lost',
  /** A request took effect and its answer is lost. */
  'answer-lost',
  /** A request took effect and its answer comes late, often when nobody waits for it any more. */
  'answer-late',
  /** A request takes effect long after its caller has given it up. */
  'late-effect',
  /** Redis is emptied. */
  'view-wiped',
  /** A replica that lags is promoted: acknowledged writes are gone, an exact prefix remains. */
  'view-failover',
  /** The history's retention takes everything before the last complete carry-forward. */
  'history-cut',
  /** The newest checkpoint is damaged. */
  'checkpoint-damaged',
  /** Delayed jobs are gone. */
  'wake-ups-lost',
  'wake-up-twice',
  /** An old one comes once more, long after its timer was armed anew. */
  'wake-up-stale',
  /** The group hands out partitions anew although nobody came or went. */
  'rebalance',
  /** The group's positions are older than what was done, or are beyond what the lane has read. */
  'offsets-moved',
  /** The clock of a process is off by seconds. */
  'clock-skew',
  /** The clock of a process is set by more than a minute, forwards or backwards. */
  'clock-jump',
  'command-twice',
  /** A step service dies at a call, or before or after the effect of a step. */
  'worker-died',
  /** It stands still there, loses its partitions and its attempts, and goes on as if nothing had been. */
  'worker-froze',
  /** It is told to stop and hands back what it has. */
  'worker-stopped',
  /** A step does not end, and its process says that it lives. */
  'step-hangs',
  'result-twice',
  /** Somebody answers for an attempt without its token. */
  'result-forged',
  /** Whoever had an attempt says something else about it later. */
  'result-contradicted',
  /** Messages of one sender overtake each other. */
  'result-late',
  'start-twice',
  /** The same key, another input. */
  'start-conflict',
  'cancelled',
  /** The same signal again, or another with the same id. */
  'signal-twice',
  /** A signal is lost, and its sender believes that it was heard. */
  'signal-lost',
  /** Somebody says that a run has ended, without the token. */
  'end-forged',
  /** An operator asks twice for the same, or for another thing under the same id. */
  'request-twice',
  /** An operator goes on with a run that does not wait for him, or names what it does not wait with. */
  'request-misplaced',
  /** A message that cannot be decided on: deciding throws. */
  'poisoned',
  /** Bytes that are no message. */
  'garbage',
] as const;
export type FaultName = (typeof FAULTS)[number];

export class Faults {
  readonly counts = new Map<string, number>();
  readonly #random: Random;
  readonly #perMille = new Map<FaultName, number>();
  readonly #without: ReadonlySet<FaultName>;
  #over = false;

  /** @param without classes that stay off, for finding the smallest set that shows a violation. */
  constructor(random: Random, without: ReadonlySet<FaultName>) {
    this.#random = random;
    for (const fault of FAULTS) {
      this.#perMille.set(fault, random.pick([0, 0, 5, 20, 60]));
    }
    this.#without = without;
  }

  /** From now on nothing goes wrong. */
  end(): void {
    this.#over = true;
  }

  get over(): boolean {
    return this.#over;
  }

  enabled(fault: FaultName): boolean {
    return (this.#perMille.get(fault) ?? 0) > 0 && !this.#without.has(fault);
  }

  /** Whether it strikes here. @param factor how much more likely here than elsewhere. */
  strikes(fault: FaultName, factor = 1): boolean {
    const rate = this.#perMille.get(fault) ?? 0;
    // Drawn for a class that is left out as well: a world without it is the same until it would have struck.
    if (this.#over || rate === 0 || !this.#random.chance(Math.min(900, rate * factor)) || this.#without.has(fault)) return false;
    this.count(fault);
    return true;
  }

  count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }
}

/** Finds due timers in the view and puts them into the inbox: whoever else should have woken them, none is forgotten (C21). */
import type { DueTimer } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import { timerMessage } from '../timer-message.ts';
import type { Surroundings } from './surroundings.ts';

/** A timer that was put into the inbox is not put there again for so long, or a lagging lane would drown in repetitions. */
const REPEAT_AFTER_MS = 15_000;

export class Sweeper {
  readonly #partition: number;
  readonly #around: Surroundings;
  readonly #sent = new Map<string, number>();

  constructor(partition: number, around: Surroundings) {
    this.#partition = partition;
    this.#around = around;
  }

  /** @returns how many timers were found. */
  async sweep(): Promise<number> {
    const { index, sender, clock, options, observer } = this.#around;
    const due = await withDeadline(clock, options.callDeadlineMs, 'reading due timers', index.due(this.#partition, { graceMs: options.sweepGraceMs, limit: options.sweepLimit }));
    const nowMs = clock.nowMs();
    this.#forget(nowMs);
    const fresh = due.filter((timer) => !this.#sent.has(keyOf(timer)));
    if (fresh.length === 0) return 0;
    await withDeadline(clock, options.callDeadlineMs, 'sending due timers', sender.send(fresh.map((timer) => timerMessage(timer, 'sweeper', nowMs))));
    for (const timer of fresh) this.#sent.set(keyOf(timer), nowMs);
    observer.lane({ partition: this.#partition, what: 'swept', count: fresh.length });
    return fresh.length;
  }

  #forget(nowMs: number): void {
    for (const [key, sentMs] of this.#sent) {
      if (nowMs - sentMs < REPEAT_AFTER_MS) return;
      this.#sent.delete(key);
    }
  }
}

const keyOf = (timer: DueTimer): string => `${timer.runId}|${timer.timerId}|${timer.ver}`;

/**
 * Finds due timers in the view and puts them into the inbox: whoever else should have woken them, none is forgotten (C21).
 *
 * After a downtime a hundred thousand may be due at once. They go in at a rate, and only as far as the lane keeps up: a few, and soon
 * a few more, so that new work never waits behind more than those few, and what is remembered of them is bounded (F56).
 */
import type { DueTimer } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import { timerMessage } from '../timer-message.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { Surroundings } from './surroundings.ts';

/** A timer that was put into the inbox is not put there again for so long, or a lagging lane would drown in repetitions. */
const REPEAT_AFTER_MS = 15_000;
/** A lane that is behind for another reason still gets its timers, a few at a time, or time-outs would stand still with it. */
const SHARE_WHEN_BEHIND = 0.1;

export class Sweeper {
  readonly #partition: number;
  readonly #around: Surroundings;
  readonly #lag: () => number;
  readonly #bucket: TokenBucket;
  /** In the order they were sent; never more than are sent within REPEAT_AFTER_MS. */
  readonly #sent = new Map<string, number>();
  /** As many of them may still be due: the lane has not come to them, or the view does not say so yet. */
  #stillDue = 0;
  #rush = false;

  /** @param lag inbox records that the lane has not decided. */
  constructor(partition: number, around: Surroundings, lag: () => number) {
    this.#partition = partition;
    this.#around = around;
    this.#lag = lag;
    this.#bucket = new TokenBucket({ perSecond: around.options.sweepPerSecond, holds: around.options.sweepLimit }, around.clock.nowMs());
  }

  /** More were due at the last look than could be put into the inbox. */
  get rush(): boolean {
    return this.#rush;
  }

  /** After how long there is something to do again, milliseconds. */
  get againMs(): number {
    const { sweepAgainMs, sweepEveryMs } = this.#around.options;
    return this.#rush ? Math.min(sweepAgainMs, sweepEveryMs) : sweepEveryMs;
  }

  /** @returns how many timers were put into the inbox. */
  async sweep(): Promise<number> {
    const { index, sender, clock, options, observer } = this.#around;
    const nowMs = clock.nowMs();
    this.#forget(nowMs);
    const allowed = this.#allowed(nowMs);
    if (allowed === 0) return 0;
    const limit = allowed + this.#stillDue + 1;
    const due = await withDeadline(clock, options.callDeadlineMs, 'reading due timers', index.due(this.#partition, { graceMs: options.sweepGraceMs, limit }));
    const unsent = due.filter((timer) => !this.#sent.has(keyOf(timer)));
    const fresh = unsent.slice(0, allowed);
    this.#rush = unsent.length > fresh.length || due.length === limit;
    this.#stillDue = due.length - unsent.length + fresh.length;
    if (fresh.length === 0) return 0;
    this.#bucket.take(fresh.length);
    await withDeadline(clock, options.callDeadlineMs, 'sending due timers', sender.send(fresh.map((timer) => timerMessage(timer, 'sweeper', nowMs))));
    for (const timer of fresh) this.#sent.set(keyOf(timer), nowMs);
    observer.lane({ partition: this.#partition, what: 'swept', count: fresh.length, lateMs: Math.max(0, nowMs - fresh[0]!.dueMs) });
    return fresh.length;
  }

  #allowed(nowMs: number): number {
    const tokens = this.#bucket.available(nowMs);
    const room = this.#around.options.sweepLimit - this.#lag();
    return room > 0 ? Math.min(tokens, room) : Math.floor(tokens * SHARE_WHEN_BEHIND);
  }

  #forget(nowMs: number): void {
    for (const [key, sentMs] of this.#sent) {
      if (nowMs - sentMs < REPEAT_AFTER_MS) return;
      this.#sent.delete(key);
    }
  }
}

const keyOf = (timer: DueTimer): string => `${timer.runId}|${timer.timerId}|${timer.ver}`;

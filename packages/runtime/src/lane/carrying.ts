/**
 * A lane's carrying forward, from one claim to the next: when it is due, the one that is underway, and who is told when it is
 * late. It begins with a claim and goes on piece by piece between the lane's batches; what a piece is made of is
 * carry-forward.ts, when the next one is due is carry-schedule.ts, and the log stays the lane's own.
 */
import type { CheckpointHead } from '@baton/ports';
import { CarryForward, type HistoryLine } from './carry-forward.ts';
import { carrySchedule, type CarrySchedule } from './carry-schedule.ts';
import type { Surroundings } from './surroundings.ts';

/** A carry-forward that brought nothing into safety is begun again after so long. */
const CARRY_AGAIN_MS = 600_000;

/** How far a lane is. */
export interface Position {
  readonly inboxOff: number;
  readonly disp: number;
}

/** The history and the view as the lane writes them, while nothing of its own is on its way there. */
export interface CarryLog {
  /** Appends what says nothing of the lane's position. */
  appendImages(images: readonly HistoryLine[]): Promise<void>;
  /** Appends what says how far the lane is. */
  appendPosition(line: (position: Position) => HistoryLine): Promise<void>;
  /** Has the view say since when its runs are in safety. */
  settle(carriedMs: number): Promise<void>;
}

export class Carrying {
  readonly #partition: number;
  readonly #around: Surroundings;
  readonly #retentionMs: number | undefined;
  #sinceMs: number | undefined;
  #schedule: CarrySchedule;
  #carry: CarryForward | undefined;
  #needsClaim = false;

  /**
   * @param sinceMs when the newest complete one began, or else when the first record of the history was written; undefined
   *   where that is not known.
   * @param retentionMs of the history; undefined where it is kept for ever.
   */
  constructor(partition: number, around: Surroundings, { sinceMs, retentionMs }: { readonly sinceMs: number | undefined; readonly retentionMs: number | undefined }) {
    this.#partition = partition;
    this.#around = around;
    this.#retentionMs = retentionMs;
    this.#sinceMs = sinceMs;
    this.#schedule = this.#plan();
  }

  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  get underway(): boolean {
    return this.#carry !== undefined;
  }

  /** One is due: it begins with a new claim. */
  get needsClaim(): boolean {
    return this.#needsClaim;
  }

  /** How often somebody has to look, milliseconds. */
  get lookEveryMs(): number {
    return Math.min(this.#around.options.viewCheckEveryMs, (this.#retentionMs ?? Infinity) / 40);
  }

  /** Begins with this claim where one was due when the claim was taken. */
  beginWhereDue(claim: CheckpointHead): void {
    if (this.#schedule.dueMs <= claim.beganMs) this.#carry = new CarryForward(this.#partition, claim, this.#around);
  }

  /** Carries the next piece of the partition's runs forward, or ends it. Nothing may be underway: the view holds each run as it is now, and nothing moves before its image stands in the history. */
  async carryOn(log: CarryLog): Promise<void> {
    const carry = this.#carry;
    if (carry === undefined) return;
    const appends = await carry.piece();
    for (const images of appends ?? []) await log.appendImages(images);
    if (appends === undefined) await this.#end(carry, log);
  }

  async #end(carry: CarryForward, log: CarryLog): Promise<void> {
    if (carry.inHistory) await log.appendPosition((position) => carry.end(position));
    this.#carry = undefined;
    const { beganMs } = carry.head;
    if (await carry.finish()) {
      await log.settle(beganMs);
      this.#sinceMs = beganMs;
      this.#schedule = this.#plan();
    } else {
      this.#schedule = { ...this.#schedule, dueMs: this.#around.clock.nowMs() + CARRY_AGAIN_MS };
    }
  }

  /** What is not carried forward in time is lost with the view, so somebody is told long before. @returns whether one is due for which the lane has to claim. */
  look(): boolean {
    const { clock, observer } = this.#around;
    const nowMs = clock.nowMs();
    const { dueMs, overdueMs } = this.#schedule;
    if (nowMs >= overdueMs) observer.lane({ partition: this.#partition, what: 'carry-overdue', detail: `the runs were last carried forward ${this.#sinceMs === undefined ? 'at a time that is not known' : new Date(this.#sinceMs).toISOString()}, and half of the history's retention has passed` });
    if (nowMs < dueMs || this.underway) return false;
    this.#needsClaim = true;
    return true;
  }

  /** Leaves nothing half-written behind. */
  abandon(): Promise<void> | undefined {
    return this.#carry?.abandon();
  }

  #plan(): CarrySchedule {
    return carrySchedule(this.#partition, { sinceMs: this.#sinceMs, retentionMs: this.#retentionMs }, this.#around);
  }
}

/**
 * Lets wake-ups into the inbox as the lanes of this process keep up. A hundred thousand delayed jobs that are due at once, after a
 * downtime, would otherwise all lie before whatever is new. While the sweepers see such a rush they fire the same timers in the same
 * order at less cost, so wake-ups stand back. Whoever waits here holds a place of the delayed jobs' worker, which therefore takes no
 * more than it has places.
 */
import type { Clock } from '@baton/ports';
import { pause } from './deadline.ts';
import { TokenBucket } from './token-bucket.ts';

export interface WakeUpGateOptions {
  /** Wake-ups a second at most. */
  readonly perSecond: number;
  /** Inbox records that a lane may be behind before wake-ups wait. */
  readonly lagOfLane: number;
  /** A wake-up waits so long at most, milliseconds: a job must not be taken for stalled, and time-outs must not stand still with a lane that is behind for another reason. */
  readonly longestWaitMs: number;
}

/** How a lane of this process is doing: other processes do alike, since runs are spread evenly. */
export interface LaneLoad {
  /** Inbox records it has not decided. */
  readonly lag: number;
  /** More timers are due than its sweeper may put into the inbox at once. */
  readonly timersRush: boolean;
}

const LOOK_AGAIN_MS = 50;

export class WakeUpGate {
  readonly #clock: Clock;
  readonly #options: WakeUpGateOptions;
  readonly #lanes: () => readonly LaneLoad[];
  readonly #bucket: TokenBucket;
  #ended = false;

  constructor(clock: Clock, options: WakeUpGateOptions, lanes: () => readonly LaneLoad[]) {
    this.#clock = clock;
    this.#options = options;
    this.#lanes = lanes;
    this.#bucket = new TokenBucket({ perSecond: options.perSecond, holds: Math.ceil(options.perSecond / 5) }, clock.nowMs());
  }

  /** Resolves when a wake-up may go. */
  async pass(): Promise<void> {
    const untilMs = this.#clock.nowMs() + this.#options.longestWaitMs;
    while (!this.#ended && this.#clock.nowMs() < untilMs && (this.#behind() || this.#bucket.available(this.#clock.nowMs()) === 0)) await pause(this.#clock, LOOK_AGAIN_MS);
    this.#bucket.take(1);
  }

  /** Nobody waits any more: the process ends, and the inbox keeps what comes. */
  end(): void {
    this.#ended = true;
  }

  #behind(): boolean {
    const lanes = this.#lanes();
    return lanes.some(({ timersRush }) => timersRush) || lanes.reduce((sum, { lag }) => sum + lag, 0) > lanes.length * this.#options.lagOfLane;
  }
}

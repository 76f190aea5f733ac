/**
 * The heartbeats of one attempt.
 *
 *   L1  The first one, the lease, goes out `leaseAfterMs` after the command was taken, unless the attempt is over by then;
 *       from its acknowledgement on the orchestrator knows who has the attempt, and the command's offset may move.
 *   L2  After it one goes out every third of the time-out, whether or not the step says anything.
 *   L3  Progress goes out at most once a second; the latest wins. Before the lease it waits for it, so that a quick step
 *       costs no message of its own.
 *   L4  No acknowledgement for a whole time-out after the last acknowledged one was sent: the lease is lost, since the
 *       orchestrator will have opened the next attempt. Before the first acknowledgement there is nothing to lose.
 */
import type { Clock } from '@baton/ports';
import type { Progress } from '../step.ts';

export interface LeaseOptions {
  readonly clock: Clock;
  readonly leaseAfterMs: number;
  /** The heartbeat time-out. */
  readonly timeoutMs: number;
  /** Sends one heartbeat; resolves when it is acknowledged. */
  send(progress: Progress | undefined): Promise<void>;
  /** After the first acknowledgement. */
  leased(): void;
  lost(): void;
}

const PROGRESS_EVERY_MS = 1_000;
const RETRY_MS = 1_000;

export class Lease {
  readonly #options: LeaseOptions;
  #latest: Progress | undefined;
  #unsent = false;
  #lastSentMs: number | undefined;
  #isLeased = false;
  #stopped = false;
  #dueMs = 0;
  #cancelBeat = (): void => {};
  #cancelLoss = (): void => {};

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#beatAt(options.clock.nowMs() + options.leaseAfterMs);
  }

  report(progress: Progress): void {
    if (this.#stopped) return;
    this.#latest = progress;
    this.#unsent = true;
    if (this.#lastSentMs === undefined) return;
    const allowedMs = this.#lastSentMs + PROGRESS_EVERY_MS;
    // While one is on its way the time it was due lies in the past, so no second one sets out.
    if (allowedMs < this.#dueMs) this.#beatAt(allowedMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelBeat();
    this.#cancelLoss();
  }

  #beatAt(dueMs: number): void {
    this.#cancelBeat();
    this.#dueMs = dueMs;
    const { clock } = this.#options;
    this.#cancelBeat = clock.after(Math.max(0, dueMs - clock.nowMs()), () => void this.#beat());
  }

  async #beat(): Promise<void> {
    const { clock, timeoutMs } = this.#options;
    const sentMs = clock.nowMs();
    this.#lastSentMs = sentMs;
    this.#unsent = false;
    let nextMs: number;
    try {
      await this.#options.send(this.#latest);
      this.#acknowledged(sentMs);
      nextMs = sentMs + (this.#unsent ? PROGRESS_EVERY_MS : timeoutMs / 3);
    } catch {
      nextMs = clock.nowMs() + RETRY_MS;
    }
    if (!this.#stopped) this.#beatAt(nextMs);
  }

  #acknowledged(sentMs: number): void {
    if (this.#stopped) return;
    const { clock, timeoutMs } = this.#options;
    this.#cancelLoss();
    this.#cancelLoss = clock.after(Math.max(0, sentMs + timeoutMs - clock.nowMs()), () => {
      this.stop();
      this.#options.lost();
    });
    if (this.#isLeased) return;
    this.#isLeased = true;
    this.#options.leased();
  }
}

import type { Progress } from '@baton/step-sdk';

/** Where each phase begins and ends, in percent; by what it takes on two cores. */
const phases = { slides: [0, 2], narration: [2, 18], pictures: [18, 88], assembly: [88, 96], check: [96, 98], storing: [98, 100] } as const;
export type Phase = keyof typeof phases;

const repeatMs = 5_000;

/**
 * Says how far the film is, and goes on saying it while a child works in silence: every child has a deadline,
 * so silence alone is no sign of death.
 */
export class FilmProgress {
  readonly #heartbeat: (progress: Progress) => void;
  readonly #timer: NodeJS.Timeout;
  #last: Progress = { percent: 0 };

  constructor(heartbeat: (progress: Progress) => void) {
    this.#heartbeat = heartbeat;
    this.#timer = setInterval(() => this.#heartbeat(this.#last), repeatMs);
    this.#timer.unref();
  }

  /** @param part how much of the phase is done, 0 to 1. */
  at(phase: Phase, part: number, message: string): void {
    const [from, to] = phases[phase];
    // Never backwards: two scenes or sentences in work may report in any order.
    const percent = Math.max(this.#last.percent ?? 0, Math.round(from + (to - from) * Math.min(1, Math.max(0, part))));
    this.#last = { percent, message };
    this.#heartbeat(this.#last);
  }

  waiting(message: string): void {
    this.#last = { percent: 0, message };
    this.#heartbeat(this.#last);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** Delayed jobs, in the same Redis as the view: each is handed to one of the processes that work on them, some time after its delay. */
import type { WakeUp } from '@baton/ports';
import type { WorldClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';

type Worker = Pick<Process, 'state'>;

export interface JobsWorld {
  readonly clock: WorldClock;
  readonly faults: Faults;
  readonly random: Random;
  /** Longest time between a job's delay and its turn. */
  readonly lagMs: number;
}

const RETRY_MS = 1_000;

export class DelayedJobs {
  readonly #world: JobsWorld;
  readonly #workers = new Map<Worker, (wakeUp: WakeUp) => Promise<void>>();
  #jobs = new Map<string, WakeUp>();

  constructor(world: JobsWorld) {
    this.#world = world;
  }

  /** @param nowMs of the process that schedules it: its clock makes the delay. */
  schedule(wakeUp: WakeUp, nowMs: number): void {
    const { clock, random, faults, lagMs } = this.#world;
    const key = `${wakeUp.runId}|${wakeUp.timerId}|${wakeUp.ver}`;
    if (this.#jobs.has(key) || faults.strikes('wake-ups-lost', 3)) return;
    this.#jobs.set(key, wakeUp);
    clock.after(Math.max(0, wakeUp.dueMs - nowMs) + random.int(0, lagMs), () => this.#fire(key, wakeUp));
  }

  work(process: Worker, due: (wakeUp: WakeUp) => Promise<void>): void {
    this.#workers.set(process, due);
  }

  leave(process: Worker): void {
    this.#workers.delete(process);
  }

  wipe(): void {
    this.#jobs = new Map();
  }

  #fire(key: string, wakeUp: WakeUp): void {
    const { clock, random, faults } = this.#world;
    if (!this.#jobs.has(key)) return;
    const due = this.#anyWorker();
    if (due === undefined) return void clock.after(RETRY_MS, () => this.#fire(key, wakeUp));
    const again = faults.strikes('wake-up-twice', 5);
    if (!again) this.#jobs.delete(key);
    due(wakeUp).catch(() => {
      this.#jobs.set(key, wakeUp);
      clock.after(RETRY_MS, () => this.#fire(key, wakeUp));
    });
    if (again) clock.after(random.int(0, 5_000), () => this.#fire(key, wakeUp));
    // A job that was taken for stalled, or a message that a broker had kept: its timer has long been armed anew, or is gone.
    if (faults.strikes('wake-up-stale', 5)) clock.after(random.int(500, 30_000), () => void this.#anyWorker()?.(wakeUp).catch(() => undefined));
  }

  #anyWorker(): ((wakeUp: WakeUp) => Promise<void>) | undefined {
    const running = [...this.#workers].filter(([process]) => process.state === 'running');
    return running.length === 0 ? undefined : this.#world.random.pick(running)[1];
  }
}

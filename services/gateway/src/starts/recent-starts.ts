import type { RunView } from '@baton/contracts';
import type { Clock } from '@baton/ports';
import type { AcceptedStart } from './starts.ts';

const KEPT_MS = 60_000;
const MAX_KEPT = 10_000;

/**
 * Runs that this process has accepted a moment ago. Between the acknowledgement and the first transition in the view a
 * run would read as unknown, to the very caller who was just told where to look.
 */
export class RecentStarts {
  readonly #starts = new Map<string, AcceptedStart & { readonly via: string }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(start: AcceptedStart, via: string): void {
    if (this.#starts.size >= MAX_KEPT) this.#starts.delete(this.#starts.keys().next().value ?? '');
    this.#starts.set(start.runId, { ...start, via });
  }

  forget(runId: string): void {
    this.#starts.delete(runId);
  }

  /** As seq 0, before anything has happened. */
  view(runId: string): RunView | undefined {
    const start = this.#starts.get(runId);
    if (start === undefined) return undefined;
    if (this.#clock.nowMs() - start.acceptedMs > KEPT_MS) {
      this.#starts.delete(runId);
      return undefined;
    }
    return {
      runId: start.runId,
      workflow: start.def.name,
      def: start.def,
      status: 'running',
      startedMs: start.acceptedMs,
      updatedMs: start.acceptedMs,
      seq: 0,
      via: start.via,
      steps: [],
      data: start.input,
    };
  }
}

/**
 * Reading runs, honestly: what the view does not have is unknown only where the view is whole; otherwise the answer is
 * that it is being rebuilt, or away.
 */
import { OperatingError, RunId, type HistoryEntry, type RunList, type RunState, type TaskList } from '@baton/contracts';
import type { Clock, RunQuery, RunViews, TaskQuery } from '@baton/ports';
import { withDeadline } from '../deadline.ts';
import { Refusal } from '../refusal.ts';

export class Reads {
  readonly #views: RunViews;
  readonly #clock: Clock;
  readonly #deadlineMs: number;

  constructor(views: RunViews, clock: Clock, deadlineMs: number) {
    this.#views = views;
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  /** @throws Refusal `unavailable` or `rebuilding`. Undefined: there is no such run. */
  async state(runId: string): Promise<RunState | undefined> {
    // What cannot be an id is no run's, and never becomes part of a key.
    if (!RunId.safeParse(runId).success) return undefined;
    const state = await this.#ask(this.#views.get(runId));
    if (state === undefined) await this.#wholeView();
    return state;
  }

  /** @throws Refusal `unknown_run`, `unavailable` or `rebuilding`. */
  async requireState(runId: string): Promise<RunState> {
    const state = await this.state(runId);
    if (state === undefined) throw unknownRun(runId);
    return state;
  }

  /** A list of what is left would be taken for the whole, so a view that misses a part answers 503. */
  async list(query: RunQuery): Promise<RunList> {
    await this.#wholeView();
    const { runs, nextCursor } = await this.#ask(this.#views.list(query));
    return { runs: [...runs], ...(nextCursor !== undefined && { nextCursor }) };
  }

  /** What people are asked at the moment; whole or 503, as `list`. */
  async tasks(query: TaskQuery): Promise<TaskList> {
    await this.#wholeView();
    const { tasks, nextCursor } = await this.#ask(this.#views.tasks(query));
    return { tasks: [...tasks], ...(nextCursor !== undefined && { nextCursor }) };
  }

  /**
   * Entries after `after`. The entries of one transition have one seq and stay together, so that `after` never cuts
   * through one: a page may hold somewhat more or fewer entries than asked for.
   * @throws Refusal `unknown_run`, `unavailable` or `rebuilding`.
   */
  async history(runId: string, { after, limit }: { readonly after: number; readonly limit: number }): Promise<{ readonly entries: readonly HistoryEntry[]; readonly more: boolean }> {
    if (!RunId.safeParse(runId).success) throw unknownRun(runId);
    for (let ask = limit + 1; ; ask *= 4) {
      const found = await this.#ask(this.#views.history(runId, { after, limit: ask }));
      if (found === undefined) {
        await this.#wholeView();
        throw unknownRun(runId);
      }
      if (found.length < ask) return { entries: found, more: false };
      const cutSeq = found.at(-1)?.seq;
      const whole = found.filter((entry) => entry.seq !== cutSeq);
      if (whole.length > 0) return { entries: whole, more: true };
    }
  }

  async #wholeView(): Promise<void> {
    const missing = await this.#ask(this.#views.missing());
    if (missing.length > 0) {
      throw new Refusal('rebuilding', `${missing.length === 1 ? 'The view of a partition is' : `The views of ${missing.length} partitions are`} being rebuilt from the history; starts are accepted meanwhile`, { retryAfterSeconds: 2 });
    }
  }

  async #ask<T>(work: Promise<T>): Promise<T> {
    try {
      return await withDeadline(this.#clock, this.#deadlineMs, 'The view of the runs', work);
    } catch (cause) {
      if (cause instanceof OperatingError && cause.code !== 'unavailable') throw cause;
      throw new Refusal('unavailable', 'The view of the runs is away for the moment; starts are accepted meanwhile', { retryAfterSeconds: 2, cause });
    }
  }
}

export const unknownRun = (runId: string): Refusal => new Refusal('unknown_run', `There is no run ${JSON.stringify(runId.slice(0, 128))}; GET /v1/runs lists them`);

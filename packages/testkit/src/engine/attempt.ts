/**
 * One attempt, from its command to its answer, as a step service would run it:
 *
 *   A1  A repeated command of an attempt is answered with the same message, and the step does not run again.
 *   A2  What a step returns after its signal fired is dropped.
 *   A3  Heartbeats go out by the engine's clock for as long as the step runs, not after `silence`.
 */
import { hash128, type InboxMessage, type ResultMessage, type RunStepCommand } from '@baton/contracts';
import type { Clock, InboxSender } from '@baton/ports';
import { durationMs } from './duration.ts';
import { perform } from './perform.ts';
import { silence, type StepBlobs, type StepContext, type StepLog } from './step-context.ts';
import type { StepLike } from './steps.ts';

export interface AttemptSurroundings {
  readonly inbox: InboxSender;
  readonly clock: Clock;
  readonly blobs: StepBlobs;
  readonly log: StepLog;
  /** It has ended, fallen asleep or woken up. */
  changed(): void;
}

/** Why an attempt's result is no longer wanted; `ctx.signal.reason` is one of these. */
export class AttemptAborted extends Error {
  override readonly name = 'AttemptAborted';
  readonly why: string;

  constructor(why: string) {
    super(`The result of the attempt is no longer wanted: ${why}`);
    this.why = why;
  }
}

const WORKER = 'testkit';
/** A step that takes longer than this sends its first heartbeat; from then on its silence is noticed. */
const LEASE_AFTER_MS = 1_000;

export class Attempt {
  readonly command: RunStepCommand;
  readonly #around: AttemptSurroundings;
  readonly #abort = new AbortController();
  #answer: ResultMessage | undefined;
  #progress: { readonly percent?: number; readonly message?: string } | undefined;
  #beats = 0;
  #cancelBeat = (): void => undefined;
  #asleep = 0;
  #ended = false;

  constructor(command: RunStepCommand, around: AttemptSurroundings) {
    this.command = command;
    this.#around = around;
  }

  /** Works, and not on the engine's clock: something will happen without time passing. */
  get busy(): boolean {
    return !this.#ended && this.#asleep === 0;
  }

  async run(step: StepLike): Promise<void> {
    const { inbox, clock, changed } = this.#around;
    const startedMs = clock.nowMs();
    if (this.command.heartbeatTimeoutMs !== undefined) this.#beatAfter(LEASE_AFTER_MS, this.command.heartbeatTimeoutMs / 3, startedMs);
    const answer = await perform(step, this.command.input, this.#context());
    this.#cancelBeat();
    if (answer !== silence && !this.#abort.signal.aborted) {
      const { stepId, attempt, key } = this.command;
      const endedMs = clock.nowMs();
      this.#answer = { ...this.#envelope(`result-${hash128(`${answer.outcome}\n${key}`)}`), type: 'result', body: { stepId, attempt, ...answer, worker: WORKER, startedMs, endedMs } };
      await inbox.send([this.#answer]);
    }
    this.#ended = true;
    changed();
  }

  /** Its command came again. */
  async repeat(): Promise<void> {
    if (this.#answer !== undefined) await this.#around.inbox.send([this.#answer]);
  }

  abandon(why: string): void {
    this.#cancelBeat();
    this.#abort.abort(new AttemptAborted(why));
  }

  #context(): StepContext {
    const { runId, stepId, workflow, attempt, idem } = this.command;
    return {
      runId,
      stepId,
      workflow,
      attempt,
      idempotencyKey: idem,
      signal: this.#abort.signal,
      log: this.#around.log,
      blob: this.#around.blobs,
      heartbeat: (progress = {}) => void (this.#progress = progress),
      sleep: (duration) => this.#sleep(durationMs(duration)),
    };
  }

  #sleep(ms: number): Promise<void> {
    const { clock, changed } = this.#around;
    const { signal } = this.#abort;
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      this.#asleep++;
      changed();
      const wake = (then: () => void): void => {
        takeBack();
        signal.removeEventListener('abort', onAbort);
        this.#asleep--;
        changed();
        then();
      };
      const onAbort = (): void => wake(() => reject(signal.reason as Error));
      const takeBack = clock.after(ms, () => wake(resolve));
      signal.addEventListener('abort', onAbort);
    });
  }

  #beatAfter(delayMs: number, everyMs: number, startedMs: number): void {
    const { clock, inbox } = this.#around;
    this.#cancelBeat = clock.after(delayMs, () => {
      const { stepId, attempt, key } = this.command;
      const body = { stepId, attempt, worker: WORKER, startedMs, ...(this.#progress !== undefined && { progress: this.#progress }) };
      void inbox.send([{ ...this.#envelope(`heartbeat-${hash128(`${key}\n${this.#beats++}`)}`), type: 'heartbeat', body }]);
      this.#beatAfter(everyMs, everyMs, startedMs);
    });
  }

  #envelope(id: string): Pick<InboxMessage, 'v' | 'id' | 'runId' | 'ts' | 'token' | 'trace'> {
    const { runId, token, trace } = this.command;
    return { v: 1, id, runId, ts: this.#around.clock.nowMs(), token, ...(trace !== undefined && { trace }) };
  }
}

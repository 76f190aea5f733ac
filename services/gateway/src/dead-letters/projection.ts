/**
 * Keeps the view of the dead letters up with their topic.
 *
 * Invariants:
 *  P1  every letter of the topic is in the view, or the view's position is at or before it;
 *  P2  nothing on the topic stops the projection: what is no dead letter is shown as the dead letter of itself. It is not
 *      written to the topic once more, since its bytes are there already;
 *  P3  a wiped view is built again from the beginning of the topic.
 */
import { ContractError, deadLetterOf, readDeadLetter, type DeadLetter } from '@baton/contracts';
import type { Clock, DeadLetterIndex, DeadLetters, LogRecord } from '@baton/ports';
import { pause, withDeadline } from '../deadline.ts';
import type { Log } from '../ports.ts';

export interface ProjectionOptions {
  /** Name of the topic that is followed. */
  readonly topic: string;
  readonly viewDeadlineMs: number;
  readonly checkMs: number;
}

export class DeadLetterProjection {
  readonly #deadLetters: DeadLetters;
  readonly #index: DeadLetterIndex;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #options: ProjectionOptions;
  #subscription: { stop(): Promise<void> } | undefined;
  #position = 0;
  #stopped = false;
  #cancelCheck = (): void => undefined;
  #wiped = false;

  constructor(deadLetters: DeadLetters, index: DeadLetterIndex, clock: Clock, log: Log, options: ProjectionOptions) {
    this.#deadLetters = deadLetters;
    this.#index = index;
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
  }

  /** Does not wait for the view: where it is away, the projection begins when it is back. */
  start(): void {
    void this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelCheck();
    await this.#subscription?.stop();
  }

  async #follow(): Promise<void> {
    const from = await this.#retried('reading the position', () => this.#index.position());
    if (from === undefined) return;
    this.#position = from;
    this.#wiped = false;
    const subscription = await this.#retried('following the dead letters', () => this.#deadLetters.follow(from, (records) => this.#seen(records)));
    if (this.#stopped) return void (await subscription?.stop());
    this.#subscription = subscription;
    this.#checkLater();
  }

  async #seen(records: readonly LogRecord[]): Promise<void> {
    // A wiped view must not get a position beyond letters that it lost (P1).
    if (this.#wiped || (await this.#isWiped()) || records.length === 0) return;
    const letters = records.map((record) => this.#letterOf(record));
    const next = records.at(-1)!.offset + 1;
    await this.#retried('writing dead letters to the view', () => this.#index.add(letters, next));
    this.#position = Math.max(this.#position, next);
  }

  #letterOf(record: LogRecord): DeadLetter {
    try {
      return readDeadLetter(record.value ?? new Uint8Array());
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      this.#log.error({ partition: record.partition, offset: record.offset, code: error.code }, `not a dead letter, shown as one of its own: ${error.message}`);
      // The record's own time, so that every process and every rebuild shows the same.
      return deadLetterOf(record, { topic: this.#options.topic, reason: error.code, detail: `A foreign record among the dead letters: ${error.message}`, foundBy: 'gateway', foundMs: Math.max(0, record.timestampMs) });
    }
  }

  async #isWiped(): Promise<boolean> {
    const known = await this.#retried('reading the position', () => this.#index.position());
    this.#wiped = known !== undefined && known < this.#position;
    if (this.#wiped) void this.#beginAgain();
    return this.#wiped;
  }

  async #beginAgain(): Promise<void> {
    this.#log.warn({ position: this.#position }, 'the view of the dead letters was wiped; building it again');
    this.#cancelCheck();
    const subscription = this.#subscription;
    this.#subscription = undefined;
    // Stopping waits for the chunk in hand, which is the one that brought us here.
    void subscription?.stop().catch((error: unknown) => this.#log.warn({ reason: (error as Error).message }, 'stopping to follow the dead letters failed'));
    if (!this.#stopped) await this.#follow();
  }

  #checkLater(): void {
    this.#cancelCheck = this.#clock.after(this.#options.checkMs, () => {
      void this.#isWiped().then((wiped) => {
        if (!wiped && !this.#stopped) this.#checkLater();
      });
    });
  }

  /** Until it works or the door closes: nothing may be left out. */
  async #retried<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    for (let delayMs = 100; !this.#stopped; delayMs = Math.min(delayMs * 2, 5_000)) {
      try {
        return await withDeadline(this.#clock, Math.max(this.#options.viewDeadlineMs, 1_000), what, work());
      } catch (error) {
        this.#log.warn({ reason: (error as Error).message, retryMs: delayMs }, `${what} failed; trying again`);
        await pause(this.#clock, delayMs);
      }
    }
    return undefined;
  }
}

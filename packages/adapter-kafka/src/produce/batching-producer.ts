/**
 * Writes everything that is ready in one request, and one request at a time.
 *
 * What arrives while a request is in flight forms the next one, so the group grows with the load and a lone record waits
 * for nobody: only the end of the current turn of the event loop.
 *
 * Invariants:
 * 1. One request in flight; requests go out in the order of arrival, so what is written to a partition keeps its order.
 * 2. A stretch stays together: one record batch, contiguous offsets.
 * 3. After a failed request everybody waiting is told: those in the request 'unknown', those behind it 'yes' (they were
 *    not sent). Nobody overtakes a failed one. The next request has a fresh producer.
 * 4. Nothing waits longer than its deadline, and no more waits than the bounds say.
 */
import { OperatingError } from '@baton/contracts';
import { pause, withDeadline } from '../deadline.ts';
import { isRefusal, toOperatingError } from '../errors.ts';
import type { KafkaLog } from '../options.ts';
import { GATHERING_MS, Traffic } from '../traffic.ts';
import type { Stretch } from './outgoing.ts';
import { countForRequest, type RequestLimits } from './request.ts';
import type { Sender } from './sender.ts';

export interface BatchingOptions {
  /** For messages, such as `history`. */
  readonly name: string;
  /** Makes a producer; tried until the oldest waiting stretch is over its deadline. */
  readonly open: () => Promise<Sender>;
  readonly limits: RequestLimits;
  /** Bytes waiting before further ones are refused. */
  readonly queueBytes: number;
  /** How long a stretch may wait to be sent, milliseconds. */
  readonly waitMs: number;
  readonly log: KafkaLog;
}

interface Waiting extends Stretch {
  readonly deadlineMs: number;
  readonly done: (baseOffset: number) => void;
  readonly failed: (error: OperatingError) => void;
}

/** After a failure the topics are written apart for so long, so that one that cannot be written holds up itself alone. */
const APART_MS = 30_000;
const RECONNECT_PAUSE_MS = 200;

export class BatchingProducer {
  readonly #options: BatchingOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #sender: Sender | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  readonly #traffic = new Traffic();
  #apartUntilMs = 0;
  readonly #closing = new AbortController();
  #lastAckMs: number | undefined;
  #lastFailure: { readonly atMs: number; readonly error: OperatingError } | undefined;

  constructor(options: BatchingOptions) {
    this.#options = options;
  }

  /** Epoch milliseconds of the last acknowledgement. */
  get lastAckMs(): number | undefined {
    return this.#lastAckMs;
  }

  get lastFailure(): { readonly atMs: number; readonly error: OperatingError } | undefined {
    return this.#lastFailure;
  }

  /** Connects ahead of the first use. */
  async warmUp(): Promise<void> {
    this.#sender ??= await this.#options.open();
  }

  /**
   * Writes a stretch. @returns the offset of its first record.
   * @throws OperatingError: retry 'unknown' where it may or may not be in the log, 'yes' where it was surely not sent.
   */
  send(stretch: Stretch): Promise<number> {
    if (this.#closed) return Promise.reject(new OperatingError('unavailable', `The connection to Kafka was closed`, { retry: 'no' }));
    if (this.#waitingBytes + stretch.bytes > this.#options.queueBytes && this.#waiting.length > 0) {
      return Promise.reject(new OperatingError('unavailable', `Expected at most ${this.#options.queueBytes} bytes waiting to be written (${this.#options.name}): Kafka does not keep up`, { retry: 'yes' }));
    }
    return new Promise((done, failed) => {
      this.#traffic.passed(stretch.messages.length);
      this.#waiting.push({ ...stretch, deadlineMs: Date.now() + this.#options.waitMs, done, failed });
      this.#waitingBytes += stretch.bytes;
      this.#running ??= this.#run().finally(() => (this.#running = undefined));
    });
  }

  /** Sends what waits, within the deadlines, then disconnects. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.abort();
    await this.#running;
    const sender = this.#sender;
    this.#sender = undefined;
    await sender?.close();
  }

  async #run(): Promise<void> {
    for (;;) {
      // Whatever else this turn of the event loop has to write comes along; under load, what the next moment brings as well.
      await new Promise<void>((resolve) => (this.#traffic.heavy ? setTimeout(resolve, GATHERING_MS) : setImmediate(resolve)));
      if (this.#waiting.length === 0) return;
      const sender = this.#sender ?? (await this.#connect());
      if (sender === undefined) continue;
      this.#sender = sender;
      const count = countForRequest(this.#waiting, this.#options.limits, Date.now() < this.#apartUntilMs);
      const group = this.#waiting.splice(0, count);
      for (const { bytes } of group) this.#waitingBytes -= bytes;
      try {
        const offsets = await sender.send(group);
        this.#lastAckMs = Date.now();
        for (let index = 0; index < group.length; index++) group[index]!.done(offsets[index]!);
      } catch (error) {
        this.#fail(sender, group, error);
      }
    }
  }

  #fail(sender: Sender, group: readonly Waiting[], cause: unknown): void {
    this.#sender = undefined;
    sender.drop();
    const topics = [...new Set(group.map(({ topic }) => topic))];
    const certain = isRefusal(cause) && group.length === 1;
    const error = toOperatingError(cause, `Writing to ${topics.join(', ')}`, certain && toOperatingError(cause, '', 'no').code === 'payload_too_large' ? 'no' : 'unknown');
    this.#lastFailure = { atMs: Date.now(), error };
    if (topics.length > 1) this.#apartUntilMs = Date.now() + APART_MS;
    this.#options.log({ level: 'warn', message: `A write failed (${this.#options.name}); the producer is replaced`, fields: { error: error.message, stretches: group.length, waiting: this.#waiting.length } });
    for (const { failed } of group) failed(error);
    this.#refuseWaiting(() => true, error);
  }

  /** Tries until it succeeds or nobody waits any more. */
  async #connect(): Promise<Sender | undefined> {
    for (;;) {
      const opening = this.#options.open();
      try {
        return await withDeadline(Math.max(1, this.#waiting[0]!.deadlineMs - Date.now()), 'Connecting a producer', opening);
      } catch (error) {
        opening.then((sender) => sender.drop(), () => undefined); // too late for those who waited
        const trouble = toOperatingError(error, 'Connecting to Kafka', 'yes');
        this.#lastFailure = { atMs: Date.now(), error: trouble };
        const nowMs = Date.now();
        this.#refuseWaiting(({ deadlineMs }) => this.#closed || nowMs >= deadlineMs, trouble);
        if (this.#waiting.length === 0) return undefined;
        await pause(RECONNECT_PAUSE_MS, this.#closing.signal);
      }
    }
  }

  #refuseWaiting(which: (waiting: Waiting) => boolean, cause: OperatingError): void {
    const refused: Waiting[] = [];
    const kept: Waiting[] = [];
    for (const waiting of this.#waiting) (which(waiting) ? refused : kept).push(waiting);
    this.#waiting = kept;
    const error = new OperatingError('unavailable', `Not sent: ${cause.message}`, { retry: 'yes', cause });
    for (const { bytes, failed } of refused) {
      this.#waitingBytes -= bytes;
      failed(error);
    }
  }
}

/**
 * What was fetched of one partition and is not handed over yet. One stretch is handed over at a time; the next when the
 * receiver has room again. Fetching goes on meanwhile, up to a bound, so that the receiver never waits for a round trip,
 * and is paused beyond it: kafkajs fetches all partitions of a broker in one loop, and a handler that waited for one
 * slow receiver would stop the others.
 */
import type { LogRecord } from '@baton/ports';

export interface Stretch {
  readonly partition: number;
  /** The offset the fetch asked for: between it and the first record there is nothing. */
  readonly fetchedFrom: number;
  readonly records: readonly LogRecord[];
  /** Offset of the record that will come next on the log, as of the fetch. */
  readonly endOffset: number;
}

export interface FeedPlan {
  readonly aheadRecords: number;
  readonly aheadBytes: number;
  /** Must not throw. */
  deliver(stretch: Stretch): Promise<void>;
  pauseFetching(): void;
  resumeFetching(): void;
}

interface Growing {
  readonly fetchedFrom: number;
  readonly records: LogRecord[];
  endOffset: number;
}

export class Feed {
  readonly #partition: number;
  readonly #plan: FeedPlan;
  #waiting: Growing[] = [];
  #records = 0;
  #bytes = 0;
  #delivering = false;
  #paused = false;
  #ended = false;

  constructor(partition: number, plan: FeedPlan) {
    this.#partition = partition;
    this.#plan = plan;
  }

  add(stretch: Stretch): void {
    if (this.#ended || stretch.records.length === 0) return;
    const last = this.#waiting.at(-1);
    const follows = last !== undefined && stretch.fetchedFrom === last.records.at(-1)!.offset + 1;
    if (follows) {
      for (const record of stretch.records) last.records.push(record);
      last.endOffset = stretch.endOffset;
    } else {
      this.#waiting.push({ fetchedFrom: stretch.fetchedFrom, records: [...stretch.records], endOffset: stretch.endOffset });
    }
    this.#records += stretch.records.length;
    for (const record of stretch.records) this.#bytes += sizeOf(record);
    this.#handOver();
    if (!this.#paused && (this.#records >= this.#plan.aheadRecords || this.#bytes >= this.#plan.aheadBytes)) {
      this.#paused = true;
      this.#plan.pauseFetching();
    }
  }

  /** Forgets what waits; it will be fetched again, from wherever the consumer is moved to. */
  clear(): void {
    this.#waiting = [];
    this.#records = 0;
    this.#bytes = 0;
    this.#resume();
  }

  /** Nothing is handed over any more. */
  end(): void {
    this.#ended = true;
    this.#waiting = [];
    this.#records = 0;
    this.#bytes = 0;
  }

  #handOver(): void {
    if (this.#delivering || this.#ended) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#records -= next.records.length;
    for (const record of next.records) this.#bytes -= sizeOf(record);
    this.#delivering = true;
    if (this.#records === 0) this.#resume();
    void this.#plan.deliver({ partition: this.#partition, ...next }).finally(() => {
      this.#delivering = false;
      this.#handOver();
    });
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#ended) this.#plan.resumeFetching();
  }
}

const sizeOf = (record: LogRecord): number => (record.value?.byteLength ?? 0) + (record.key?.length ?? 0);

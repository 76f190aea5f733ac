import { Bell, nextTurn } from './bell.ts';
import type { LogReader, PartitionLog } from './partition-log.ts';
import type { LogRecord } from '@baton/ports';

export interface Fetched {
  /** The offset that was asked for; later where the log no longer goes back so far. */
  readonly fetchedFrom: number;
  readonly records: readonly LogRecord[];
}

/** Reads one partition forwards, a chunk per turn of the event loop, until it is stopped. */
export class PartitionReader implements LogReader {
  readonly log: PartitionLog;
  readonly #bell = new Bell();
  #position: number;
  #stopped = false;

  constructor(log: PartitionLog, from: number) {
    this.log = log;
    this.#position = from;
    log.readers.add(this);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  get behind(): number {
    return Math.max(0, this.log.next - Math.max(this.#position, this.log.first));
  }

  ring(): void {
    this.#bell.ring();
  }

  seek(offset: number): void {
    this.#position = offset;
    this.#bell.ring();
  }

  stop(): void {
    this.#stopped = true;
    this.log.readers.delete(this);
    this.#bell.ring();
  }

  /** The next chunk, waiting for it; undefined once stopped. */
  async next(limits: { readonly records?: number } = {}): Promise<Fetched | undefined> {
    for (;;) {
      await nextTurn();
      if (this.#stopped) return undefined;
      const fetchedFrom = Math.max(this.#position, this.log.first);
      const records = this.log.read(fetchedFrom, limits);
      const last = records.at(-1);
      if (last !== undefined) {
        this.#position = last.offset + 1;
        return { fetchedFrom, records };
      }
      await this.#bell.wait();
    }
  }
}

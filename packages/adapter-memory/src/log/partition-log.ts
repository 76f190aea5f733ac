/**
 * One partition of one topic. Keeps its newest records in memory; where there is a store, older ones are read from there,
 * otherwise what leaves memory is gone. Offsets never repeat and may have holes (compaction), as in Kafka.
 */
import type { LogRecord } from '@baton/ports';

export interface NewRecord {
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
}

/** Older records, where there is a store. */
export interface OlderRecords {
  read(range: { readonly from: number; readonly below: number; readonly limit: number }): readonly LogRecord[];
}

/** Bounds of one chunk that is read. */
const CHUNK_RECORDS = 500;
const CHUNK_BYTES = 1_048_576;
/** What a record costs beside its value, about. */
const RECORD_OVERHEAD_BYTES = 256;

export const sizeOf = (record: { readonly key: string | null; readonly value: Uint8Array | null }): number =>
  RECORD_OVERHEAD_BYTES + (record.key?.length ?? 0) + (record.value?.byteLength ?? 0);

/** Whoever follows a partition. */
export interface LogReader {
  /** Records that it has not been handed yet. */
  readonly behind: number;
  /** There is something new. */
  ring(): void;
}

export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  readonly readers = new Set<LogReader>();
  #first: number;
  #next: number;
  #records: LogRecord[] = [];
  #bytes = 0;
  readonly #older: OlderRecords | undefined;

  constructor(topic: string, partition: number, kept: { readonly first: number; readonly next: number; readonly older?: OlderRecords }) {
    this.topic = topic;
    this.partition = partition;
    this.#first = kept.first;
    this.#next = kept.next;
    this.#older = kept.older;
  }

  /** First kept offset. */
  get first(): number {
    return this.#first;
  }

  /** Offset of the record to come. */
  get next(): number {
    return this.#next;
  }

  /** Bytes held in memory, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes records readable. @returns the offset of the first. */
  push(records: readonly NewRecord[]): number {
    const baseOffset = this.#next;
    for (const record of records) {
      this.#records.push({ partition: this.partition, offset: this.#next++, ...record });
      this.#bytes += sizeOf(record);
    }
    for (const reader of this.readers) reader.ring();
    return baseOffset;
  }

  /** A chunk from the first kept record at or after `from`; empty at the end. */
  read(from: number, limits: { readonly records?: number } = {}): readonly LogRecord[] {
    const limit = limits.records ?? CHUNK_RECORDS;
    if (from < this.oldestInMemory && this.#older !== undefined) {
      const older = this.#older.read({ from, below: this.oldestInMemory, limit });
      if (older.length > 0) return older;
    }
    const chunk: LogRecord[] = [];
    let bytes = 0;
    for (let i = this.#indexOf(from); i < this.#records.length && chunk.length < limit && bytes < CHUNK_BYTES; i++) {
      const record = this.#records[i]!;
      chunk.push(record);
      bytes += sizeOf(record);
    }
    return chunk;
  }

  /** Takes records below `below` out of memory until at most `keepBytes` are held. They stay readable where there is a store. */
  shrink(keepBytes: number, below: number): void {
    let count = 0;
    let bytes = this.#bytes;
    while (count < this.#records.length && bytes > keepBytes && this.#records[count]!.offset < below) bytes -= sizeOf(this.#records[count++]!);
    if (count === 0) return;
    this.#records = this.#records.slice(count);
    this.#bytes = bytes;
    if (this.#older === undefined) this.#first = this.#records[0]?.offset ?? this.#next;
  }

  /** Oldest offset in memory, or the next offset where nothing is. */
  get oldestInMemory(): number {
    return this.#records[0]?.offset ?? this.#next;
  }

  /** The store has dropped everything below `offset`. */
  droppedBelow(offset: number): void {
    this.#first = Math.max(this.#first, offset);
  }

  /** Keeps of each key only the newest record. */
  compact(): void {
    const newest = new Map<string | null, number>();
    for (const record of this.#records) newest.set(record.key, record.offset);
    this.#records = this.#records.filter((record) => newest.get(record.key) === record.offset);
    this.#bytes = this.#records.reduce((sum, record) => sum + sizeOf(record), 0);
  }

  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#records[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

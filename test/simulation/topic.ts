/** An append-only log per partition, as the broker keeps it. */
import type { LogRecord } from '@baton/ports';

export interface Appended {
  readonly key: string | null;
  readonly value: string;
  readonly timestampMs: number;
}

export class Topic {
  readonly partitions: readonly LogRecord[][];

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => []);
  }

  /** All or none, contiguous. @returns the offset of the first. */
  append(partition: number, records: readonly Appended[]): number {
    const log = this.partitions[partition]!;
    const base = log.length;
    for (const { key, value, timestampMs } of records) log.push({ partition, offset: log.length, timestampMs, key, value: encoder.encode(value), headers: {} });
    return base;
  }

  read(partition: number, from: number, most: number): readonly LogRecord[] {
    return this.partitions[partition]!.slice(from, from + most);
  }

  next(partition: number): number {
    return this.partitions[partition]!.length;
  }

  get all(): readonly LogRecord[] {
    return this.partitions.flat();
  }
}

const encoder = new TextEncoder();

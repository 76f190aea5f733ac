/** An append-only log per partition, as the broker keeps it. */
import { OperatingError } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';

export interface Appended {
  readonly key: string | null;
  readonly value: string;
  readonly timestampMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Topic {
  /** All that was ever written, for those who look on. */
  readonly partitions: readonly LogRecord[][];
  readonly #firsts: number[];

  constructor(partitions: number) {
    this.#firsts = Array.from({ length: partitions }, () => 0);
    this.partitions = Array.from({ length: partitions }, () => []);
  }

  /** All or none, contiguous. @returns the offset of the first. */
  append(partition: number, records: readonly Appended[]): number {
    const log = this.partitions[partition]!;
    const base = log.length;
    for (const { key, value, timestampMs, headers = {} } of records) log.push({ partition, offset: log.length, timestampMs, key, value: encoder.encode(value), headers });
    return base;
  }

  /** @throws OperatingError `diverged` where it is not kept any more. */
  read(partition: number, from: number, most: number): readonly LogRecord[] {
    if (from < this.#firsts[partition]!) throw new OperatingError('diverged', `${partition}/${from} is not kept any more`, { retry: 'no' });
    return this.partitions[partition]!.slice(from, from + most);
  }

  first(partition: number): number {
    return this.#firsts[partition]!;
  }

  /** Retention takes what lies before. */
  cut(partition: number, before: number): void {
    this.#firsts[partition] = Math.max(this.#firsts[partition]!, before);
  }

  next(partition: number): number {
    return this.partitions[partition]!.length;
  }

  get all(): readonly LogRecord[] {
    return this.partitions.flat();
  }
}

const encoder = new TextEncoder();

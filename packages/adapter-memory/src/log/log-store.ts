/** What keeps topics and positions beyond the process. Synchronous: the embedded store lives in this process. */
import type { LogRecord } from '@baton/ports';
import type { NewRecord } from './partition-log.ts';

export interface StoredAppend {
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: number;
  readonly records: readonly NewRecord[];
}

export interface StoredPosition {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface LogStore {
  bounds(topic: string, partition: number): { readonly first: number; readonly next: number };
  read(topic: string, partition: number, range: { readonly from: number; readonly below: number; readonly limit: number }): readonly LogRecord[];
  positions(group: string, topic: string): ReadonlyMap<number, number>;
  /**
   * Writes everything or nothing. `durable` waits until the disk has it; otherwise a crash of the machine (not of the
   * process) may lose it, but only together with everything written after it.
   */
  commit(change: { readonly appends: readonly StoredAppend[]; readonly positions: readonly StoredPosition[]; readonly durable: boolean }): void;
  /** Deletes what is below `offset`, never the newest record: it holds the place of the next offset. */
  dropBelow(topic: string, partition: number, offset: number): void;
  /** Keeps of each key only the newest record. */
  compact(topic: string, partition: number): void;
  close(): void;
}

import type { LogRecord } from './log-record.ts';

/** Request events. */
export interface RequestSource {
  readonly topic: string;
  /**
   * Handles records in order per partition. The position moves when `handle` resolves; where it rejects, the record is
   * handed over again after a pause, so only reject when something outside is away.
   */
  subscribe(handler: { handle(record: LogRecord): Promise<void>; crashed(error: Error): void }): Promise<{ stop(): Promise<void> }>;
}
export interface RequestSender {
  /** @param key partitions by it; the event's source and id. Resolves when acknowledged. */
  publish(record: { readonly key: string; readonly value: string | null; readonly headers: Readonly<Record<string, string>> }): Promise<void>;
}

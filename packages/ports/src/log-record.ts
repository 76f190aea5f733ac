/** A record as it lies on a log, before anyone has looked inside. */
export interface LogRecord {
  readonly partition: number;
  readonly offset: number;
  /** CreateTime set by the producer, epoch milliseconds. */
  readonly timestampMs: number;
  readonly key: string | null;
  /** Raw bytes: whoever reads decides whether they are what they should be. */
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record as it lies on a log, before anyone has looked inside. */
export interface LogRecord {
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds: when the broker took it where that says so (`stampedByBroker`), else what its producer said. */
  readonly timestampMs: number;
  /** The time is the broker's, which no producer can set. Absent: it is the producer's. */
  readonly stampedByBroker?: true;
  readonly key: string | null;
  /** Raw bytes: whoever reads decides whether they are what they should be. */
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

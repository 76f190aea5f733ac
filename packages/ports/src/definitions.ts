import type { DefinitionRecord } from '@baton/contracts';
import type { LogRecord } from './log-record.ts';

/** The compacted topic of workflow definitions. */
export interface Definitions {
  readonly topic: string;
  /** Resolves when all are acknowledged. */
  publish(records: readonly DefinitionRecord[]): Promise<void>;
  /** Takes back what these keys said, for good: see definitionKeys. Resolves when all are acknowledged. */
  takeBack(keys: readonly string[]): Promise<void>;
  /**
   * Reads everything from the beginning, then what comes, for ever. Resolves once all that was there at the call has been seen.
   * `seen` must not throw.
   */
  follow(seen: (records: readonly LogRecord[]) => void): Promise<{ stop(): Promise<void> }>;
}

import type { DeadLetter } from '@baton/contracts';
import type { LogRecord } from './log-record.ts';

/** The topic of dead letters. */
export interface DeadLetters {
  /** Resolves when all are acknowledged: only then may the position of the record they came from move. */
  put(letters: readonly DeadLetter[]): Promise<void>;
  /** Reads the topic from `from` (0: its beginning) for ever, in order. `seen` must resolve before the next chunk comes. */
  follow(from: number, seen: (records: readonly LogRecord[]) => Promise<void>): Promise<{ stop(): Promise<void> }>;
  /**
   * Sends a record again to where it came from.
   * @param target topic of this namespace; anything else is refused with an OperatingError.
   */
  resend(target: { readonly topic: string; readonly partition: number; readonly key: string | null; readonly value: Uint8Array | null; readonly headers: Readonly<Record<string, string>> }): Promise<void>;
}

/** The fast view of the dead letters; may be wiped and is built again from the topic. */
export interface DeadLetterIndex {
  /** Next offset of the dead-letter topic to read; 0 where nothing is known. */
  position(): Promise<number>;
  /** Adds letters and moves the position; a letter that is there already stays as it is. */
  add(letters: readonly DeadLetter[], nextOffset: number): Promise<void>;
  get(id: string): Promise<(DeadLetter & { readonly replayedMs?: number }) | undefined>;
  /** Newest first. */
  list(query: { readonly limit: number; readonly cursor?: string }): Promise<{ readonly letters: readonly (DeadLetter & { readonly replayedMs?: number })[]; readonly nextCursor?: string }>;
  /** @returns when it was replayed before, or undefined where this call is the first. */
  markReplayed(id: string, atMs: number): Promise<number | undefined>;
  /** Takes back a mark whose resend failed. */
  unmarkReplayed(id: string): Promise<void>;
}

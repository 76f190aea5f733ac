/**
 * Where lines of the log go: standard output, at once, so that nothing is lost when the process dies. What cannot be
 * written there (the disk behind it is full, its reader is gone) is dropped: a log must neither end the work nor hold it up.
 */
import { writeSync } from 'node:fs';

export interface LineOutput {
  write(line: string): void;
}

/** A reader that does not read is waited for, but not for ever. */
const PAUSE_MS = 50;
const PAUSES = 20;

/** @param put writes some of the bytes and says how many; it throws what the system says. Default: to standard output. */
export function standardOutput(put: (bytes: Uint8Array) => number = (bytes) => writeSync(1, bytes)): LineOutput {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  /** A part of the last line is out: its rest will not come any more. */
  let torn = false;
  /** The last line was waited for in vain: the next ones are tried once. */
  let stuck = false;

  return {
    write(line) {
      let rest: Uint8Array = Buffer.from(torn ? `\n${line}` : line);
      const whole = rest.byteLength;
      for (let pauses = 0; rest.byteLength > 0; ) {
        try {
          rest = rest.subarray(put(rest));
          stuck = false;
        } catch (error) {
          const full = (error as NodeJS.ErrnoException).code === 'EAGAIN';
          if (!full || stuck || pauses === PAUSES) {
            stuck = full;
            torn ||= rest.byteLength < whole;
            return;
          }
          pauses++;
          Atomics.wait(sleeper, 0, 0, PAUSE_MS);
        }
      }
      torn = false;
    },
  };
}

import { readDeadLetter } from '@baton/contracts';
import type { PublishedRecords } from './evidence.ts';

/** Runs of which something became a dead letter: a start that was refused is told to its caller there. */
export function refusedRuns(deadLetters: PublishedRecords | undefined): ReadonlySet<string> {
  const refused = new Set<string>();
  for (const { value } of deadLetters?.records ?? []) {
    try {
      const { runId } = readDeadLetter(value ?? '');
      if (runId !== undefined) refused.add(runId);
    } catch {
      // I13 says so.
    }
  }
  return refused;
}

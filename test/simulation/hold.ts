/** Seeds in a row, held against every invariant. What they provoked is added up. */
import { expect } from '@jest/globals';
import type { Coverage } from './coverage.ts';
import { simulate } from './simulate.ts';

/** How many one test takes: it says within which seeds a violation was. */
export const BATCH = 500;
/** Of each of the two files that share the seeds, so that they run side by side. */
export const BATCHES = 5;

export const firstSeeds = (from: number): readonly number[] => Array.from({ length: BATCHES }, (_, i) => from + i * BATCH);

export async function hold(from: number, coverage: Coverage): Promise<void> {
  for (let seed = from; seed < from + BATCH; seed++) {
    const result = await simulate({ seed });
    coverage.add(result);
    expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
  }
}

/** The first 2,500 simulated worlds. Every failure prints its seed; see docs/internals/simulation.md. */
import { describe, expect, it } from '@jest/globals';
import { Coverage } from './coverage.ts';
import { BATCH, BATCHES, firstSeeds, hold } from './hold.ts';

describe('in a world where everything goes wrong', () => {
  const coverage = new Coverage();

  it.each(firstSeeds(1))('nothing is lost and nothing done twice: 500 seeds from %i', (from) => hold(from, coverage), 300_000);

  it('every fault and every crash point has happened', () => {
    expect(coverage.seeds).toBe(BATCH * BATCHES);
    expect(coverage.missing).toEqual([]);
  });
});

/** The next 2,500 simulated worlds. Every failure prints its seed; see docs/internals/simulation.md. */
import { describe, it } from '@jest/globals';
import { Coverage } from './coverage.ts';
import { firstSeeds, hold } from './hold.ts';

describe('in a world where everything goes wrong', () => {
  // That every fault has happened is asked of the first 2,500.
  it.each(firstSeeds(2_501))('nothing is lost and nothing done twice: 500 seeds from %i', (from) => hold(from, new Coverage()), 300_000);
});

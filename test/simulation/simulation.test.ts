/** The engine in simulated worlds: see docs/internals/simulation.md. Every failure prints its seed. */
import { describe, expect, it } from '@jest/globals';
import { REGRESSIONS } from './regressions.ts';
import type { Protection } from './sabotage.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

describe('in a world where everything goes wrong', () => {
  it.each(REGRESSIONS)('seed %i holds: once it showed %s', async (seed) => {
    expect((await simulate({ seed })).violations).toEqual([]);
  });

  it('one seed is one run, bit for bit', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const [once, again] = [await simulate({ seed }), await simulate({ seed })];
      expect({ ...again, counts: [...again.counts] }).toEqual({ ...once, counts: [...once.counts] });
    }
  });
});

describe('a seed that shows a violation', () => {
  it('is shrunk to the faults and runs that it takes', async () => {
    const without = new Set<Protection>(['task-token']);
    let seed = 1;
    let found = await simulate({ seed, without });
    while (found.violations.length === 0) found = await simulate({ seed: ++seed, without });
    const { result, faults, mostRuns } = await shrink(seed, without);
    expect(result.violations).not.toEqual([]);
    // Either of those whom the token keeps out.
    expect(faults.filter((fault) => fault === 'result-forged' || fault === 'end-forged')).not.toEqual([]);
    expect(faults.length).toBeLessThan(7);
    expect(mostRuns).toBeLessThanOrEqual(found.runs);
  });
});

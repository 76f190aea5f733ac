/** The engine in simulated worlds: see docs/internals/simulation.md. Every failure prints its seed. */
import { describe, expect, it } from '@jest/globals';
import { Coverage } from './coverage.ts';
import { REGRESSIONS } from './regressions.ts';
import { PROTECTIONS, type Protection } from './sabotage.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

const BATCH = 500;
const BATCHES = 10;

describe('in a world where everything goes wrong', () => {
  const coverage = new Coverage();

  it.each(Array.from({ length: BATCHES }, (_, i) => i * BATCH + 1))('nothing is lost and nothing done twice: 500 seeds from %i', async (from) => {
    for (let seed = from; seed < from + BATCH; seed++) {
      const result = await simulate({ seed });
      coverage.add(result);
      expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
    }
  }, 300_000);

  it('every fault and every crash point has happened', () => {
    expect(coverage.seeds).toBe(BATCH * BATCHES);
    expect(coverage.missing).toEqual([]);
  });

  it.each(REGRESSIONS)('seed %i holds: once it showed %s', async (seed) => {
    expect((await simulate({ seed })).violations).toEqual([]);
  }, 60_000);

  it('one seed is one run, bit for bit', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const [once, again] = [await simulate({ seed }), await simulate({ seed })];
      expect({ ...again, counts: [...again.counts] }).toEqual({ ...once, counts: [...once.counts] });
    }
  }, 60_000);
});

describe('a seed that shows a violation', () => {
  it('is shrunk to the faults and runs that it takes', async () => {
    const without = new Set<Protection>(['task-token']);
    let seed = 1;
    let found = await simulate({ seed, without });
    while (found.violations.length === 0) found = await simulate({ seed: ++seed, without });
    const { result, faults, mostRuns } = await shrink(seed, without);
    expect(result.violations).not.toEqual([]);
    expect(faults).toContain('result-forged');
    expect(faults.length).toBeLessThan(7);
    expect(mostRuns).toBeLessThanOrEqual(found.runs);
  }, 60_000);
});

/** Which invariants show that a protection is gone; one of them must, within so many seeds. */
const TEETH: Readonly<Record<Protection, RegExp>> = {
  'view-epoch-guard': /^I(3|5|10|4|6):/,
  'view-contiguity-guard': /^I(2|3|5):/,
  'view-seq-guard': /^I5:/,
  'view-since-guard': /^I(2|3|5):/,
  'contiguity-check': /^I(2|3|5|7):/,
  'epoch-in-history': /^I(1|2|3|5|7):/,
  'outbox-republish': /^I7:/,
  'position-from-history': /^I(1|2):/,
  'rebuild-check': /^I(1|2|5):/,
  sweeper: /^I2:/,
  'task-token': /^I6:/,
};
const WITHIN_SEEDS = 400;

describe('without a protection', () => {
  it.each(PROTECTIONS)('%s, a violation is found within 400 seeds', async (protection) => {
    for (let seed = 1; seed <= WITHIN_SEEDS; seed++) {
      const { violations } = await simulate({ seed, without: new Set([protection]) });
      if (violations.length === 0) continue;
      expect(violations.some((violation) => TEETH[protection].test(violation))).toBe(true);
      return;
    }
    throw new Error(`Nobody notices within ${WITHIN_SEEDS} seeds that ${protection} is gone`);
  }, 300_000);
});

/** Every protection is taken away once, and the simulator must notice: see docs/internals/simulation.md. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PROTECTIONS } from './sabotage.ts';
import { simulate } from './simulate.ts';
import { TEETH, WITHIN_SEEDS } from './teeth.ts';

describe('without a protection', () => {
  it.each(PROTECTIONS)(`%s, a violation is found within ${WITHIN_SEEDS} seeds`, async (protection) => {
    for (let seed = 1; seed <= WITHIN_SEEDS; seed++) {
      const { violations } = await simulate({ seed, without: new Set([protection]) });
      if (violations.length === 0) continue;
      const numbers = TEETH[protection];
      const shown = violations.some((violation) => numbers.some((number) => violation.startsWith(`${number}:`)));
      expect({ seed, shown, violations }).toMatchObject({ shown: true });
      return;
    }
    throw new Error(`Nobody notices within ${WITHIN_SEEDS} seeds that ${protection} is gone`);
  }, 300_000);

  it('the page about the simulator says by which invariants it is noticed', () => {
    const page = readFileSync(new URL('../../docs/internals/simulation.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \|.*\| (I[I0-9, ]+) \|$/gm)].map(([, protection, numbers]) => [protection, numbers!.split(', ')]);
    expect(Object.fromEntries(rows)).toEqual(TEETH);
  });
});

/** The smallest world that still shows a violation of a seed: as few classes of faults and as few runs as possible. */
import { FAULTS, type FaultName } from './faults.ts';
import type { Protection } from './sabotage.ts';
import { simulate, type SimulationResult } from './simulate.ts';

export interface Shrunk {
  readonly result: SimulationResult;
  /** Classes that are needed to show it. */
  readonly faults: readonly FaultName[];
  readonly mostRuns: number;
}

/** @param without protections that are taken away, as for the seed that showed it. */
export async function shrink(seed: number, without: ReadonlySet<Protection> = new Set()): Promise<Shrunk> {
  const withoutFaults = new Set<FaultName>();
  let result = await simulate({ seed, without });
  let mostRuns = result.runs;
  const stillThere = async (options: { readonly withoutFaults: ReadonlySet<FaultName>; readonly mostRuns: number }): Promise<boolean> => {
    const tried = await simulate({ seed, without, ...options });
    if (tried.violations.length === 0) return false;
    result = tried;
    return true;
  };
  // What could not be left out at first may be when something else is gone.
  for (let before = Number.NaN; before !== withoutFaults.size - mostRuns; ) {
    before = withoutFaults.size - mostRuns;
    while (mostRuns > 1 && (await stillThere({ withoutFaults, mostRuns: mostRuns - 1 }))) mostRuns--;
    for (const fault of FAULTS) {
      if (!withoutFaults.has(fault) && (await stillThere({ withoutFaults: new Set([...withoutFaults, fault]), mostRuns }))) withoutFaults.add(fault);
    }
  }
  return { result, faults: FAULTS.filter((fault) => !withoutFaults.has(fault)), mostRuns };
}

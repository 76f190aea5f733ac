/** One seed, one run: a safety phase in which everything may go wrong, then a liveness phase in which nothing does. */
import { createHash } from 'node:crypto';
import { failedCompensation, isTerminal } from '@baton/contracts';
import type { FaultName } from './faults.ts';
import { violations } from './invariants.ts';
import { openDoor, type StartedRun } from './door.ts';
import { countPassages } from './passages.ts';
import { countTalk } from './talk-passages.ts';
import { countUndoing } from './undo-passages.ts';
import { randomPrograms } from './programs.ts';
import type { Protection } from './sabotage.ts';
import { World } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** Classes of faults that stay off. */
  readonly withoutFaults?: ReadonlySet<FaultName>;
  /** Protections that are taken away. */
  readonly without?: ReadonlySet<Protection>;
  /** At most so many runs; default as the seed says. */
  readonly mostRuns?: number;
}

export interface SimulationResult {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Turns of the world. */
  readonly steps: number;
  readonly runs: number;
  readonly transitions: number;
  /** How often each fault and each crash point happened. */
  readonly counts: ReadonlyMap<string, number>;
  /** Of both logs and the view: the same seed gives the same. */
  readonly fingerprint: string;
}

/** Nothing goes wrong any more, and still it has not come to rest: that is a violation. */
const MOST_LIVENESS_MS = 600_000;
/** The view is checked that often; afterwards it has found out about a wipe. */
const SETTLING_MS = 20_000;
const MOST_STEPS = 400_000;

export async function simulate({ seed, withoutFaults = new Set(), without = new Set(), mostRuns = Infinity }: SimulationOptions): Promise<SimulationResult> {
  const world = new World({ seed, withoutFaults, without });
  const { random, clock, faults } = world;
  const programs = randomPrograms(random, random.int(1, 3));
  world.publish(programs);
  for (let i = random.int(1, 3); i > 0; i--) world.startProcess();
  for (let i = random.int(1, 2); i > 0; i--) world.workers.start();
  const chaosMs = random.int(5_000, 40_000);
  const started = openDoor(world, programs, Math.min(mostRuns, random.int(1, 8)), Math.floor(chaosMs / 2));
  world.strikeServers();

  let steps = 0;
  const runUntil = async (over: () => boolean): Promise<void> => {
    while (!over() && steps < MOST_STEPS && world.troubles.length === 0 && clock.step()) {
      steps++;
      // Everything that the step has set in motion runs to its next wait: there is nothing but promises behind it.
      await settled();
    }
  };
  const chaosEnd = clock.nowMs + chaosMs;
  await runUntil(() => clock.nowMs >= chaosEnd);
  faults.end();
  for (const process of world.processes) process.resume();
  const limit = clock.nowMs + MOST_LIVENESS_MS;
  let lookAt = 0;
  let restsSinceMs: number | undefined;
  await runUntil(() => {
    if (clock.nowMs < lookAt) return false;
    lookAt = clock.nowMs + 500;
    if (clock.nowMs > limit) return true;
    // What is under way may still wake one that is parked: a cancel that another run has sent, or an operator's last request.
    restsSinceMs = atRest(world, started) ? (restsSinceMs ?? clock.nowMs) : undefined;
    return restsSinceMs !== undefined && clock.nowMs >= restsSinceMs + SETTLING_MS;
  });
  await world.workers.close();
  if (world.watch.voidRecords > 0) faults.count('record of a former owner', world.watch.voidRecords);
  countPassages(world.watch.runs.values(), faults);
  countTalk(world, faults);
  countUndoing(world.watch.runs.values(), faults);
  return {
    seed,
    violations: violations(world, programs, started),
    steps,
    runs: started.length,
    transitions: world.history.all.length,
    counts: faults.counts,
    fingerprint: fingerprintOf(world),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function atRest(world: World, started: readonly StartedRun[]): boolean {
  if (world.orchestrators.length === 0 || !world.ready) return false;
  const toldToStart = [...world.watch.talk.starts].map((runId) => ({ runId, acknowledged: true }));
  return [...started, ...toldToStart].every(({ runId, acknowledged }) => {
    for (let partition = 0; partition < world.partitions; partition++) {
      const state = world.view.run(partition, runId);
      if (state !== undefined) return isTerminal(state.status) || (state.status === 'blocked' && !(world.operates && failedCompensation(state) !== undefined));
    }
    return !acknowledged;
  });
}

function fingerprintOf(world: World): string {
  const hash = createHash('sha256');
  for (const { partition, offset, timestampMs, value } of [...world.inbox.all, ...world.history.all]) hash.update(`${partition} ${offset} ${timestampMs} `).update(value!);
  return hash.digest('hex').slice(0, 16);
}

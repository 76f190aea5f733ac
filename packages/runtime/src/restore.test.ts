import { afterEach, describe, expect, it } from '@jest/globals';
import { memoryCheckpoints, openMemory, type Memory } from '@baton/adapter-memory';
import { isTerminal, readHistoryRecord, type RunState } from '@baton/contracts';
import type { Checkpoints, LaneFact } from '@baton/ports';
import { shortForm } from '@baton/workflow';
import { eventually, startEngine, type Engine } from '../test/engine.ts';
import { DEFAULT_LANE_OPTIONS } from './lane/options.ts';
import { restorations, wayBack } from './restore.ts';

const two = shortForm({ two: { steps: ['a', 'b'] } }, { service: 's' });

let engine: Engine;
let scratch: Memory;
afterEach(async () => {
  await engine.close();
  await scratch.close();
});

/** A partition with ended runs and open ones, carried forward once. */
async function worked(checkpoints: Checkpoints): Promise<readonly string[]> {
  engine = await startEngine({ workflows: [two], worker: ({ input, step }) => ((input as { stop?: boolean }).stop === true && step === 'b' ? 'silence' : { output: {} }), partitions: 1 });
  scratch = await openMemory({ namespace: 'scratch', partitions: 1 });
  const first = await engine.conduct({ ports: (embedded) => ({ ...embedded, history: { ...embedded.history, retentionMs: async () => 4_000 }, checkpoints }), lanes: { carryEveryMs: 50 } });
  const ids = await Promise.all([0, 1, 2, 3, 4, 5].map((i) => engine.start(two, `k${i}`, { stop: i % 2 === 1 })));
  for (const [i, id] of ids.entries()) await engine.until(id, (state) => (i % 2 === 1 ? state.branches['0']?.open?.step === 'b' : isTerminal(state.status)));
  const carried = async (): Promise<number> => (await engine.memory.records(engine.memory.names.history)).filter(({ value }) => readHistoryRecord(value!).t === 'carried').length;
  const before = await carried();
  await eventually(async () => ((await carried()) > before + 1 ? true : undefined), 'a carry-forward with all runs');
  await first.conductor.stop();
  return ids;
}

const facts: LaneFact[] = [];
const ports = (checkpoints: Checkpoints | undefined) => ({
  history: engine.memory.history,
  index: scratch.stateIndex,
  checkpoints,
  clock: engine.memory.clock,
  options: DEFAULT_LANE_OPTIONS,
  observer: { committed: () => undefined, ignored: () => undefined, deadLettered: () => undefined, lane: (fact: LaneFact) => void facts.push(fact) },
});
const end = async (): Promise<number> => (await engine.memory.history.bounds(0)).next - 1;
const statesIn = (memory: Memory, ids: readonly string[]): Promise<readonly (RunState | undefined)[]> => Promise.all(ids.map((id) => memory.runViews.get(id)));

describe('restoring a view', () => {
  it('gives what the live view holds, from a checkpoint, from the beginning, and from what was carried forward', async () => {
    const checkpoints = memoryCheckpoints();
    const ids = await worked(checkpoints);
    const live = await statesIn(engine.memory, ids);
    const before = (await engine.memory.records(engine.memory.names.history)).length;
    const bases: string[] = [];
    for await (const restoration of restorations(0, ports(checkpoints))) {
      await restoration.foldTo(await end());
      bases.push(restoration.base.replace(/\d+/g, 'N'));
      expect(await statesIn(scratch, ids)).toEqual(live);
    }
    expect(bases).toEqual(expect.arrayContaining(['the checkpoint at N', 'the beginning of the history', 'what was carried forward from N to N']));
    expect((await engine.memory.records(engine.memory.names.history)).length).toBe(before);
  });

  it('goes on from where it was when the history has grown', async () => {
    const ids = await worked(memoryCheckpoints());
    for await (const restoration of restorations(0, ports(undefined))) {
      // In pieces, so that runs are in the middle of their way at each end.
      for (let to = 0; to < (await end()); to += 3) await restoration.foldTo(to);
      await restoration.foldTo(await end());
      expect(restoration.records).toBeGreaterThan(0);
      expect(await statesIn(scratch, ids)).toEqual(await statesIn(engine.memory, ids));
    }
  });

  it('says what a lane would begin with', async () => {
    const checkpoints = memoryCheckpoints();
    await worked(checkpoints);
    expect(await wayBack(0, ports(checkpoints))).toMatch(/^the checkpoint at \d+$/);
    expect(await wayBack(0, ports(undefined))).toBe('the beginning of the history');
    const cut = { ...engine.memory.history, bounds: async () => ({ first: 3, next: 4 }) };
    expect(await wayBack(0, { ...ports(undefined), history: cut })).toBeUndefined();
  });
});

/** Two groups, or two numbers of partitions, on one history (F7, F40). */
import { afterEach, describe, expect, it } from '@jest/globals';
import { manualClock } from '@baton/adapter-memory';
import { readHistoryRecord, type HistoryRecord } from '@baton/contracts';
import { shortForm } from '@baton/workflow';
import type { ConductorPorts } from '../conductor.ts';
import type { LaneOptions } from './options.ts';
import { eventually, startEngine, type Engine, type Worker } from '../../test/engine.ts';

const two = shortForm({ two: { steps: ['a', 'b'] } }, { service: 's' });
const echo: Worker = ({ step, attempt }) => ({ output: { [step]: attempt } });

let engine: Engine;
afterEach(() => engine.close());

const log = async (): Promise<HistoryRecord[]> => (await engine.memory.records(engine.memory.names.history)).map(({ value }) => readHistoryRecord(value!));
const claims = async (): Promise<number> => (await log()).filter(({ t }) => t === 'claim').length;
const diverged = () => engine.facts.filter(({ what }) => what === 'diverged');
const completes = async (key: string) => engine.until(await engine.start(two, key), (s) => s.status === 'completed');

/** An orchestrator that is given the partition by somebody else: another group, which knows nothing of the first. */
const intruder =
  (inbox: Partial<ConductorPorts['inbox']>) =>
  (ports: ConductorPorts): ConductorPorts => ({
    ...ports,
    inbox: {
      ...ports.inbox,
      subscribe: async (handler) => {
        setImmediate(() => handler.assigned([0]));
        return { seek: () => undefined, commit: () => undefined, stop: async () => undefined };
      },
      ...inbox,
    },
  });
const intrude = (inbox: Partial<ConductorPorts['inbox']>, lanes: Partial<LaneOptions> = {}) => engine.conduct({ ports: intruder(inbox), lanes: { divergedPauseMs: 20, ...lanes } });
const refused = (what: string) => eventually(() => diverged().find(({ detail }) => detail?.includes(what)), `the lane to diverge: ${what}`);

describe('a lane whose partition belongs to another group', () => {
  it('names both and the way out, and leaves the owner alone however often it looks (F7)', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    await engine.conduct();
    await completes('before');
    const { conductor } = await intrude({ group: 'the-other' });
    const { detail } = await refused('by the group baton.test.orchestrator, but this orchestrator is of the group the-other');
    expect(detail).toContain('BATON_TAKE_OVER_FROM_GROUP=baton.test.orchestrator');
    await eventually(() => (diverged().length > 3 ? true : undefined), 'it to look again');
    expect(conductor.health()).toMatchObject({ ready: false, lanes: [{ partition: 0, state: 'diverged' }] });
    await completes('after');
    expect(await claims()).toBe(1);
    expect(engine.facts.filter(({ what }) => what === 'gap' || what === 'fenced')).toEqual([]);
  });

  it('knows it from the history where the view was wiped', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const { conductor } = await engine.conduct();
    await completes('before');
    await conductor.stop();
    engine.memory.wipeView();
    await intrude({ group: 'the-other' });
    await refused('the-other');
    expect(await claims()).toBe(1);
  });

  it('is not impressed by the claim of one that was refused', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    await engine.conduct({ lanes: { viewCheckEveryMs: 20 } });
    await completes('before');
    const claim = { v: 1, t: 'claim', owner: 'x', group: 'the-other', partitions: 1, engine: '0' };
    await engine.memory.history.append(0, [{ key: '#claim', value: JSON.stringify(claim) }]);
    await completes('after');
    engine.memory.wipeView();
    await engine.memory.history.append(0, [{ key: '#claim', value: JSON.stringify(claim) }]);
    await completes('after the wipe');
    expect(diverged()).toEqual([]);
  });

  it('is not misled by what a former owner appended late, where the view was wiped', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const first = await engine.conduct();
    await completes('before');
    await first.conductor.stop();
    const late = (await engine.memory.records(engine.memory.names.history)).findLast(({ value }) => readHistoryRecord(value!).t === 'txn')!;
    const other = (ports: ConductorPorts): ConductorPorts => ({ ...ports, inbox: { ...ports.inbox, group: 'the-other' } });
    const second = await engine.conduct({ ports: other, lanes: { takeOverFromGroup: 'baton.test.orchestrator' } });
    await completes('taken over');
    await second.conductor.stop();
    await engine.memory.history.append(0, [{ key: late.key!, value: Buffer.from(late.value!).toString() }]);
    engine.memory.wipeView();
    await engine.conduct({ ports: other });
    await completes('owned');
    expect(diverged()).toEqual([]);
  });

  it('takes it over where the operator says that the other has ended, and owns it from then on', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const first = await engine.conduct();
    await completes('before');
    await first.conductor.stop();
    const other = (ports: ConductorPorts): ConductorPorts => ({ ...ports, inbox: { ...ports.inbox, group: 'the-other' } });
    const second = await engine.conduct({ ports: other, lanes: { takeOverFromGroup: 'baton.test.orchestrator' } });
    await completes('taken over');
    await second.conductor.stop();
    await engine.conduct({ ports: other });
    await completes('owned');
    expect(diverged()).toEqual([]);
  });
});

describe('a lane whose partition was one of another number', () => {
  it('names both, writes nothing, and looks again after a long pause only (F40)', async () => {
    const clock = manualClock();
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1, clock });
    await engine.memory.history.append(0, [{ key: '#claim', value: JSON.stringify({ v: 1, t: 'claim', owner: 'x', group: 'baton.test.orchestrator', partitions: 1, engine: '0' }) }]);
    await engine.memory.stateIndex.claim(0, { epoch: 0, histOff: 0, inboxOff: -1, disp: 0, over: 'reset' });
    await intrude({ partitions: 5 }, { divergedPauseMs: 60_000 });
    expect((await refused('as one of 1, but there are 5 now')).detail).toContain('docs/internals/divergence.md');
    clock.advance(59_999);
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(diverged()).toHaveLength(1);
    clock.advance(1);
    await eventually(() => (diverged().length === 2 ? true : undefined), 'it to look again');
    expect(await log()).toHaveLength(1);
  });
});

describe('a lane that has diverged', () => {
  it('goes on by itself once an operator has mended it', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    await engine.memory.stateIndex.claim(0, { epoch: 10_000, histOff: 10_000, inboxOff: 0, disp: 0, over: 'reset' });
    await engine.conduct({ lanes: { divergedPauseMs: 20 } });
    await refused('the view is at history offset 10000');
    engine.memory.wipeView();
    await completes('mended');
  });
});

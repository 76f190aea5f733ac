/** Runs that outlive the history's retention, and a view that is wiped meanwhile. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { manualClock, memoryCheckpoints, type ManualClock } from '@baton/adapter-memory';
import { encodeHistoryRecord, hashJson, isTerminal, readHistoryRecord, type HistoryRecord, type RunState } from '@baton/contracts';
import { OperatingError } from '@baton/contracts';
import type { Checkpoints, HistoryLog } from '@baton/ports';
import { shortForm, workflow } from '@baton/workflow';
import { eventually, startEngine, type Engine } from '../../test/engine.ts';
import type { ConductorPorts } from '../conductor.ts';

const DAY_MS = 86_400_000;
const one = shortForm({ one: { steps: ['a'] } }, { service: 's' });

let engine: Engine;
afterEach(() => engine.close());

interface Kept {
  readonly first: Map<number, number>;
  of(log: HistoryLog): HistoryLog;
}

/** A history that begins at an offset of its own for each partition, as retention leaves it. */
function kept(retentionMs: number | undefined): Kept {
  const first = new Map<number, number>();
  return {
    first,
    of: (log) => ({
      partitions: log.partitions,
      append: (partition, records) => log.append(partition, records),
      async *read(partition, range) {
        if (range.from < (first.get(partition) ?? 0)) throw new OperatingError('diverged', 'not kept any more', { retry: 'no' });
        yield* log.read(partition, range);
      },
      bounds: async (partition) => ({ ...(await log.bounds(partition)), first: first.get(partition) ?? 0 }),
      retentionMs: async () => retentionMs,
    }),
  };
}

const log = async (): Promise<readonly { readonly offset: number; readonly record: HistoryRecord; readonly timestampMs: number }[]> =>
  (await engine.memory.records(engine.memory.names.history)).map(({ offset, value, timestampMs }) => ({ offset, timestampMs, record: readHistoryRecord(value!) }));

const carried = async (): Promise<readonly number[]> => (await log()).flatMap(({ record }) => (record.t === 'carried' ? [record.epoch] : []));

/** Lets the lane claim anew, with an empty view and the history as it is kept. */
async function restart(history: Kept, checkpoints?: Checkpoints): Promise<void> {
  await engine.conduct({ ports: on(history, checkpoints), lanes: { carryEveryMs: DAY_MS } });
}

const on = (history: Kept | undefined, checkpoints?: Checkpoints) => (ports: ConductorPorts): ConductorPorts => ({ ...ports, history: history?.of(ports.history) ?? ports.history, ...(checkpoints !== undefined && { checkpoints }) });

/** A partition whose one carry-forward is complete, with an open run and an ended one. The lane that wrote it is gone. */
async function carriedForward(checkpoints?: Checkpoints): Promise<{ readonly open: string; readonly ended: string; readonly claim: number; readonly states: ReadonlyMap<string, RunState> }> {
  engine = await startEngine({ workflows: [one], worker: ({ input }) => ((input as { wait?: boolean }).wait === true ? 'silence' : { output: {} }), partitions: 1 });
  const history = kept(4_000);
  const carrying = () => engine.conduct({ ports: on(history, checkpoints), lanes: { carryEveryMs: 50 } });
  let { conductor } = await carrying();
  const ended = await engine.start(one, 'ended');
  await engine.until(ended, ({ status }) => status === 'completed');
  const open = await engine.start(one, 'open', { wait: true });
  const state = await engine.until(open, (s) => s.branches['0']?.open !== undefined);
  for (;;) {
    const before = (await carried()).length;
    await eventually(async () => ((await carried()).length > before + 1 ? true : undefined), 'a carry-forward with both runs');
    await conductor.stop();
    const [claim, checkpoint] = [(await carried()).at(-1)!, await newestEpoch(checkpoints)];
    // Between the record that says so and the checkpoint of the same claim it may have been told to stop.
    if (checkpoint !== undefined && checkpoint !== claim) {
      ({ conductor } = await carrying());
      continue;
    }
    return { open, ended, claim, states: new Map([[open, state], [ended, (await engine.state(ended))!]]) };
  }
}

async function newestEpoch(checkpoints: Checkpoints | undefined): Promise<number | undefined> {
  for await (const { head } of checkpoints?.whole(0) ?? []) return head.epoch;
  return undefined;
}

describe('what is carried forward', () => {
  it('is every run, between a claim and the record that says so', async () => {
    const { claim, states } = await carriedForward();
    const part = (await log()).filter(({ offset }) => offset > claim);
    const images = part.flatMap(({ record }) => (record.t === 'image' && record.epoch === claim ? [record] : []));
    expect(new Map(images.map(({ state }) => [state.runId, state]))).toEqual(states);
    for (const { state, stateHash } of images) expect(stateHash).toBe(hashJson(state));
    expect(part.find(({ record }) => record.t === 'carried' && record.epoch === claim)?.record).toMatchObject({ runs: 2 });
  });

  it('brings runs back when the view was wiped and the history no longer begins at 0 (F64)', async () => {
    const { open, ended, claim, states } = await carriedForward();
    engine.memory.wipeView();
    const history = kept(undefined);
    history.first.set(0, claim);
    await restart(history);
    for (const id of [open, ended]) expect(await engine.until(id, () => true)).toEqual(states.get(id));
    await engine.send({ v: 1, id: 'c', type: 'cancel', runId: open as RunState['runId'], ts: Date.now(), body: { reason: 'enough' } });
    await engine.until(open, ({ status }) => status === 'cancelled');
    // The key of a run that has ended still starts nothing.
    const executed = engine.executed.length;
    await engine.start(one, 'ended');
    await engine.until(await engine.start(one, 'later'), ({ status }) => status === 'completed');
    expect(engine.executed).toHaveLength(executed + 1);
  });

  it('is of no use when it is not complete: the partition stops and says what is missing', async () => {
    const { claim } = await carriedForward();
    engine.memory.wipeView();
    const history = kept(undefined);
    // Its claim is gone, so nothing says that its records count.
    history.first.set(0, claim + 1);
    const { conductor } = await engine.conduct({ ports: on(history) });
    await eventually(() => conductor.health().lanes.find(({ state }) => state === 'diverged'), 'the lane to stop');
    expect(conductor.health().lanes[0]!.detail).toContain('neither a checkpoint nor a complete carry-forward');
  });

  it('counts only with its claim: a former owner that ends its own late makes nothing complete', async () => {
    const { claim, open } = await carriedForward();
    const zombie: HistoryRecord = { v: 2, t: 'carried', epoch: claim, inboxOff: 0, disp: 0, runs: 0, beganMs: 1 };
    await engine.memory.history.append(0, [{ key: '#claim', value: encodeHistoryRecord({ v: 1, t: 'claim', owner: 'other', group: 'g', partitions: 1, engine: '1' }) }, { key: '#carried', value: encodeHistoryRecord(zombie) }]);
    engine.memory.wipeView();
    const history = kept(undefined);
    history.first.set(0, claim);
    await restart(history);
    expect(await engine.until(open, () => true)).toMatchObject({ status: 'running' });
  });
});

describe('checkpoints', () => {
  it('bring runs back where the carry-forward in the history is gone with its beginning (F64)', async () => {
    const checkpoints = memoryCheckpoints();
    const { open, ended, states, claim } = await carriedForward(checkpoints);
    engine.memory.wipeView();
    const history = kept(undefined);
    history.first.set(0, claim);
    await restart(history, checkpoints);
    for (const id of [open, ended]) expect(await engine.until(id, () => true)).toEqual(states.get(id));
    // With all that is known of them, as far back as the view had it.
    expect((await engine.memory.runViews.history(ended, { after: 0, limit: 100 }))?.map(({ event }) => event.type)).toEqual(['run-started', 'state-entered', 'attempt-opened', 'attempt-closed', 'state-exited', 'run-completed']);
    // The view has the runs a moment before the lane says what it was built from.
    expect(await eventually(() => engine.facts.find(({ what, detail }) => what === 'resync' && detail?.startsWith('the view was built') === true)?.detail, 'the lane to say from what')).toBe(`the view was built from the checkpoint at ${claim}`);
  });

  it('of another history with the same offsets are not taken', async () => {
    const checkpoints = memoryCheckpoints();
    const { open } = await carriedForward();
    const notAClaim = (await log()).find(({ record }) => record.t === 'image')!.offset;
    await (await checkpoints.begin(0, { epoch: notAClaim, inboxOff: 5_000, disp: 5_000, beganMs: 1 })).commit();
    engine.memory.wipeView();
    await restart(kept(undefined), checkpoints);
    await engine.until(open, ({ status }) => status === 'running');
    expect(engine.facts.some(({ what, detail }) => what === 'checkpoint-failed' && detail?.includes('is of another') === true)).toBe(true);
  });

  it('that lack a run which the history goes on with are passed over for what has it (F64)', async () => {
    const checkpoints = memoryCheckpoints();
    const { open, claim } = await carriedForward();
    await (await checkpoints.begin(0, { epoch: claim, inboxOff: -1, disp: -1, beganMs: 1 })).commit();
    const { conductor } = await engine.conduct({ ports: on(undefined, checkpoints) });
    await engine.send({ v: 1, id: randomUUID(), type: 'cancel', runId: open as RunState['runId'], ts: Date.now(), body: { reason: 'enough' } });
    const cancelled = await engine.until(open, ({ status }) => status === 'cancelled');
    await conductor.stop();
    engine.memory.wipeView();
    await engine.conduct({ ports: on(undefined, checkpoints) });
    expect(await engine.until(open, (s) => isTerminal(s.status))).toEqual(cancelled);
  });

  it('that cannot be written disturb nobody, and somebody is told (F43)', async () => {
    const broken: Checkpoints = { ...memoryCheckpoints(), begin: () => Promise.reject(new Error('no space left')) };
    const { open } = await carriedForward(broken);
    expect(engine.facts.find(({ what }) => what === 'checkpoint-failed')?.detail).toBe('no space left');
    expect(engine.facts.some(({ what }) => what === 'carried')).toBe(true);
    expect((await engine.state(open))?.status).toBe('running');
  });
});

describe('checkpoints that answer late', () => {
  it('and begin when they were given up are never finished: they lack what was read meanwhile (F43)', async () => {
    const inner = memoryCheckpoints();
    const committed: number[] = [];
    let aborted = 0;
    let answer!: () => void;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const late: Checkpoints = {
      ...inner,
      async begin(partition, head) {
        const writer = await inner.begin(partition, head);
        let runs = 0;
        await answered;
        return {
          add: (more) => ((runs += more.length), writer.add(more)),
          commit: () => (committed.push(runs), writer.commit()),
          abort: async () => void aborted++,
        };
      },
    };
    const isImage = ({ value }: { readonly value: string | Uint8Array }): boolean => readHistoryRecord(value).t === 'image';
    engine = await startEngine({ workflows: [one], worker: () => 'silence', partitions: 1 });
    const first = await engine.conduct({ lanes: { carryEveryMs: DAY_MS } });
    await engine.until(await engine.start(one, 'open'), (s) => s.branches['0']?.open !== undefined);
    await first.conductor.stop();
    await engine.conduct({
      lanes: { carryEveryMs: 50, publishDeadlineMs: 500 },
      ports: (ports) => ({
        ...on(undefined, late)(ports),
        history: {
          ...kept(4_000).of(ports.history),
          // What was read of the view is on its way; now the checkpoint begins.
          append: (partition, records) => (records.some(isImage) && answer(), ports.history.append(partition, records)),
        },
      }),
    });
    await eventually(() => (committed.length >= 2 ? true : undefined), 'two checkpoints of their own');
    expect(new Set(committed)).toEqual(new Set([1]));
    expect(aborted).toBe(1);
  });
});

describe('checkpoints that cannot be read', () => {
  it('are asked for again where nothing else is left: what is away for a moment is no divergence', async () => {
    const checkpoints = memoryCheckpoints();
    const { open, claim, states } = await carriedForward(checkpoints);
    engine.memory.wipeView();
    const history = kept(undefined);
    history.first.set(0, claim);
    // The carry-forward in the history does not count: its end is hidden.
    const hidden: Kept = { ...history, of: (inner) => ({ ...history.of(inner), async *read(partition, range) { for await (const chunk of history.of(inner).read(partition, range)) yield chunk.map((record) => (record.key === '#carried' ? { ...record, value: null } : record)); } }) };
    let asked = 0;
    const away: Checkpoints = { ...checkpoints, async *whole(partition) { if (asked++ < 3) throw new Error('the disk does not answer'); yield* checkpoints.whole(partition); } };
    await restart(hidden, away);
    expect(await engine.until(open, () => true)).toEqual(states.get(open));
    expect(engine.facts.some(({ what }) => what === 'diverged')).toBe(false);
  });
});

describe('an engine that may write version 1 alone', () => {
  it('carries forward into checkpoints, and leaves no record that an engine of version 1 could not read (F52)', async () => {
    engine = await startEngine({ workflows: [one], worker: () => ({ output: {} }), partitions: 1 });
    const checkpoints = memoryCheckpoints();
    await engine.conduct({ ports: on(kept(4_000), checkpoints), lanes: { historyVersion: 1, carryEveryMs: 50 } });
    const id = await engine.start(one, 'k');
    const state = await engine.until(id, ({ status }) => status === 'completed');
    const newest = async () => {
      for await (const checkpoint of checkpoints.whole(0)) for await (const runs of checkpoint.runs()) return runs.map((run) => run.state);
      return undefined;
    };
    await eventually(async () => (((await newest()) ?? []).length > 0 ? true : undefined), 'a checkpoint with the run');
    expect(await newest()).toEqual([state]);
    expect((await log()).every(({ record }) => record.v === 1)).toBe(true);
  });
});

describe('a run that waits for 100 days on a history of 7', () => {
  const patient = workflow('patient', { service: 's' }).wait('rest', { seconds: 100 * 86_400 }).step('a').build();

  /** Everything that falls due is done before the next does. */
  async function pass(clock: ManualClock, ms: number): Promise<void> {
    const until = clock.nowMs() + ms;
    for (let next = clock.nextDueMs(); next !== undefined && next <= until; next = clock.nextDueMs()) {
      clock.advance(Math.max(0, next - clock.nowMs()));
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    clock.advance(until - clock.nowMs());
  }

  it.each([
    ['with the history alone', undefined],
    ['with checkpoints', memoryCheckpoints()],
  ])('ends when it is due, although the view is wiped every ten days: %s', async (_with, checkpoints) => {
    const clock = manualClock();
    engine = await startEngine({ workflows: [patient], worker: () => ({ output: { played: true } }), partitions: 1, clock });
    const cut = kept(7 * DAY_MS);
    const { conductor } = await engine.conduct({
      ports: on(cut, checkpoints),
      lanes: { sweepEveryMs: DAY_MS / 4, viewCheckEveryMs: DAY_MS / 4, markEveryMs: DAY_MS, restartMs: [10, 1_000] },
    });
    const startedMs = clock.nowMs();
    const id = await engine.start(patient, 'k');
    await engine.until(id, ({ branches }) => branches['0']?.phase === 'wait');
    for (let day = 0; day < 100; day++) {
      await pass(clock, DAY_MS - (day === 99 ? 60_000 : 0));
      const records = await log();
      cut.first.set(0, records.find(({ timestampMs }) => timestampMs >= clock.nowMs() - 7 * DAY_MS)!.offset);
      if (day % 10 === 9 && day < 99) engine.memory.wipeView();
    }
    expect(await engine.state(id)).toMatchObject({ status: 'running', startedMs });
    expect(conductor.health().lanes).toMatchObject([{ state: 'ready' }]);
    const started = (await log()).find(({ record }) => record.t === 'txn' && record.runId === id)!;
    expect(cut.first.get(0)).toBeGreaterThan(started.offset);
    await pass(clock, 120_000 + DAY_MS / 4);
    expect(await engine.state(id)).toMatchObject({ status: 'completed', output: { played: true } });
    expect(engine.facts.filter(({ what, detail }) => what === 'resync' && detail?.startsWith(checkpoints === undefined ? 'the view was built from what was carried forward' : 'the view was built from the checkpoint') === true)).toHaveLength(9);
    expect(engine.facts.some(({ what }) => what === 'carry-overdue')).toBe(false);
  });

  it('is told to people while there is half of the retention left, where nothing can be carried forward', async () => {
    const clock = manualClock();
    engine = await startEngine({ workflows: [patient], worker: () => ({ output: {} }), partitions: 1, clock });
    const { conductor } = await engine.conduct({ ports: on(kept(8 * DAY_MS)), lanes: { historyVersion: 1, sweepEveryMs: DAY_MS, viewCheckEveryMs: DAY_MS / 2, markEveryMs: DAY_MS } });
    await eventually(() => (conductor.health().ready ? true : undefined), 'the lane to be ready');
    await pass(clock, 3.9 * DAY_MS);
    expect(engine.facts.some(({ what }) => what === 'carry-overdue')).toBe(false);
    await pass(clock, DAY_MS);
    expect(engine.facts.find(({ what }) => what === 'carry-overdue')?.detail).toMatch(/^the runs were last carried forward 2026-01-01T00:00:00.*half of the history's retention has passed/);
  });
});

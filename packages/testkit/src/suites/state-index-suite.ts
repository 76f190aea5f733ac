import type { HistoryEntry, Json, RunId, RunState } from '@baton/contracts';
import type { RunViews, RunWrite, StateIndex, ViewBatch, ViewMeta } from '@baton/ports';
import { runner } from './runner.ts';
import { runIdOn, sampleEntry, sampleState } from './samples.ts';

export interface OpenedStateIndex {
  /** Empty. */
  readonly index: StateIndex;
  /** Over the same view. */
  readonly views: RunViews;
  /** At least two. */
  readonly partitions: number;
  /** Empties the whole view, as a wiped server would be. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

const START: ViewMeta = { epoch: 10, histOff: 9, inboxOff: -1, disp: -1 };

/** What every StateIndex must do, its guards above all. */
export function stateIndexSuite(name: string, open: () => Promise<OpenedStateIndex>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`StateIndex: ${name}`, () => {
    let opened: OpenedStateIndex;
    let index: StateIndex;
    let run: (n?: number, partition?: number) => RunId;
    beforeEach(async () => {
      opened = await open();
      index = opened.index;
      run = (n = 0, partition = 0) => runIdOn(partition, opened.partitions, n);
    });
    afterEach(() => opened.close());

    const claim = async (meta: Partial<ViewMeta> = {}, reset = true, partition = 0) => index.claim(partition, { ...START, ...meta, over: reset ? 'reset' : (await index.meta(partition))! });
    const load = async (runIds: readonly string[]) => {
      const states = await index.load(0, runIds, (await index.meta(0)) ?? START);
      return states === 'lost' ? [] : states;
    };
    const batch = (runs: readonly RunWrite[], meta: Partial<ViewBatch> = {}): ViewBatch => ({ ...START, prevOff: 9, histOff: 10, runs, ...meta });
    const write = (changes: Partial<RunState> & { runId: RunId }, entries: readonly HistoryEntry[] = []): RunWrite => ({ state: sampleState(changes), entries });
    const stateOf = async (runId: RunId) => (await load([runId]))[0];

    describe('claims', () => {
      it('knows nothing of a partition that nobody claimed', async () => {
        expect(await index.meta(0)).toBeUndefined();
        expect(await opened.views.missing()).toContain(0);
      });

      it('remembers what the claim says, for its partition alone', async () => {
        expect(await claim({ epoch: 12, histOff: 12, inboxOff: 5, disp: 6 })).toBe('ok');
        expect(await index.meta(0)).toEqual({ epoch: 12, histOff: 12, inboxOff: 5, disp: 6 });
        expect(await index.meta(1)).toBeUndefined();
        expect(await opened.views.missing()).not.toContain(0);
      });

      it('gives the partition to a later claim, and refuses an earlier one after it', async () => {
        await claim({ epoch: 10 });
        expect(await claim({ epoch: 20 }, false)).toBe('ok');
        expect(await claim({ epoch: 19 }, false)).toBe('fenced');
        expect(await claim({ epoch: 19 }, true)).toBe('fenced');
        expect((await index.meta(0))?.epoch).toBe(20);
      });

      it('goes on only from what the caller has read: not from an older copy, another owner, or nothing (F28)', async () => {
        const goOn = (over: Pick<ViewMeta, 'epoch' | 'histOff'>, partition = 0) => index.claim(partition, { ...START, epoch: 30, histOff: 25, over });
        await claim({ epoch: 20, histOff: 19 });
        expect(await goOn({ epoch: 20, histOff: 22 })).toBe('lost');
        expect(await goOn({ epoch: 15, histOff: 19 })).toBe('lost');
        expect(await goOn({ epoch: 20, histOff: 19 }, 1)).toBe('lost');
        expect(await index.meta(0)).toEqual({ ...START, epoch: 20, histOff: 19 });
        expect(await goOn({ epoch: 20, histOff: 19 })).toBe('ok');
        expect(await index.meta(0)).toEqual({ ...START, epoch: 30, histOff: 25 });
      });

      it('keeps the runs where the claim does not reset', async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run() })]));
        await claim({ epoch: 20, histOff: 10 }, false);
        expect(await stateOf(run())).toBeDefined();
      });

      it('drops runs, timers and histories of its partition alone where the claim resets', async () => {
        await claim();
        await claim({}, true, 1);
        const timers = { t: { ver: 1, dueMs: 1_000, kind: 'attempt' as const, branch: '0' } };
        await index.apply(0, batch([write({ runId: run(), timers }, [sampleEntry(1)])]));
        await index.apply(1, batch([write({ runId: run(0, 1) })]));
        expect(await claim({ epoch: 20 }, true)).toBe('ok');
        expect(await stateOf(run())).toBeUndefined();
        expect(await index.countOpen(0)).toBe(0);
        expect(await index.due(0, { graceMs: 0, limit: 10 })).toEqual([]);
        expect(await opened.views.history(run(), { after: 0, limit: 10 })).toBeUndefined();
        expect((await opened.views.list({ limit: 10 })).runs.map(({ runId }) => runId)).toEqual([run(0, 1)]);
        expect(await opened.views.get(run(0, 1))).toBeDefined();
      });

      it('takes writes after a reset as into an empty view', async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run(), seq: 5 }, [sampleEntry(5)])]));
        await claim({ epoch: 20 }, true);
        await index.apply(0, batch([write({ runId: run(), seq: 2 }, [sampleEntry(1), sampleEntry(2)])], { epoch: 20 }));
        expect((await stateOf(run()))?.seq).toBe(2);
        expect((await opened.views.history(run(), { after: 0, limit: 10 }))?.map(({ seq }) => seq)).toEqual([1, 2]);
      });
    });

    describe('runs with branches', () => {
      const large = (letter: string): string => letter.repeat(5_000);
      const wide = (seq: number, parts: Readonly<Record<string, Json>>): RunState => {
        const plain = sampleState({ runId: run(), seq });
        return { ...plain, branches: { ...plain.branches, '1-0': { ...plain.branches['0']!, parent: '0', index: 0 } }, parts };
      };
      const items = [large('i')];
      const first = (): RunState => wide(3, { 'items/1': items, 'results/1/0': { 0: large('r') }, 'results/1/1': { 256: large('s') } });
      const second = (): RunState => wide(4, { 'items/1': items, 'results/1/0': { 0: large('r'), 1: large('t') } });
      const apply = (state: RunState, before?: RunState) => index.apply(0, batch([{ state, entries: [], ...(before !== undefined && { before }) }], { prevOff: 9, histOff: 8 + state.seq }));

      it('are read as they were written, by lanes, for people, and when all are carried forward', async () => {
        await claim();
        await apply(first());
        expect(await stateOf(run())).toEqual(first());
        expect(await opened.views.get(run())).toEqual(first());
        expect((await opened.views.list({ limit: 10 })).runs.map(({ runId }) => runId)).toEqual([run()]);
        const scanned = await index.scan(0, { limit: 10 }, (await index.meta(0))!);
        expect(scanned === 'lost' ? [] : scanned.runs.map(({ state }) => state)).toEqual([first()]);
      });

      it('are what they are after a write that knows the state before', async () => {
        await claim();
        await apply(first());
        expect(await apply(second(), first())).toBe('ok');
        expect(await stateOf(run())).toEqual(second());
      });

      it('are what they are where the view holds another state than the writer thought', async () => {
        await claim();
        await apply(wide(2, { 'items/1': [large('x')], 'results/9/0': { 0: large('y') } }));
        expect(await apply(second(), first())).toBe('ok');
        expect(await stateOf(run())).toEqual(second());
      });

      it('are what they are where the view holds nothing of them', async () => {
        await claim();
        expect(await apply(second(), first())).toBe('ok');
        expect(await stateOf(run())).toEqual(second());
      });

      it('stay where the view is ahead of a write that knows an older state before', async () => {
        await claim();
        await apply(wide(9, { 'items/1': items }));
        expect(await apply(second(), first())).toBe('ok');
        expect(await stateOf(run())).toEqual(wide(9, { 'items/1': items }));
      });

      it('leave nothing behind when their branches are gone', async () => {
        await claim();
        await apply(first());
        const plain = sampleState({ runId: run(), seq: 6 });
        await apply(plain, first());
        expect(await stateOf(run())).toEqual(plain);
        await apply({ ...wide(7, {}), parts: { 'results/1/0': { 0: 'small' } } }, plain);
        expect(await stateOf(run())).toEqual(wide(7, { 'results/1/0': { 0: 'small' } }));
      });
    });

    describe('guards of apply', () => {
      it("answers 'no-meta' where the view was wiped, and writes nothing", async () => {
        await claim();
        await opened.wipe();
        expect(await index.apply(0, batch([write({ runId: run() })]))).toBe('no-meta');
        expect(await index.meta(0)).toBeUndefined();
        expect(await stateOf(run())).toBeUndefined();
      });

      it("answers 'fenced' to a writer whose claim is not the latest, and writes nothing (F2)", async () => {
        await claim({ epoch: 10 });
        await claim({ epoch: 20, histOff: 9 }, false);
        expect(await index.apply(0, batch([write({ runId: run() })], { epoch: 10 }))).toBe('fenced');
        expect(await stateOf(run())).toBeUndefined();
        expect(await index.meta(0)).toEqual({ ...START, epoch: 20 });
      });

      it("answers 'gap' where something between the view and the batch is missing, and writes nothing (F28)", async () => {
        await claim();
        expect(await index.apply(0, batch([write({ runId: run() })], { prevOff: 11, histOff: 12 }))).toBe('gap');
        expect(await stateOf(run())).toBeUndefined();
        expect((await index.meta(0))?.histOff).toBe(9);
      });

      it("answers 'gap' where the claim itself is missing, however far on the view is, and writes nothing (F28)", async () => {
        await claim({ epoch: 10, histOff: 30 });
        expect(await index.apply(0, batch([write({ runId: run() })], { epoch: 20, prevOff: 9, histOff: 10 }))).toBe('gap');
        expect(await stateOf(run())).toBeUndefined();
        expect(await index.meta(0)).toEqual({ ...START, histOff: 30 });
      });

      it('keeps a position between two offsets exactly, and holds the next batch against it', async () => {
        await claim();
        for (let n = 1, prevOff = 9; n <= 50; n++) {
          const histOff = 10 - 1 / (n + 1);
          expect(await index.apply(0, batch([], { prevOff: 10 - 1 / (n + 2), histOff: 10 }))).toBe('gap');
          expect(await index.apply(0, batch([], { prevOff, histOff }))).toBe('ok');
          expect((await index.meta(0))?.histOff).toBe(histOff);
          prevOff = histOff;
        }
      });

      it('applies a batch whose answer was lost a second time without a trace', async () => {
        await claim();
        const first = batch([write({ runId: run(), seq: 2 }, [sampleEntry(1), sampleEntry(2)])]);
        expect(await index.apply(0, first)).toBe('ok');
        expect(await index.apply(0, first)).toBe('ok');
        expect(await opened.views.history(run(), { after: 0, limit: 10 })).toHaveLength(2);
        expect(await index.meta(0)).toEqual({ ...START, histOff: 10 });
      });

      it('never goes back to an older state of a run, whatever the order of the batches', async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run(), seq: 4 }, [sampleEntry(4)])], { histOff: 13 }));
        expect(await index.apply(0, batch([write({ runId: run(), seq: 3 }, [sampleEntry(3)])], { histOff: 12 }))).toBe('ok');
        expect((await stateOf(run()))?.seq).toBe(4);
        expect((await index.meta(0))?.histOff).toBe(13);
      });

      it('goes on after a batch of which only the first runs had arrived', async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run(0), seq: 1 }, [sampleEntry(1)])]));
        const whole = batch([write({ runId: run(0), seq: 1 }, [sampleEntry(1)]), write({ runId: run(1), seq: 1 }, [sampleEntry(1)])], { histOff: 11 });
        expect(await index.apply(0, whole)).toBe('ok');
        expect(await opened.views.history(run(0), { after: 0, limit: 10 })).toHaveLength(1);
        expect(await opened.views.history(run(1), { after: 0, limit: 10 })).toHaveLength(1);
      });

      it('moves positions forwards only, also with an empty batch', async () => {
        await claim();
        await index.apply(0, batch([], { histOff: 15, inboxOff: 4, disp: 12 }));
        await index.apply(0, batch([], { histOff: 12, inboxOff: 3, disp: 11 }));
        expect(await index.meta(0)).toEqual({ epoch: 10, histOff: 15, inboxOff: 4, disp: 12 });
      });
    });

    describe('the time of the last carry-forward', () => {
      it('is kept with claim and batch, moves forwards only, and stays where a write leaves it out', async () => {
        await claim();
        expect((await index.meta(0))?.carriedMs).toBeUndefined();
        await index.apply(0, batch([], { carriedMs: 5_000 }));
        await index.apply(0, batch([], { prevOff: 10, histOff: 11 }));
        expect((await index.meta(0))?.carriedMs).toBe(5_000);
        await index.apply(0, batch([], { prevOff: 11, histOff: 12, carriedMs: 4_000 }));
        await claim({ epoch: 20, histOff: 12 }, false);
        expect((await index.meta(0))?.carriedMs).toBe(5_000);
        await claim({ epoch: 30, histOff: 12, carriedMs: 6_000 }, true);
        expect((await index.meta(0))?.carriedMs).toBe(6_000);
      });
    });

    describe('runs', () => {
      it('gives states back exactly as they were written, in the order asked', async () => {
        await claim();
        const [a, b] = [sampleState({ runId: run(0), error: { name: 'E', message: 'ü “\u0001', kind: 'technical' } }, 'x'.repeat(5_000)), sampleState({ runId: run(1), output: null })];
        await index.apply(0, batch([{ state: a, entries: [] }, { state: b, entries: [] }]));
        expect(await load([run(1), run(7), run(0)])).toEqual([b, undefined, a]);
        expect(await load([])).toEqual([]);
      });

      it('says nothing of them where the view is not what its writer left: behind, of another epoch, or wiped (F28)', async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run() })]));
        expect(await index.load(0, [run()], { epoch: 10, histOff: 10 })).toHaveLength(1);
        expect(await index.load(0, [run()], { epoch: 10, histOff: 9 })).toHaveLength(1);
        expect(await index.load(0, [run()], { epoch: 10, histOff: 11 })).toBe('lost');
        expect(await index.load(0, [run()], { epoch: 9, histOff: 10 })).toBe('lost');
        expect(await index.load(1, [run()], { epoch: 10, histOff: 9 })).toBe('lost');
      });

      it('takes a batch of 500 runs of 4 KB', async () => {
        await claim();
        const runs = Array.from({ length: 500 }, (_, n) => ({ state: sampleState({ runId: `bulk-${n}` as RunId }, 'y'.repeat(4_000)), entries: [sampleEntry(1)] }));
        expect(await index.apply(0, batch(runs))).toBe('ok');
        expect(await index.countOpen(0)).toBe(500);
        expect((await load(['bulk-499']))[0]).toEqual(runs[499]!.state);
      });

      it('takes runs of hundreds of kilobytes, and gives at least the first of those asked for, however few bytes it may', async () => {
        await claim();
        const runs = Array.from({ length: 12 }, (_, i) => ({ state: sampleState({ runId: run(i), output: `${i}`.padEnd(200_000, 'x') }), entries: [sampleEntry(1)] }));
        expect(await index.apply(0, batch(runs, { histOff: 21 }))).toBe('ok');
        const wanted = runs.map(({ state }) => state.runId);
        const meta = (await index.meta(0))!;
        expect(meta.histOff).toBe(21);
        expect(await index.load(0, wanted, meta)).toEqual(runs.map(({ state }) => state));
        for (const maxBytes of [1, 500_000, 100_000_000]) {
          const states = await index.load(0, wanted, meta, maxBytes);
          if (states === 'lost') throw new Error('Expected states');
          expect(states.length).toBeGreaterThan(0);
          expect(states).toEqual(runs.slice(0, states.length).map(({ state }) => state));
        }
      });

      it('counts the runs that have not ended', async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run(0) }), write({ runId: run(1) }), write({ runId: run(2), status: 'blocked' })]));
        expect(await index.countOpen(0)).toBe(3);
        await index.apply(0, batch([write({ runId: run(0), seq: 2, status: 'completed', endedMs: Date.now() })], { prevOff: 10, histOff: 11 }));
        expect(await index.countOpen(0)).toBe(2);
        expect(await stateOf(run(0))).toMatchObject({ status: 'completed' });
      });
    });

    describe('a scan', () => {
      const scanned = async (limit: number, between?: () => Promise<unknown>): Promise<RunWrite[]> => {
        const since = (await index.meta(0))!;
        const found: RunWrite[] = [];
        for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
          const piece = await index.scan(0, { limit, ...(cursor !== undefined && { cursor }) }, since);
          if (piece === 'lost') throw new Error('lost');
          found.push(...piece.runs);
          cursor = piece.cursor;
          if (first) await between?.();
        }
        return found;
      };
      const ids = (runs: readonly RunWrite[]): string[] => [...new Set(runs.map(({ state: { runId } }) => runId))].sort();

      it('of an empty view finds nothing', async () => {
        await claim();
        expect(await scanned(10)).toEqual([]);
      });

      it('finds every run of the partition as it is, whether it has ended or not, and none of another', async () => {
        await claim();
        await claim({}, true, 1);
        const runs = Array.from({ length: 700 }, (_, n) => write({ runId: `scan-${n}` as RunId, seq: 2, ...(n % 3 === 0 && { status: 'completed' as const, endedMs: Date.now() }) }, n % 2 === 0 ? [] : [sampleEntry(1), sampleEntry(2), sampleEntry(2, 'state-exited')]));
        await index.apply(0, batch(runs));
        await index.apply(1, batch([write({ runId: run(0, 1) })]));
        const found = await scanned(100);
        expect(ids(found)).toEqual(ids(runs));
        for (const n of [3, 4]) expect(found.find(({ state }) => state.runId === `scan-${n}`)).toEqual(runs[n]);
      });

      it('leaves none out that is there all the time, while others come and move', async () => {
        await claim();
        const bulk = (from: number, to: number, seq = 1) => Array.from({ length: to - from }, (_, i) => write({ runId: `scan-${from + i}` as RunId, seq, updatedMs: Date.now() + from + i + seq }));
        await index.apply(0, batch(bulk(0, 400)));
        const found = await scanned(20, async () => {
          await index.apply(0, batch([...bulk(0, 400, 2), ...bulk(400, 900)], { prevOff: 10, histOff: 11 }));
        });
        expect(ids(found)).toEqual(expect.arrayContaining(ids(bulk(0, 400))));
      });

      it('says so where the view is not what its writer left', async () => {
        await claim();
        expect(await index.scan(0, { limit: 10 }, { epoch: 10, histOff: 9 })).not.toBe('lost');
        expect(await index.scan(0, { limit: 10 }, { epoch: 10, histOff: 10 })).toBe('lost');
        expect(await index.scan(0, { limit: 10 }, { epoch: 9, histOff: 9 })).toBe('lost');
        expect(await index.scan(1, { limit: 10 }, { epoch: 10, histOff: 9 })).toBe('lost');
      });
    });

    describe('timers', () => {
      const timer = (dueMs: number, ver = 1) => ({ ver, dueMs, kind: 'attempt' as const, branch: '0' });

      it('finds what is due, earliest first, up to the limit, and nothing that is not', async () => {
        await claim();
        const past = Date.now() - 60_000;
        await index.apply(0, batch([write({ runId: run(0), timers: { a: timer(past + 2), 'b|c': timer(past + 1, 7), later: timer(past + 3_600_000) } }), write({ runId: run(1), timers: { d: timer(past) } })]));
        const expected = [
          { runId: run(1), timerId: 'd', ver: 1, dueMs: past },
          { runId: run(0), timerId: 'b|c', ver: 7, dueMs: past + 1 },
          { runId: run(0), timerId: 'a', ver: 1, dueMs: past + 2 },
        ];
        expect(await index.due(0, { graceMs: 0, limit: 10 })).toEqual(expected);
        expect(await index.due(0, { graceMs: 0, limit: 2 })).toEqual(expected.slice(0, 2));
        expect(await index.due(1, { graceMs: 0, limit: 10 })).toEqual([]);
      });

      it('leaves out what is due within the grace', async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run(), timers: { old: timer(Date.now() - 120_000), fresh: timer(Date.now() - 10_000) } })]));
        expect((await index.due(0, { graceMs: 60_000, limit: 10 })).map(({ timerId }) => timerId)).toEqual(['old']);
      });

      it("replaces a run's timers by those of its newest state", async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run(), timers: { a: timer(1), b: timer(2) } })]));
        await index.apply(0, batch([write({ runId: run(), seq: 2, timers: { b: timer(3, 2), c: timer(4) } })], { prevOff: 10, histOff: 11 }));
        expect((await index.due(0, { graceMs: 0, limit: 10 })).map(({ timerId, ver }) => `${timerId}${ver}`)).toEqual(['b2', 'c1']);
      });

      it('says whether one is armed: until it is replaced, taken back or its run ends, and nowhere else', async () => {
        const armed = (timerId: string, ver = 1, partition = 0): Promise<boolean> => index.isArmed(partition, { runId: run(), timerId, ver });
        expect(await armed('a')).toBe(false);
        await claim();
        expect(await armed('a')).toBe(false);
        await index.apply(0, batch([write({ runId: run(), timers: { a: timer(1), 'b|c': timer(Date.now() + 3_600_000, 7) } })]));
        expect([await armed('a'), await armed('b|c', 7), await armed('b|c', 6), await armed('a', 1, 1)]).toEqual([true, true, false, false]);
        await index.apply(0, batch([write({ runId: run(), seq: 2, timers: { a: timer(1, 2) } })], { prevOff: 10, histOff: 11 }));
        expect([await armed('a'), await armed('a', 2), await armed('b|c', 7)]).toEqual([false, true, false]);
        await index.apply(0, batch([write({ runId: run(), seq: 3, status: 'failed', endedMs: Date.now(), timers: {} })], { prevOff: 11, histOff: 12 }));
        expect(await armed('a', 2)).toBe(false);
      });

      it('has none for a run that has ended', async () => {
        await claim();
        await index.apply(0, batch([write({ runId: run(), timers: { a: timer(1) } })]));
        await index.apply(0, batch([write({ runId: run(), seq: 2, status: 'failed', endedMs: Date.now(), timers: {} })], { prevOff: 10, histOff: 11 }));
        expect(await index.due(0, { graceMs: 0, limit: 10 })).toEqual([]);
      });
    });
  });
}

import { OperatingError, runSummaryOf, taskIdOf, type Branch, type RunId, type RunState, type StepId } from '@baton/contracts';
import type { RunViews, StateIndex } from '@baton/ports';
import { runner } from './runner.ts';
import { runIdOn, sampleDefinition, sampleEntry, sampleState } from './samples.ts';
import type { OpenedStateIndex } from './state-index-suite.ts';

/** What every RunViews must show of what a StateIndex was given. */
export function runViewsSuite(name: string, open: () => Promise<OpenedStateIndex>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`RunViews: ${name}`, () => {
    let opened: OpenedStateIndex;
    let index: StateIndex;
    let views: RunViews;
    let offset: number;
    const run = (n: number): RunId => runIdOn(n % 2, opened.partitions, Math.floor(n / 2));
    beforeEach(async () => {
      opened = await open();
      ({ index, views } = opened);
      for (const partition of [0, 1]) await index.claim(partition, { epoch: 1, histOff: 1, inboxOff: -1, disp: -1, over: 'reset' });
      offset = 1;
    });
    afterEach(() => opened.close());

    /** Runs by number: even ones live on partition 0, odd ones on 1. */
    async function put(n: number, changes: Partial<RunState> = {}, entries = [sampleEntry(1)]): Promise<RunState> {
      const state = sampleState({ runId: run(n), updatedMs: 1_700_000_000_000 + n, ...changes });
      offset++;
      for (const partition of [0, 1]) {
        await index.apply(partition, { epoch: 1, prevOff: offset - 1, histOff: offset, inboxOff: -1, disp: -1, runs: n % 2 === partition ? [{ state, entries }] : [] });
      }
      return state;
    }
    const numbers = async (query: Parameters<RunViews['list']>[0]) => (await views.list(query)).runs.map(({ updatedMs }) => updatedMs - 1_700_000_000_000);

    it('gets a run whatever its partition; undefined where it is unknown', async () => {
      const [a, b] = [await put(0), await put(1)];
      expect(await views.get(a.runId)).toEqual(a);
      expect(await views.get(b.runId)).toEqual(b);
      expect(await views.get('nobody')).toBeUndefined();
    });

    it('lists summaries of all partitions, newest update first', async () => {
      const states = [];
      for (let n = 0; n < 5; n++) states.push(await put(n));
      const { runs, nextCursor } = await views.list({ limit: 10 });
      expect(runs).toEqual(states.reverse().map(runSummaryOf));
      expect(nextCursor).toBeUndefined();
    });

    it('moves a run to the front when it is updated, and lists it once', async () => {
      for (let n = 0; n < 4; n++) await put(n);
      await put(0, { seq: 2, updatedMs: 1_700_000_000_009 });
      expect(await numbers({ limit: 10 })).toEqual([9, 3, 2, 1]);
    });

    it('pages through everything without losing or repeating a run, also among equal times', async () => {
      for (let n = 0; n < 9; n++) await put(n, { updatedMs: 1_700_000_000_000 + Math.floor(n / 4) });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await views.list({ limit: 2, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.runs.map(({ runId }) => runId));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen).toHaveLength(9);
      expect(new Set(seen).size).toBe(9);
    });

    it('filters by status and by workflow, alone and together', async () => {
      const other = { ...sampleDefinition, name: 'other' };
      await put(0);
      await put(1, { def: other });
      await put(2, { status: 'failed', endedMs: Date.now() });
      await put(3, { status: 'failed', endedMs: Date.now(), def: other });
      await put(4, { status: 'completed', endedMs: Date.now() });
      expect(await numbers({ limit: 10, status: 'failed' })).toEqual([3, 2]);
      expect(await numbers({ limit: 10, workflow: 'other' })).toEqual([3, 1]);
      expect(await numbers({ limit: 10, status: 'failed', workflow: 'other' })).toEqual([3]);
      expect(await numbers({ limit: 10, status: 'cancelled' })).toEqual([]);
      expect(await numbers({ limit: 10, workflow: 'nobody' })).toEqual([]);
    });

    it('lists a run under its newest status alone', async () => {
      await put(0);
      await put(0, { seq: 2, status: 'completed', endedMs: Date.now() });
      expect(await numbers({ limit: 10, status: 'running' })).toEqual([]);
      expect(await numbers({ limit: 10, status: 'completed' })).toEqual([0]);
    });

    it('pages within a filter', async () => {
      for (let n = 0; n < 6; n++) await put(n, n % 3 === 0 ? { status: 'failed', endedMs: Date.now() } : {});
      const first = await views.list({ limit: 1, status: 'failed' });
      const second = await views.list({ limit: 1, status: 'failed', cursor: first.nextCursor! });
      expect([first, second].flatMap(({ runs }) => runs.map(({ runId }) => runId))).toEqual([run(3), run(0)]);
    });

    /** A run that asks these people, each in a branch of its own. */
    const asking = (n: number, ...people: string[][]): Partial<RunState> => ({
      branches: Object.fromEntries(people.map((assignees, i): [string, Branch] => [String(i), { state: 'Ask', stepId: `Ask.${i}` as StepId, enteredMs: 0, data: 'x'.repeat(2_000), phase: 'awaits', attempt: 1, retries: {}, awaits: { kind: 'person', name: `Question ${i} of ${n}`, question: { form: { type: 'object', properties: { ok: { type: 'boolean' } } } }, assignees, escalated: 0, sinceMs: 1_700_000_000_000 + n * 10 + i, deadlineMs: 1_800_000_000_000 } }])),
    });
    const titles = async (query: Partial<Parameters<RunViews['tasks']>[0]> = {}) => (await views.tasks({ limit: 10, ...query })).tasks.map(({ title }) => title);

    it('lists what people are asked, of all partitions, newest first, and who is asked what', async () => {
      await put(0, asking(0, ['ada'], ['bob', 'group:a b']));
      await put(1, asking(1, ['ada'], []));
      await put(2);
      expect(await titles()).toEqual(['Question 1 of 1', 'Question 0 of 1', 'Question 1 of 0', 'Question 0 of 0']);
      expect(await titles({ assignee: 'ada' })).toEqual(['Question 0 of 1', 'Question 0 of 0']);
      expect(await titles({ assignee: 'group:a b' })).toEqual(['Question 1 of 0']);
      expect(await titles({ assignee: 'group:a' })).toEqual([]);
      expect(await titles({ workflow: 'nobody' })).toEqual([]);
      expect((await views.tasks({ limit: 1, assignee: 'bob' })).tasks).toEqual([{ taskId: taskIdOf({ runId: run(0), stepId: 'Ask.1' as StepId, attempt: 1 }), runId: run(0), workflow: sampleDefinition.name, state: 'Ask', title: 'Question 1 of 0', assignees: ['bob', 'group:a b'], askedMs: 1_700_000_000_001, deadlineMs: 1_800_000_000_000 }]);
    });

    it('takes off the list what is answered, escalated to others, or asked by a run that has ended or is parked', async () => {
      await put(0, asking(0, ['ada'], ['bob']));
      await put(0, { seq: 2, ...asking(0, ['ada', 'eve']) });
      expect(await titles()).toEqual(['Question 0 of 0']);
      expect(await titles({ assignee: 'bob' })).toEqual([]);
      expect(await titles({ assignee: 'eve' })).toEqual(['Question 0 of 0']);
      await put(0, { seq: 3, ...asking(0, ['ada']), status: 'blocked' });
      expect([await titles(), await titles({ assignee: 'ada' }), await titles({ assignee: 'eve' })]).toEqual([[], [], []]);
      await put(1, asking(1, ['ada']));
      await put(1, { seq: 2, status: 'completed', endedMs: Date.now() });
      expect([await titles(), await titles({ assignee: 'ada' })]).toEqual([[], []]);
    });

    it('pages through what people are asked, also what was asked at one moment, and has it again once the view is rebuilt', async () => {
      for (let n = 0; n < 5; n++) await put(n, asking(7, ['ada'], ['bob']));
      for (const query of [{}, { assignee: 'ada' }]) {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await views.tasks({ limit: 3, ...query, ...(cursor !== undefined && { cursor }) });
          seen.push(...page.tasks.map(({ taskId }) => taskId));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(seen).toHaveLength('assignee' in query ? 5 : 10);
        expect(new Set(seen).size).toBe(seen.length);
      }
      await opened.wipe();
      expect(await titles()).toEqual([]);
      for (const partition of [0, 1]) await index.claim(partition, { epoch: 100, histOff: 100, inboxOff: -1, disp: -1, over: 'reset' });
      await index.apply(0, { epoch: 100, prevOff: 100, histOff: 101, inboxOff: -1, disp: -1, runs: [{ state: sampleState({ runId: run(0), ...asking(0, ['ada']) }), entries: [] }] });
      expect(await titles({ assignee: 'ada' })).toEqual(['Question 0 of 0']);
    });

    it('refuses a cursor that is none of its own', async () => {
      await expect(views.list({ limit: 1, cursor: '💥' })).rejects.toThrow(OperatingError);
    });

    it('shows the history from behind a transition on, never half a transition', async () => {
      await put(0, { seq: 3 }, [sampleEntry(1, 'run-started'), sampleEntry(1, 'state-entered'), sampleEntry(2), sampleEntry(2), sampleEntry(3)]);
      const seqs = async (after: number, limit: number) => (await views.history(run(0), { after, limit }))?.map(({ seq }) => seq);
      expect(await seqs(0, 100)).toEqual([1, 1, 2, 2, 3]);
      expect(await seqs(1, 100)).toEqual([2, 2, 3]);
      expect(await seqs(0, 1)).toEqual([1, 1]);
      expect(await seqs(1, 3)).toEqual([2, 2, 3]);
      expect(await seqs(3, 100)).toEqual([]);
      expect(await views.history(run(0), { after: 0, limit: 1 })).toEqual([sampleEntry(1, 'run-started'), sampleEntry(1, 'state-entered')]);
    });

    it('has no history of an unknown run', async () => {
      expect(await views.history('nobody', { after: 0, limit: 10 })).toBeUndefined();
    });

    it('tells a second start which input the first one had', async () => {
      expect(await views.reserveStart('some-run', 'h1')).toBeUndefined();
      expect(await views.reserveStart('some-run', 'h2')).toBe('h1');
      expect(await views.reserveStart('some-run', 'h1')).toBe('h1');
      expect(await views.reserveStart('other-run', 'h2')).toBeUndefined();
    });

    it('believes the run rather than what was remembered of its start, which a wipe forgets', async () => {
      const { inputHash } = await put(0);
      expect(await views.reserveStart(run(0), 'another')).toBe(inputHash);
      // Another input came first while nothing was known: it must not keep the right one out.
      expect(await views.reserveStart(run(1), 'another')).toBeUndefined();
      await put(1);
      expect(await views.reserveStart(run(1), inputHash)).toBe(inputHash);
    });

    it('lets exactly one of many starts at the same time be the first', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => views.reserveStart('some-run', 'h')));
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    });

    it('names the partitions whose view is missing', async () => {
      expect(await views.missing()).toEqual(Array.from({ length: opened.partitions }, (_, p) => p).slice(2));
      await opened.wipe();
      expect(await views.missing()).toHaveLength(opened.partitions);
    });

    it('counts a view as missing until it has been built up to the claim of its writer', async () => {
      await opened.index.claim(0, { epoch: 50, histOff: -1, inboxOff: -1, disp: -1, over: 'reset' });
      expect(await views.missing()).toContain(0);
      await opened.index.apply(0, { epoch: 50, prevOff: -1, histOff: 20, inboxOff: -1, disp: -1, runs: [] });
      expect(await views.missing()).toContain(0);
      await opened.index.apply(0, { epoch: 50, prevOff: 20, histOff: 50, inboxOff: -1, disp: -1, runs: [] });
      expect(await views.missing()).not.toContain(0);
    });
  });
}

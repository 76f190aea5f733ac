import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HistoryEntry, RunState, RunView } from '@baton/contracts';
import { SYSTEM_CLOCK } from './ports.ts';
import { ended, smallSystem, until, type SmallSystem } from './testing/small-system.ts';
import { RunWatches, type Watcher } from './watch/run-watches.ts';
import { Reads } from './views/reads.ts';

interface ServerEvent {
  readonly event: string;
  readonly id?: string;
  // Tests look inside.
  readonly data: any;
}

/** Reads a stream as it comes; `stop` hangs up. */
function follow(url: string, headers: Record<string, string> = {}): { events: ServerEvent[]; comments: string[]; status: Promise<number>; ended: Promise<void>; stop(): void } {
  const events: ServerEvent[] = [];
  const comments: string[] = [];
  const abort = new AbortController();
  const response = fetch(url, { headers, signal: abort.signal });
  const read = async (): Promise<void> => {
    let text = '';
    for await (const piece of (await response).body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const comment = lines.find((line) => line.startsWith(':'));
        if (comment !== undefined) comments.push(comment);
        const event = field('event');
        const id = field('id');
        if (event !== undefined) events.push({ event, data: JSON.parse(field('data') ?? 'null'), ...(id !== undefined && { id }) });
      }
    }
  };
  return { events, comments, status: response.then(({ status }) => status), ended: read().catch(() => undefined), stop: () => abort.abort() };
}

describe('following a run by server-sent events', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await smallSystem({ watch: { heartbeatMs: 1_000 } });
  });
  afterAll(() => system.stop());

  const history = async (runId: string): Promise<HistoryEntry[]> => (await system.call(`/v1/runs/${runId}/history`)).body.entries;

  it('tells a run from its start to its end, every entry once, and closes', async () => {
    system.step.hold();
    const { body } = await system.start('echo', { text: 'watched' });
    const stream = follow(`${system.url}/v1/runs/${body.runId}/events`);
    await until(() => stream.events.some(({ event, data }) => event === 'run' && data.steps.length === 1), 'the first step');
    expect(stream.events.some(({ event }) => event === 'end')).toBe(false);
    await until(() => stream.comments.includes(': heartbeat'), 'a heartbeat');
    system.step.release();
    await stream.ended;
    expect(stream.events.filter(({ event }) => event === 'entry').map(({ data }) => data)).toEqual(await history(body.runId));
    expect(stream.events.at(-1)).toMatchObject({ event: 'end', data: { runId: body.runId, status: 'completed' } });
    expect(stream.events.at(-2)).toMatchObject({ event: 'run', data: { status: 'completed' } });
  });

  it('resumes after the last id with what was missed and nothing twice', async () => {
    const { body } = await system.start('echo', { text: 'resumed' });
    await ended(system, body.runId);
    const whole = await history(body.runId);
    const first = follow(`${system.url}/v1/runs/${body.runId}/events`);
    await first.ended;
    const ids = first.events.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
    expect(ids).toEqual([...new Set(whole.map(({ seq }) => seq))]);
    for (const id of ids) {
      const again = follow(`${system.url}/v1/runs/${body.runId}/events`, { 'last-event-id': String(id) });
      await again.ended;
      expect(again.events.filter(({ event }) => event === 'entry').map(({ data }) => data)).toEqual(whole.filter(({ seq }) => seq > id));
      expect(again.events.at(-1)?.event).toBe('end');
    }
  });

  it('follows a run that was accepted and is not in the view yet', async () => {
    const idle = await smallSystem({ engine: false });
    try {
      const { body } = await idle.start('echo', { text: 'early' });
      expect((await idle.call(`/v1/runs/${body.runId}`)).body).toMatchObject({ status: 'running', seq: 0 });
      expect((await idle.call(`/v1/runs/${body.runId}/history`)).body).toEqual({ runId: body.runId, entries: [] });
      const stream = follow(`${idle.url}/v1/runs/${body.runId}/events`);
      const first = await until(() => stream.events[0], 'the first event');
      expect(first).toMatchObject({ event: 'run', data: { seq: 0 } satisfies Partial<RunView> });
      stream.stop();
    } finally {
      await idle.stop();
    }
  });

  it('takes a thousand watchers and refuses the next until one leaves', async () => {
    system.step.hold();
    const { body } = await system.start('echo', { text: 'crowd' });
    const url = `${system.url}/v1/runs/${body.runId}/events`;
    const crowd: ReturnType<typeof follow>[] = [];
    // Not all at one moment: the door gives a connection ten seconds for its headers, which a busy machine may need for a thousand of both ends in one process.
    while (crowd.length < 1_000) {
      const more = Array.from({ length: 50 }, () => follow(url));
      expect(new Set(await Promise.all(more.map(({ status }) => status)))).toEqual(new Set([200]));
      crowd.push(...more);
    }
    const refused = await system.call(`/v1/runs/${body.runId}/events`);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    crowd[0]!.stop();
    await until(async () => {
      const one = follow(url);
      const status = await one.status;
      one.stop();
      return status === 200;
    }, 'a free place');
    system.step.release();
    await Promise.all(crowd.slice(1).map((stream) => stream.ended));
    expect(crowd.slice(1).every(({ events }) => events.at(-1)?.event === 'end')).toBe(true);
  });

  it('refuses a caller who cannot read events', async () => {
    const { body } = await system.start('echo', { text: 'x' });
    expect(await system.call(`/v1/runs/${body.runId}/events`, { headers: { accept: 'application/json' } })).toMatchObject({ status: 406, body: { code: 'not_acceptable' } });
  });
});

describe('watching a run', () => {
  const state = (seq: number, status = 'running'): RunState => ({ runId: 'run-1', seq, status }) as RunState;
  const entry = (seq: number): HistoryEntry => ({ seq, tsMs: 0, cause: 'x', event: { type: 'x' } });

  function fakeViews() {
    const views = { reads: 0, seq: 1, status: 'running', away: false };
    const reads = new Reads(
      {
        get: () => (views.reads++, views.away ? Promise.reject(new Error('away')) : Promise.resolve(state(views.seq, views.status))),
        history: (_runId: string, { after, limit }: { after: number; limit: number }) => Promise.resolve(Array.from({ length: views.seq - after }, (_, i) => entry(after + 1 + i)).slice(0, limit)),
        missing: () => Promise.resolve([]),
      } as never,
      SYSTEM_CLOCK,
      1_000,
    );
    return { views, watches: new RunWatches(reads, SYSTEM_CLOCK, { pollMs: 5, maxWatchers: 10 }) };
  }
  function watcher(after = 0): Watcher & { seqs: number[]; states: number; awayTimes: number; endedTimes: number } {
    return {
      after,
      seqs: [],
      states: 0,
      awayTimes: 0,
      endedTimes: 0,
      entries(entries) {
        this.seqs.push(...entries.map(({ seq }) => seq));
      },
      state() {
        this.states++;
      },
      ended() {
        this.endedTimes++;
      },
      away() {
        this.awayTimes++;
      },
      closing: () => undefined,
    };
  }

  it('looks once for all watchers of a run, and not at all when they have left', async () => {
    const { views, watches } = fakeViews();
    const all = Array.from({ length: 10 }, () => watcher());
    const stops = all.map((one) => watches.add('run-1', one));
    await until(() => views.reads >= 5, 'five looks');
    expect(watches.runs).toBe(1);
    // Ten watchers, each told once although there were several looks.
    expect(all.map(({ states }) => states)).toEqual(Array.from({ length: 10 }, () => 1));
    for (const stop of stops) stop();
    expect([watches.count, watches.runs]).toEqual([0, 0]);
    stops[0]!();
    expect(watches.count).toBe(0);
  });

  it('gives each watcher what is new to it, over many pages', async () => {
    const { views, watches } = fakeViews();
    views.seq = 1_300;
    const late = watcher(1_299);
    const early = watcher(0);
    const stops = [watches.add('run-1', late), watches.add('run-1', early)];
    await until(() => early.states === 1, 'the early one');
    expect(late.seqs).toEqual([1_300]);
    expect(early.seqs).toEqual(Array.from({ length: 1_300 }, (_, i) => i + 1));
    for (const stop of stops) stop();
  });

  it('goes on where the view comes back', async () => {
    const { views, watches } = fakeViews();
    views.away = true;
    const one = watcher();
    const stop = watches.add('run-1', one);
    await until(() => one.awayTimes > 1, 'the view being away');
    views.away = false;
    views.status = 'completed';
    await until(() => one.endedTimes > 0, 'the end');
    stop();
    expect(one.seqs).toEqual([1]);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { defineWorkflow, workflow } from '@baton/workflow';
import { z } from 'zod';
import { silence, testEngine, type StepContext, type TestEngine, type TestEngineOptions } from './index.ts';

const steady = { max_retries: 3, retry_backoff: { type: 'fixed', base_seconds: 10, factor: 1, cap_seconds: 60, jitter: 'none' } } as const;
const order = workflow('order', { service: 'shop', defaults: steady })
  .step('reserve')
  .wait('cool_off', { seconds: 60 })
  .step('charge', { catch: [{ ErrorEquals: ['CardDeclined'], Next: 'refuse' }] })
  .succeed('done')
  .fail('refuse', { error: 'Refused', cause: 'The card was declined' })
  .build();
const one = workflow('one', { service: 'shop', defaults: steady }).step('work', { timeout_seconds: 100, heartbeatSeconds: 15 }).build();

/** As the step SDK's, which a business service would use here. */
class BusinessError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
class CardDeclined extends BusinessError {}

const engines: TestEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});
const engineOf = async (options: TestEngineOptions): Promise<TestEngine> => {
  const engine = await testEngine(options);
  engines.push(engine);
  return engine;
};
const shop = (steps: Parameters<typeof testEngine>[0]['steps'], more: Partial<TestEngineOptions> = {}) =>
  engineOf({ workflows: [order], steps: { 'shop/reserve': () => ({ reserved: true }), 'shop/charge': () => ({ charged: 5 }), ...steps }, ...more });
const working = (work: (input: unknown, ctx: StepContext) => unknown, more: Partial<TestEngineOptions> = {}) =>
  engineOf({ workflows: [one], steps: { 'shop/work': work }, ...more });
const secondsOf = (engine: TestEngine): number => (engine.nowMs() - Date.UTC(2026, 0, 1)) / 1_000;

describe('a run', () => {
  it('goes as far as it can without time passing, waits, and goes on at the very second', async () => {
    const engine = await shop({});
    const run = await engine.start('order', { sku: 'x' });
    await engine.settle();
    expect(await run.status()).toBe('running');
    await engine.advance({ seconds: 59, ms: 999 });
    expect(await run.steps()).toMatchObject([{ state: 'reserve', status: 'completed' }, { state: 'cool_off', status: 'waiting' }]);
    await engine.advance({ ms: 1 });
    expect(await run.result()).toEqual({ sku: 'x', reserved: true, charged: 5 });
    expect((await engine.commands()).map(({ step }) => step)).toEqual(['reserve', 'charge']);
    expect((await engine.lifecycleEvents()).map(({ type }) => type)).toEqual(['baton.run.started', 'baton.step.completed', 'baton.step.completed', 'baton.run.completed']);
    expect((await run.history()).map(({ event }) => event.type)).toContain('wait-started');
    expect((await run.state()).endedMs).toBe(Date.UTC(2026, 0, 1, 0, 1));
  });

  it('is looked at only when nothing more happens, whatever real work its steps do', async () => {
    const engine = await working(async () => {
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 1));
      return { done: true };
    });
    expect(await (await engine.start('one')).result()).toEqual({ done: true });
    expect(secondsOf(engine)).toBe(0);
  });

  it('waits for months in no time, and is still there a year after its end', async () => {
    const patient = workflow('patient', { service: 'shop' }).wait('half_a_year', { seconds: 180 * 86_400 }).build();
    const engine = await engineOf({ workflows: [patient], steps: {} });
    const run = await engine.start('patient', { n: 1 });
    await engine.advance({ days: 179 });
    expect(await run.status()).toBe('running');
    await engine.advance({ days: 365 });
    expect(await run.result()).toEqual({ n: 1 });
  });

  it('is one for one key, and another key or none makes another', async () => {
    const engine = await working((_, { attempt }) => ({ attempt }));
    const runs = [await engine.start('one', { n: 1 }, { key: 'k' }), await engine.start('one', { n: 1 }, { key: 'k' }), await engine.start('one', { n: 1 }), await engine.start('one', { n: 1 })];
    expect(new Set(runs.map(({ id }) => id)).size).toBe(3);
    for (const run of runs) expect(await run.status()).toBe('completed');
    expect(await engine.commands()).toHaveLength(3);
    await expect(engine.start('one', { n: 2 }, { key: 'k' })).rejects.toMatchObject({ code: 'idempotency_conflict' });
  });

  it('begins at the time that was asked for', async () => {
    const startMs = Date.UTC(2030, 5, 1);
    const engine = await working(() => ({}), { startMs });
    expect((await (await engine.start('one')).state()).startedMs).toBe(startMs);
  });
});

describe('a step that fails', () => {
  it('is tried again when its backoff has passed, and not a moment earlier', async () => {
    const seen: [attempt: number, seconds: number, key: string][] = [];
    const engine = await working((_, { attempt, idempotencyKey }) => {
      seen.push([attempt, secondsOf(engine), idempotencyKey]);
      if (attempt < 3) throw new Error('busy');
      return { attempt };
    });
    const run = await engine.start('one');
    await engine.advance({ seconds: 9.999 });
    expect(seen).toHaveLength(1);
    await engine.advance({ minutes: 1 });
    expect(await run.result()).toEqual({ attempt: 3 });
    expect(seen.map(([attempt, seconds]) => [attempt, seconds])).toEqual([[1, 0], [2, 10], [3, 20]]);
    expect(new Set(seen.map(([, , key]) => key)).size).toBe(1);
  });

  it('is tried again after a backoff of less than a second', async () => {
    const engine = await engineOf({
      workflows: [workflow('quick', { service: 'shop', defaults: { retry_backoff: { ...steady.retry_backoff, base_seconds: 0.5 } } }).step('work').build()],
      steps: { 'shop/work': (_, { attempt }) => (attempt < 2 ? Promise.reject(new Error('busy')) : { attempt }) },
    });
    const run = await engine.start('quick');
    await engine.advance({ ms: 499 });
    expect(await run.status()).toBe('running');
    await engine.advance({ ms: 1 });
    expect(await run.result()).toEqual({ attempt: 2 });
  });

  it('for good fails the run; the error tells what, and what came before', async () => {
    const engine = await shop({ 'shop/charge': () => Promise.reject(Object.assign(new RangeError('no funds left'), { details: { missing: 3 } })) });
    const run = await engine.start('order');
    await engine.advance({ hours: 1 });
    expect(await run.status()).toBe('failed');
    const failed = run.result();
    await expect(failed).rejects.toThrow(/of order is failed: RangeError: no funds left\n {2}reserve: completed, 1 attempt\n {2}cool_off: .*\n {2}charge: failed, 4 attempts, RangeError: no funds left/);
    await expect(failed).rejects.toMatchObject({ status: 'failed', error: { kind: 'technical', step: 'charge', details: { missing: 3 } } });
  });

  it('with a business error is not tried again; its class is what a catch names', async () => {
    const engine = await shop({ 'shop/charge': () => Promise.reject(new CardDeclined('The card is blocked')) });
    const run = await engine.start('order');
    await engine.advance({ hours: 1 });
    await expect(run.result()).rejects.toMatchObject({ error: { name: 'Refused', message: 'The card was declined' } });
    expect((await run.steps()).find(({ state }) => state === 'charge')).toMatchObject({ attempts: 1, error: { name: 'CardDeclined', kind: 'business' } });
  });

  it('is gone on from where the error handler says so', async () => {
    const engine = await engineOf({ workflows: [workflow('lenient', { service: 'shop' }).step('first').step('second').build()], steps: { 'shop/first': () => Promise.reject(new Error('broken')), 'shop/second': () => ({ second: 2 }) }, defaults: { max_retries: 0, default_error_handler: 'continue' } });
    expect(await (await engine.start('lenient')).result()).toMatchObject({ second: 2, errors: expect.anything() });
  });
});

describe('a step that lasts', () => {
  it('on the clock of the engine ends when that has come so far', async () => {
    const engine = await working(async (_, ctx) => {
      await ctx.sleep({ seconds: 99 });
      return { at: secondsOf(engine) };
    });
    const run = await engine.start('one');
    await engine.advance({ seconds: 98 });
    // Alive all the while, so the 15 seconds of its heartbeat time-out did it no harm.
    expect((await run.history()).filter(({ event }) => event.type === 'attempt-heartbeat').length).toBeGreaterThan(10);
    await engine.advance({ seconds: 1 });
    expect(await run.result()).toEqual({ at: 99 });
  });

  it('longer than its time-out is told, and tried again', async () => {
    const told: unknown[] = [];
    const engine = await working(async (_, ctx) => {
      if (ctx.attempt === 2) return { attempt: 2 };
      await ctx.sleep({ seconds: 101 }).catch((reason: unknown) => told.push(reason));
      return { late: true };
    });
    const run = await engine.start('one');
    await engine.advance({ seconds: 99 });
    expect(told).toEqual([]);
    await engine.advance({ seconds: 1 });
    await engine.settle();
    expect(told).toMatchObject([{ name: 'AttemptAborted', why: 'timed-out' }]);
    await engine.advance({ seconds: 10 });
    expect(await run.result()).toEqual({ attempt: 2 });
  });

  it('and whose process dies is missed after its heartbeat time-out', async () => {
    const engine = await working(async (_, ctx) => {
      if (ctx.attempt === 2) return { attempt: 2 };
      ctx.heartbeat({ percent: 40 });
      await ctx.sleep({ seconds: 3 });
      return silence;
    });
    const run = await engine.start('one');
    await engine.advance({ seconds: 15 });
    expect((await run.state()).branches['0']?.open).toMatchObject({ worker: 'testkit', progress: { percent: 40 } });
    await engine.advance({ seconds: 1 });
    expect((await run.history()).map(({ event }) => event)).toContainEqual(expect.objectContaining({ type: 'attempt-closed', outcome: 'heartbeat-lost' }));
    await engine.advance({ seconds: 10 });
    expect(await run.result()).toEqual({ attempt: 2 });
  });

  it('in real time without end is named', async () => {
    const engine = await working(() => new Promise(() => undefined), { patienceMs: 50 });
    const run = await engine.start('one');
    await expect(engine.settle()).rejects.toThrow(/Waited 50 ms of real time for shop\/work \(attempt 1 of run .*ctx\.sleep.*silence.*patienceMs/);
    await expect(run.status()).rejects.toThrow(/shop\/work/);
  });
});

describe('a run that waits for a signal', () => {
  const approval = defineWorkflow({ name: 'approval', asl: { StartAt: 'Wait', States: { Wait: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'approved' }, TimeoutSeconds: 3_600, ResultSelector: { 'by.$': '$.Data.by' }, End: true } } } });

  it('goes on with it, by a test as by anybody, and without it to its deadline', async () => {
    await using engine = await testEngine({ workflows: [approval], steps: {} });
    const [told, alone] = [await engine.start('approval'), await engine.start('approval')];
    await engine.crash();
    await told.signal('approved', { by: 'Ada' });
    expect(await told.result()).toEqual({ by: 'Ada' });
    await engine.advance({ hours: 1 });
    await expect(alone.result()).rejects.toMatchObject({ error: { name: 'States.Timeout' } });
  });
});

describe('a run that goes on as another', () => {
  it('is one chain: what one has not taken, the next one has', async () => {
    const counts = defineWorkflow({
      name: 'counts',
      asl: {
        StartAt: 'Wait',
        States: {
          Wait: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'one' }, ResultPath: null, Next: 'More?' },
          'More?': { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 2, Next: 'Last' }], Default: 'On' },
          Last: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'last' }, ResultSelector: { 'kept.$': '$.Data' }, End: true },
          On: { Type: 'Task', Resource: 'baton:continueAs', Parameters: { Input: { 'n.$': 'States.MathAdd($.n, 1)' } }, End: true },
        },
      },
    });
    await using engine = await testEngine({ workflows: [counts], steps: {} });
    const run = await engine.start('counts', { n: 0 });
    await run.signal('last', 'from the first');
    let [link, state] = [run, await run.state()];
    for (let number = 1; ; number++) {
      await link.signal('one');
      if (number === 2) await engine.crash();
      state = await link.state();
      if (state.continuedAs === undefined) break;
      link = engine.run(state.continuedAs);
    }
    expect(state).toMatchObject({ status: 'completed', output: { kept: 'from the first' }, continues: { first: run.id, number: 3 } });
  });
});

describe('a run that tells the world something', () => {
  it('says it once, also where its orchestrator is killed', async () => {
    const tells = defineWorkflow({ name: 'tells', asl: { StartAt: 'Tell', States: { Tell: { Type: 'Task', Resource: 'baton:emit', Parameters: { Type: 'com.example.told', 'Data.$': '$' }, Next: 'Rest' }, Rest: { Type: 'Wait', Seconds: 5, End: true } } } });
    await using engine = await testEngine({ workflows: [tells], steps: {} });
    const run = await engine.start('tells', { order: 7 });
    await run.status();
    await engine.crash();
    await engine.advance({ seconds: 5 });
    expect(await run.status()).toBe('completed');
    const events = await engine.emittedEvents();
    expect([...new Set(events.map(({ id }) => id))]).toEqual([`${run.id}.Tell.1`]);
    expect(events[0]).toMatchObject({ type: 'com.example.told', data: { order: 7 }, runid: run.id, workflow: 'tells' });
  });
});

describe('a run that is cancelled', () => {
  it('during a backoff makes no further attempt', async () => {
    const engine = await working(() => Promise.reject(new Error('busy')));
    const run = await engine.start('one');
    await engine.advance({ seconds: 5 });
    await run.cancel('changed my mind');
    await engine.advance({ hours: 1 });
    expect(await run.status()).toBe('cancelled');
    await expect(run.result()).rejects.toThrow(/was cancelled/);
    expect(await engine.commands()).toHaveLength(1);
  });

  it('during a step tells the step', async () => {
    const told: unknown[] = [];
    const engine = await working((_, ctx) => ctx.sleep({ seconds: 50 }).catch((reason: unknown) => told.push(reason)));
    const run = await engine.start('one');
    await engine.settle();
    await run.cancel();
    expect(await run.status()).toBe('cancelled');
    expect(told).toMatchObject([{ why: 'cancelled' }]);
  });
});

describe('an orchestrator that is killed', () => {
  it('in the middle of everything is taken over from, and no step is done twice', async () => {
    const done: string[] = [];
    const engine = await shop({
      'shop/reserve': async () => {
        await engine.crash();
        done.push('reserve');
        return { reserved: true };
      },
      'shop/charge': async (_, ctx) => {
        await ctx.sleep({ seconds: 20 });
        done.push('charge');
        return { charged: 5 };
      },
    });
    const run = await engine.start('order');
    await engine.crash();
    await engine.advance({ seconds: 30 });
    await engine.crash();
    await engine.advance({ seconds: 40 });
    expect((await run.steps()).at(-1)).toMatchObject({ state: 'charge', status: 'running' });
    await engine.crash();
    await engine.advance({ seconds: 10 });
    expect(await run.result()).toEqual({ reserved: true, charged: 5 });
    expect(done).toEqual(['reserve', 'charge']);
  });

  it('during a backoff of less than a second, whose waker died with it, goes on', async () => {
    const engine = await engineOf({
      workflows: [workflow('quick', { service: 'shop', defaults: { retry_backoff: { ...steady.retry_backoff, base_seconds: 0.5 } } }).step('work').build()],
      steps: { 'shop/work': (_, { attempt }) => (attempt < 2 ? Promise.reject(new Error('busy')) : { attempt }) },
    });
    const run = await engine.start('quick');
    await engine.settle();
    await engine.crash();
    await engine.advance({ ms: 500 });
    expect(await run.result()).toEqual({ attempt: 2 });
  });
});

describe('steps with schemas', () => {
  const weigh = { name: 'weigh', input: z.object({ parcel: z.string() }), output: z.object({ grams: z.number() }), run: ({ parcel }: { parcel: string }): unknown => ({ grams: parcel.length }) };
  const parcels = workflow('parcels', { service: 'depot' }).step('weigh').build();

  it('run with what their schema makes of the data', async () => {
    const engine = await engineOf({ workflows: [parcels], steps: { depot: [weigh] } });
    expect(await (await engine.start('parcels', { parcel: 'abc', more: 1 })).result()).toEqual({ parcel: 'abc', more: 1, grams: 3 });
  });

  it('are replaced by a function of their name', async () => {
    const engine = await engineOf({ workflows: [parcels], steps: { 'depot/weigh': () => ({ grams: 7 }), depot: [weigh] } });
    expect(await (await engine.start('parcels', { parcel: 'abc' })).result()).toMatchObject({ grams: 7 });
  });

  it('refuse input that does not fit as a business error that names the field, and output as a technical one', async () => {
    const engine = await engineOf({ workflows: [parcels], steps: { depot: [{ ...weigh, run: () => ({ grams: 'much' }) }] }, defaults: { max_retries: 0 } });
    await expect((await engine.start('parcels', { parcel: 3 })).result()).rejects.toMatchObject({ error: { name: 'InvalidStepInput', kind: 'business', details: { findings: [{ field: '/parcel' }] } } });
    await expect((await engine.start('parcels', { parcel: 'p' })).result()).rejects.toMatchObject({ error: { name: 'InvalidStepOutput', kind: 'technical', message: expect.stringContaining('/grams') } });
  });

  it.each([
    ['a number that JSON has not', { grams: NaN }, 'InvalidStepOutput'],
    ['more than a message carries', { text: 'x'.repeat(300_000) }, 'States.DataLimitExceeded'],
  ])('cannot return %s', async (_, output, name) => {
    const engine = await working(() => output, { defaults: { max_retries: 0 } });
    const run = await engine.start('one');
    await engine.advance({ hours: 1 });
    await expect(run.result()).rejects.toMatchObject({ error: { name: expect.stringMatching(name), kind: 'technical' } });
  });

  it('share artifacts with the test', async () => {
    const engine = await working(async ({ document }: any, ctx) => ({ copy: await ctx.blob.put(await ctx.blob.get(document), { name: 'copy.txt', mediaType: 'text/plain' }) }));
    const document = await engine.blob.put(new TextEncoder().encode('hello'), { name: 'a.txt', mediaType: 'text/plain' });
    const { copy } = await (await engine.start('one', { document })).result<{ copy: typeof document }>();
    expect(new TextDecoder().decode(await engine.blob.get(copy))).toBe('hello');
  });
});

describe('an engine that is closed', () => {
  it('tells the steps that still run, and waits for none of them', async () => {
    const told: unknown[] = [];
    const engine = await working((_, ctx) => ctx.sleep({ seconds: 50 }).catch((reason: unknown) => told.push(reason)));
    const stuck = await working((_, { signal }) => new Promise(() => signal.addEventListener('abort', () => told.push(signal.reason))), { patienceMs: 50 });
    const run = await engine.start('one');
    await engine.settle();
    await stuck.start('one');
    await expect(stuck.settle()).rejects.toThrow(/Waited 50 ms/);
    await Promise.all([engine.close(), engine.close(), stuck.close()]);
    expect(told).toMatchObject([{ why: 'draining' }, { why: 'draining' }]);
    await expect(run.status()).rejects.toThrow('The engine is closed');
    await engine.close();
  });

  it('is so at the end of its scope, as the guide has it', async () => {
    const reserve = { name: 'reserve', run: () => ({ reserved: true }) };
    let left: TestEngine;
    {
      await using engine = await testEngine({
        workflows: [order],
        steps: { shop: [reserve], 'shop/charge': () => { throw new CardDeclined('The card is blocked'); } },
      });
      left = engine;
      const run = await engine.start('order', { sku: 'x' });
      await engine.advance({ seconds: 60 });
      await expect(run.result()).rejects.toMatchObject({ error: { name: 'Refused' } });
    }
    await expect(left.settle()).rejects.toThrow('The engine is closed');
  });
});

describe('a mistake', () => {
  it('in the name of a workflow is answered with those there are', async () => {
    const engine = await shop({});
    await expect(engine.start('ordr')).rejects.toThrow('There is no workflow "ordr"; did you mean "order"?. This engine has order');
  });

  it('in the steps names each that is missing, and each key that is none', async () => {
    await expect(testEngine({ workflows: [order, one], steps: { 'shop/reserv': () => ({}), shop: [] } })).rejects.toThrow(
      /The workflow order needs the step shop\/reserve, which has no implementation; did you mean "shop\/reserv"\?\nThe workflow order needs the step shop\/charge.*\nThe workflow one needs the step shop\/work/,
    );
    await expect(testEngine({ workflows: [], steps: { shop: () => ({}) } })).rejects.toThrow(/steps\["shop"\]: expected the steps of a service/);
  });

  it('in a duration or the defaults names the field', async () => {
    const engine = await shop({});
    await expect(async () => engine.advance({ seconds: -1 })).rejects.toThrow('seconds: expected a number from 0 on, but found -1');
    await expect(async () => engine.advance({ second: 1 } as object)).rejects.toThrow('found "second"');
    await expect(async () => engine.advance({})).rejects.toThrow('found {}');
    await expect(testEngine({ workflows: [], steps: {}, defaults: { max_retries: -1 } })).rejects.toThrow(/defaults\.max_retries/);
  });

  it('that answers what nobody asks, or not as it was asked, is told so', async () => {
    const asl = { StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: 'baton:askPerson', Parameters: { Title: 'Ok?', Form: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] } }, End: true } } };
    const engine = await engineOf({ workflows: [defineWorkflow({ name: 'asks', asl })], steps: {} });
    const run = await engine.start('asks');
    await expect(run.answer({ ok: 'yes' })).rejects.toThrow('Expected true or false');
    await expect(run.answer({ ok: true }, { state: 'Other' })).rejects.toThrow('to ask a person in Other, but it does not');
    await run.answer({ ok: true }, { by: 'ada' });
    expect(await run.result()).toMatchObject({ Answer: { ok: true }, By: 'ada' });
    expect((await engine.lifecycleEvents()).flatMap(({ type, data }) => (type.startsWith('baton.task.') ? [[type, data.task?.id]] : []))).toEqual([['baton.task.asked', `${run.id}~Ask.1~1`], ['baton.task.answered', `${run.id}~Ask.1~1`]]);
    await expect(run.answer({ ok: true })).rejects.toThrow('to ask a person, but it does not');
  });

  it('that reads a result too early says what the run waits for', async () => {
    const engine = await shop({});
    const run = await engine.start('order');
    await engine.advance({ seconds: 20 });
    await expect(run.result()).rejects.toThrow(/still running; the next that is due comes in 40 s \(wait\), move the clock with engine\.advance/);
  });

  it('that makes a workflow turn in circles is told rather than waited for', async () => {
    const circle = workflow('circle', { service: 'shop' }).step('work').choice('enough', [{ Variable: '$.done', BooleanEquals: true, Next: 'end' }], { default: 'work' }).succeed('end').build();
    const engine = await engineOf({ workflows: [circle], steps: { 'shop/work': () => ({ done: false }) } });
    await engine.start('circle');
    await expect(engine.settle()).rejects.toThrow(/turn in circles/);
  });

  it('of a start that the engine refuses is told with its reason', async () => {
    const engine = await working(() => ({}));
    const run = await engine.start('one', { text: Array.from({ length: 2 }, () => 'x'.repeat(200_000)) });
    await expect(run.status()).rejects.toThrow(/was refused: payload_too_large/);
  });
});

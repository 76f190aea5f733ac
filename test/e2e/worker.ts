/** A step service for tests: what it does is written to a ledger, so that a test can count executions across kills. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { BusinessValidationError, defineStep, serve, type StepContext } from '@baton/step-sdk';
import { defineWorkflow, workflow } from '@baton/workflow';
import { z } from 'zod';

const ledger = process.argv[2]!;
const note = (what: string, ctx: StepContext): void =>
  appendFileSync(ledger, `${JSON.stringify({ what, runId: ctx.runId, stepId: ctx.stepId, attempt: ctx.attempt, idem: ctx.idempotencyKey, atMs: Date.now(), pid: process.pid })}\n`);
const anything = z.looseObject({});

const quick = (name: string) =>
  defineStep({
    name,
    input: anything,
    output: anything,
    run: (_input, ctx) => {
      note(name, ctx);
      return { [name]: ctx.attempt };
    },
  });
/** Takes `ms`, and ends at once where its signal fires. */
const lasting = (name: string) =>
  defineStep({
    name,
    input: z.looseObject({ ms: z.number().default(200) }),
    output: anything,
    run: async ({ ms }, ctx) => {
      note(name, ctx);
      try {
        await sleep(ms, undefined, { signal: ctx.signal });
      } catch (error) {
        note(`${name}-aborted`, ctx);
        throw error;
      }
      return { [name]: ctx.attempt };
    },
  });
const flaky = defineStep({
  name: 'flaky',
  input: anything,
  output: anything,
  run: (_input, ctx) => {
    note('flaky', ctx);
    if (ctx.attempt < 2) throw new Error('not yet');
    return { flaky: ctx.attempt };
  },
});
/** Fails for good until somebody has it tried again. */
const stubborn = defineStep({
  name: 'stubborn',
  input: anything,
  output: anything,
  run: (_input, ctx) => {
    note('stubborn', ctx);
    if (ctx.attempt < 2) throw new Error('not by itself');
    return { stubborn: ctx.attempt };
  },
});
const failing = defineStep({
  name: 'failing',
  input: anything,
  output: anything,
  run: (_input, ctx) => {
    note('failing', ctx);
    throw new Error('never');
  },
});
const hang = defineStep({
  name: 'hang',
  input: anything,
  output: anything,
  run: (_input, ctx) => {
    note('hang', ctx);
    return ctx.attempt < 2 ? new Promise<never>(() => undefined) : { hang: ctx.attempt };
  },
});
const refuse = defineStep({
  name: 'refuse',
  input: anything,
  output: anything,
  run: (_input, ctx) => {
    note('refuse', ctx);
    throw new BusinessValidationError([{ code: 'nothing_fits', message: 'Nothing here fits', help: 'Send something else', severity: 'error' }]);
  },
});

const service = 'e2e';
const fixed = (seconds: number) => ({ retry_backoff: { type: 'fixed', base_seconds: seconds, factor: 1, cap_seconds: 600, jitter: 'none' } }) as const;
const flow = (name: string, steps: readonly string[], defaults: object = fixed(1.2)) => steps.reduce((built, step) => built.step(step), workflow(name, { service, defaults })).build();
const asks = (name: string, seconds: number) => {
  const Form = { type: 'object', properties: { approved: { type: 'boolean' } }, required: ['approved'] };
  return defineWorkflow({ name, asl: { StartAt: 'ask', States: { ask: { Type: 'Task', Resource: 'baton:askPerson', Parameters: { Title: 'Go on?', Form, Assignees: ['ada'], ...(seconds > 8 && { Escalate: [{ AfterSeconds: 8, Assignees: ['bob'] }] }) }, TimeoutSeconds: seconds, End: true } } } });
};
const steady = (name: string, steps: readonly string[]) => steps.reduce((built, step) => built.step(step, { heartbeatSeconds: 90 }), workflow(name, { service, defaults: fixed(1.2) })).build();

await serve({
  service,
  concurrency: 50,
  steps: [quick('a'), quick('b'), quick('c'), quick('undo'), stubborn, lasting('short'), lasting('long'), flaky, failing, hang, refuse],
  workflows: [
    flow('three', ['a', 'b', 'c']),
    // Short steps, and a wait between two attempts that a job of BullMQ ends.
    flow('journey', ['a', 'short', 'flaky', 'c']),
    flow('short_ones', ['a', 'short', 'c']),
    workflow('long_one', { service, defaults: fixed(1.2) }).step('a').step('long', { heartbeatSeconds: 6 }).step('c').build(),
    // Their heartbeats may be missing for longer than an outage of half a minute, which is what the default allows.
    steady('steady_journey', ['a', 'short', 'flaky', 'c']),
    steady('steady_one', ['a', 'long', 'c']),
    flow('hanging', ['hang', 'c'], { ...fixed(1.2), timeout_seconds: 3 }),
    flow('failing_later', ['failing'], { ...fixed(1), max_retries: 2 }),
    // A retry so far away that only a cancel ends it.
    flow('far_retry', ['failing'], fixed(600)),
    // Long enough to act in between, short enough to wait for.
    flow('near_retry', ['failing'], fixed(10)),
    // Longer than a history whose retention is half a minute.
    workflow('patient', { service, defaults: fixed(1) }).step('a').wait('rest', { seconds: 75 }).step('c').build(),
    defineWorkflow({
      name: 'undoing',
      asl: {
        StartAt: 'a',
        States: {
          a: { Type: 'Task', Resource: 'e2e/a', ResultPath: '$.a', Compensate: { Resource: 'e2e/undo' }, Next: 'b' },
          b: { Type: 'Task', Resource: 'e2e/b', ResultPath: '$.b', Compensate: { Resource: 'e2e/stubborn', Retry: [] }, Next: 'refuse' },
          refuse: { Type: 'Task', Resource: 'e2e/refuse', End: true },
        },
      },
    }),
    defineWorkflow({
      name: 'approval',
      asl: { StartAt: 'a', States: { a: { Type: 'Task', Resource: 'e2e/a', Next: 'wait' }, wait: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'approved' }, ResultSelector: { 'data.$': '$.Data', 'id.$': '$.Id' }, Next: 'again' }, again: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'approved' }, ResultPath: '$.second', TimeoutSeconds: 120, Next: 'c' }, c: { Type: 'Task', Resource: 'e2e/c', ResultPath: '$.c', Next: 'tell' }, tell: { Type: 'Task', Resource: 'baton:emit', Parameters: { Type: 'e2e.approved', 'Data.$': '$.id' }, ResultPath: null, End: true } } },
    }),
    asks('asks', 600),
    asks('asks_briefly', 5),
    defineWorkflow({
      name: 'outer',
      asl: {
        StartAt: 'a',
        States: {
          a: { Type: 'Task', Resource: 'e2e/a', ResultPath: null, Next: 'inner' },
          inner: { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'journey', 'Input.$': '$' }, ResultSelector: { 'inner.$': '$.Output', 'runId.$': '$.RunId' }, Next: 'c' },
          c: { Type: 'Task', Resource: 'e2e/c', ResultPath: '$.c', End: true },
        },
      },
    }),
    defineWorkflow({ name: 'outer_long', asl: { StartAt: 'inner', States: { inner: { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'long_one', 'Input.$': '$' }, End: true } } } }),
    defineWorkflow({ name: 'outer_refused', asl: { StartAt: 'inner', States: { inner: { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'refused' }, End: true } } } }),
    // Each item comes to 200 KB, so what is written is several files.
    defineWorkflow({
      name: 'written',
      asl: {
        StartAt: 'each',
        States: {
          each: {
            Type: 'Map',
            ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'check', States: { check: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 7, Next: 'no' }], Default: 'large' }, no: { Type: 'Fail', Error: 'Seven', Cause: 'not that one' }, large: { Type: 'Pass', Parameters: { 'n.$': '$', text: 'x'.repeat(200_000) }, End: true } } },
            ToleratedFailureCount: 1,
            MaxConcurrency: 4,
            ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'results', Prefix: 'out' }, WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' } },
            End: true,
          },
        },
      },
    }),
    flow('refused', ['refuse']),
    workflow('needs_name', { service, inputSchema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } }).step('a').build(),
  ],
});

/**
 * Undoing, whatever is defined and whatever comes: every accepted decision is replayed from the history and compared, as after a
 * crash, and answers come twice at times. A failing case prints its seed and path; fast-check shrinks it.
 */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTerminal, type JsonObject } from '@baton/contracts';
import { TestRun } from '../test/test-run.ts';

/** Named when it is placed, since names are unique over the whole definition. */
type Part = (name: string, onwards: JsonObject) => JsonObject;

const compensate = fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 4, arbitrary: fc.constantFrom<JsonObject>({}, { Retry: [] }, { Retry: [{ ErrorEquals: ['Oops'], MaxAttempts: 1 }] }).map((more) => ({ Compensate: { Resource: 's/undo', ...more } })) });
const taskPart: fc.Arbitrary<Part> = compensate.map((undo) => (_name, onwards) => ({ Type: 'Task', Resource: 's/do', ResultPath: null, ...undo, ...onwards }));
const inside = (parts: readonly Part[], prefix: string): JsonObject => ({ StartAt: `${prefix}0`, States: Object.fromEntries(parts.map((part, i) => [`${prefix}${i}`, part(`${prefix}${i}`, i + 1 < parts.length ? { Next: `${prefix}${i + 1}` } : { End: true })])) });

const part: fc.Arbitrary<Part> = fc.letrec<{ any: Part }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 2 },
    taskPart,
    fc.tuple(fc.array(fc.array(tie('any'), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }), fc.boolean()).map(([branches, again]): Part => (name, onwards) => ({ Type: 'Parallel', Branches: branches.map((parts, i) => inside(parts, `${name}_${i}_`)), ResultPath: null, ...(again && { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] }), ...onwards })),
    fc.tuple(fc.array(tie('any'), { minLength: 1, maxLength: 2 }), fc.integer({ min: 0, max: 2 })).map(([parts, tolerated]): Part => (name, onwards) => ({ Type: 'Map', ItemsPath: '$.list', MaxConcurrency: 2, ToleratedFailureCount: tolerated, ItemSelector: { 'list.$': '$.list' }, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...inside(parts, `${name}_`) }, ResultPath: null, ...onwards })),
  ),
})).any;
const fail: Part = () => ({ Type: 'Fail', Error: 'AtTheEnd' });
const machine = fc.tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.boolean()).map(([parts, fails]) => inside(fails ? [...parts, fail] : parts, 'S'));

const steps = fc.array(fc.record({ draw: fc.nat({ max: 99 }), which: fc.nat({ max: 50 }) }), { minLength: 10, maxLength: 60 });

function next(run: TestRun, { draw, which }: { readonly draw: number; readonly which: number }): void {
  if (run.current.status === 'blocked') return operate(run, { draw, which });
  const open = run.open();
  const stepId = open[which % open.length];
  if (draw >= 97) run.cancel();
  else if (stepId === undefined) run.fireNext();
  else if (draw >= 85) run.fail({ name: draw % 2 === 0 ? 'Oops' : 'Odd', kind: draw % 3 === 0 ? 'business' : 'technical' }, { stepId });
  else {
    const { attempt } = run.lastCommand(stepId);
    run.succeed(which, { stepId, attempt });
    if (draw % 2 === 0) expect(run.succeed('again', { stepId, attempt }).last).toEqual({ kind: 'ignored', why: 'late' });
  }
}

/** Retries more often than it skips, seldom gives up, and asks a second time with the same words. */
function operate(run: TestRun, { draw, which }: { readonly draw: number; readonly which: number }): void {
  if (draw >= 90) return void run.cancel();
  const id = `${which}-${run.decisions.length}`;
  run.operate(draw % 3 === 0 ? 'skip' : 'retry', { id });
  if (!isTerminal(run.current.status)) expect(run.operate('retry', { id }).last).toEqual({ kind: 'ignored', why: 'duplicate' });
}

it('what is done is undone once each, the newest first, before the run ends otherwise than well; what ends well is not undone', () => {
  const seen = { undone: 0, parked: 0, retried: 0, skipped: 0 };
  fc.assert(
    fc.property(machine, steps, (asl, plan) => {
      const run = new TestRun(asl).start({ list: [1, 2, 3] });
      for (const step of plan) if (!isTerminal(run.current.status)) next(run, step);
      for (let i = 0; i < 20_000 && run.current.status === 'running'; i++) next(run, { draw: 1, which: i });
      expect(run.current.status).not.toBe('running');
      holds(run, seen);
    }),
    { numRuns: 100 },
  );
  // Otherwise nothing was tested.
  expect(seen.undone).toBeGreaterThan(50);
  expect(seen.parked).toBeGreaterThan(0);
  expect(seen.retried).toBeGreaterThan(0);
  expect(seen.skipped).toBeGreaterThan(0);
}, 120_000);

function holds(run: TestRun, seen: { undone: number; parked: number; retried: number; skipped: number }): void {
  const due: string[] = [];
  let undoing: string | undefined;
  let parked = false;
  let failed: string | undefined;
  const keys = new Map<string, string>();
  for (const { events } of run.decisions) {
    for (const event of events) {
      if (event.type === 'compensation-kept') due.push(event.stepId);
      if (event.type === 'compensation-started') {
        expect([undoing, event.of, parked]).toEqual([undefined, due.pop(), false]);
        undoing = event.of;
        keys.set(event.of, event.stepId);
      }
      if (event.type === 'compensation-retried') {
        expect([event.of, event.stepId, parked]).toEqual([failed, keys.get(event.of), true]);
        undoing = event.of;
        parked = false;
        seen.retried++;
      }
      if (event.type === 'compensation-skipped') {
        expect([event.of, parked]).toEqual([failed, true]);
        parked = false;
        seen.skipped++;
      }
      if (event.type === 'compensation-done') {
        expect(event.of).toBe(undoing);
        undoing = undefined;
        seen.undone++;
      }
      if (event.type === 'compensation-failed') {
        expect(event.of).toBe(undoing);
        failed = event.of;
        undoing = undefined;
        parked = true;
        seen.parked++;
      }
      if (event.type === 'run-completed') expect(run.eventTypes()).not.toContain('compensation-begun');
      if (event.type === 'run-failed' || (event.type === 'run-cancelled' && !parked)) expect([due, undoing]).toEqual([[], undefined]);
    }
  }
  const { status, ending, error, compensations = [] } = run.current;
  expect(run.eventTypes().filter((type) => type === 'compensation-begun').length).toBeLessThanOrEqual(1);
  if (status === 'blocked') expect(error?.message).toContain(`Not undone: ${compensations.filter((entry) => entry.status !== 'undone' && entry.status !== 'skipped').map(({ state }) => state).reverse().join(', ')}`);
  if (isTerminal(status) && ending !== undefined && !parked) expect(status).toBe(ending.as);
  if (isTerminal(status)) expect(Object.keys(run.current.branches)).toEqual(['0']);
}

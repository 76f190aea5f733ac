/** Definitions that change while runs are under way: a run keeps the one that it began with. */
import { afterEach, expect, it } from '@jest/globals';
import { isTerminal } from '@baton/contracts';
import { shortForm, type Workflow } from '@baton/workflow';
import { eventually, startEngine, type Engine } from '../test/engine.ts';

const policy = { retry_backoff: { type: 'fixed', base_seconds: 0.1, jitter: 'none' } } as const;
const first = shortForm({ order: { steps: ['a', 'b'], ...policy } }, { service: 's' });
const second = shortForm({ order: { steps: ['a', 'c', 'd'], ...policy } }, { service: 's' });

let engine: Engine;
afterEach(() => engine.close());

/** A run of the first definition, whose step `a` is held back until it is let go. */
async function halfway(): Promise<{ readonly runId: string; goOn(): void; takenOver(): Promise<void> }> {
  const held = Promise.withResolvers<void>();
  engine = await startEngine({
    workflows: [first],
    worker: async ({ step, runId: of }) => {
      if (step === 'a' && of === runId) await held.promise;
      return { output: { [step]: true } };
    },
    partitions: 1,
  });
  const owner = await engine.conduct();
  const runId = await engine.start(first, 'early');
  await eventually(() => engine.executed[0], 'the command of a');
  return {
    runId,
    goOn: () => held.resolve(),
    // Whoever comes now has read the definitions as they are now.
    async takenOver() {
      owner.connection.crash();
      await engine.conduct();
    },
  };
}
const ended = async (runId: string) => (await engine.until(runId, ({ status }) => isTerminal(status), `the end of ${runId}`)).output;
/** As an operator does it: a tombstone on the compacted topic. */
const withdraw = (key: string) => engine.memory.deadLetters.resend({ topic: engine.memory.names.definitions, partition: 0, key, value: null, headers: {} });
const publish = (workflow: Workflow) => engine.memory.definitions.publish(workflow.toRecords('s'));

it('a run goes on with the definition that it began with when a new one is published, also under another owner (F50, I18)', async () => {
  const { runId, goOn, takenOver } = await halfway();
  await publish(second);
  const late = await engine.start(second, 'late');
  expect(await ended(late)).toEqual({ a: true, c: true, d: true });
  await takenOver();
  goOn();
  expect(await ended(runId)).toEqual({ a: true, b: true });
  expect((await engine.state(runId))?.def).toEqual(first.def);
});

it('a run ends by its definition although that was withdrawn meanwhile (F51)', async () => {
  const { runId, goOn, takenOver } = await halfway();
  await withdraw('order');
  await takenOver();
  goOn();
  expect(await ended(runId)).toEqual({ a: true, b: true });
});

/** Undoing on the whole engine: orchestrators that die in the middle of it, and runs that wait for runs. */
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@baton/contracts';
import { defineWorkflow, workflow } from '@baton/workflow';
import { testEngine } from './test-engine.ts';

const trip = workflow('trip', { service: 's' })
  .step('book', { name: 'Flight', result: { into: 'flight' } }).compensate('cancel', { input: (done) => ({ id: done.Result.id }) })
  .step('book', { name: 'Hotel', result: { into: 'hotel' } }).compensate('cancel', { input: (done) => ({ id: done.Result.id }) })
  .step('pay')
  .build();

describe('an orchestrator that dies while a run is undone', () => {
  it.each(['after the step has undone it', 'before'])('leaves it to the next, which undoes each once, in order (dies %s)', async (when) => {
    const undone: string[] = [];
    const keys = new Set<string>();
    const engine = await testEngine({
      workflows: [trip],
      steps: {
        's/book': (_input: unknown, { stepId }: { readonly stepId: string }) => ({ id: stepId }),
        's/pay': () => {
          throw Object.assign(new Error('no money'), { kind: 'business', name: 'NoMoney' });
        },
        's/cancel': async (input: unknown, { idempotencyKey }: { readonly idempotencyKey: string }) => {
          if (when === 'before') await engine.crash();
          if (!keys.has(idempotencyKey)) undone.push((input as { id: string }).id);
          keys.add(idempotencyKey);
          if (when !== 'before') await engine.crash();
          return null;
        },
      },
    });
    try {
      const run = await engine.start('trip');
      await engine.advance({ hours: 1 });
      expect(await run.status()).toBe('failed');
      expect(undone).toEqual(['Hotel.2', 'Flight.1']);
      const sent = (await engine.commands()).flatMap((command) => (command.t === 'run-step' && command.step === 'cancel' ? [command.stepId as string] : []));
      expect([...new Set(sent)]).toEqual(['Hotel-undo.4', 'Flight-undo.5']);
    } finally {
      await engine.close();
    }
  });
});

it('a run that waits for another waits until that has undone what it has done, and learns how it ended', async () => {
  const outer = defineWorkflow({ name: 'outer', asl: { StartAt: 'Trip', States: { Trip: { Type: 'Task', Resource: 'baton:startRun.sync', Parameters: { Workflow: 'trip' }, End: true } } } as JsonObject });
  const done: string[] = [];
  const engine = await testEngine({
    workflows: [trip, outer],
    steps: {
      's/book': (_input: unknown, { stepId }: { readonly stepId: string }) => ({ id: stepId }),
      's/pay': () => {
        throw Object.assign(new Error('no money'), { name: 'NoMoney', kind: 'business' });
      },
      's/cancel': (input: unknown) => {
        done.push((input as { id: string }).id);
        return null;
      },
    },
  });
  try {
    const run = await engine.start('outer');
    await engine.advance({ hours: 1 });
    expect(await run.status()).toBe('failed');
    expect(done).toEqual(['Hotel.2', 'Flight.1']);
    expect(await run.result().catch((failure: unknown) => (failure as { error: { name: string } }).error.name)).toBe('NoMoney');
  } finally {
    await engine.close();
  }
});

describe('a compensation that has failed, and an operator who goes on with it', () => {
  const parked = async () => {
    const undone: string[] = [];
    const keys = new Set<string>();
    let unsaid = 0;
    const engine = await testEngine({
      workflows: [trip],
      steps: {
        's/book': (_input: unknown, { stepId }: { readonly stepId: string }) => ({ id: stepId }),
        's/pay': () => {
          throw Object.assign(new Error('no money'), { name: 'NoMoney' });
        },
        // The hotel's is done at the first attempt, and nobody is told: in vain it is tried again until somebody looks.
        's/cancel': (input: unknown, { idempotencyKey }: { readonly idempotencyKey: string }) => {
          const { id } = input as { id: string };
          if (!keys.has(idempotencyKey)) undone.push(id);
          keys.add(idempotencyKey);
          if (id === 'Hotel.2' && unsaid++ < 4) throw new Error('the line is dead');
          return null;
        },
      },
    });
    const run = await engine.start('trip');
    await engine.advance({ hours: 5 });
    expect(await run.status()).toBe('blocked');
    return { engine, run, undone };
  };

  it('has it tried again by the key that it had, so what was done already is not done twice, also where the orchestrator dies then', async () => {
    const { engine, run, undone } = await parked();
    try {
      await run.compensation('retry', { id: 'r1', reason: 'the line is back' });
      await engine.crash();
      await run.compensation('retry', { id: 'r1' });
      await engine.advance({ hours: 1 });
      expect(await run.status()).toBe('failed');
      expect(undone).toEqual(['Hotel.2', 'Flight.1']);
      const sent = (await engine.commands()).flatMap((command) => (command.t === 'run-step' && command.step === 'cancel' ? [`${command.stepId}/${command.attempt}`] : []));
      expect([...new Set(sent)]).toEqual(['Hotel-undo.4/1', 'Hotel-undo.4/2', 'Hotel-undo.4/3', 'Hotel-undo.4/4', 'Hotel-undo.4/5', 'Flight-undo.5/1']);
    } finally {
      await engine.close();
    }
  });

  it('or passes over it, and the rest is undone', async () => {
    const { engine, run, undone } = await parked();
    try {
      await run.compensation('skip', { step: 'Hotel', reason: 'by phone' });
      await engine.crash();
      expect(await run.status()).toBe('failed');
      expect(undone).toEqual(['Hotel.2', 'Flight.1']);
      expect((await run.state()).compensations).toMatchObject([{ status: 'undone' }, { status: 'skipped' }]);
    } finally {
      await engine.close();
    }
  });
});

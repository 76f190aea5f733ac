/** What a lane holds in memory is bounded in bytes, whatever lies before it. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { shortForm } from '@baton/workflow';
import { eventually, startEngine, type Engine, type Worker } from '../../test/engine.ts';

const two = shortForm({ two: { steps: ['a', 'b'] } }, { service: 's' });
const echo: Worker = ({ step, attempt }) => ({ output: { [step]: attempt } });

let engine: Engine;
afterEach(() => engine.close());

describe('a lane', () => {
  it('decides on as many runs as it may read at once, and on the others next (F44)', async () => {
    engine = await startEngine({ workflows: [two], worker: () => 'silence', partitions: 1 });
    const first = await engine.conduct();
    const ids = await Promise.all(Array.from({ length: 30 }, (_, i) => engine.start(two, `k${i}`)));
    for (const id of ids) await engine.until(id, (s) => s.status === 'running');
    await first.conductor.stop();
    // All are cancelled at once, by a lane that knows none of them.
    for (const id of ids) await engine.send({ v: 1, id: `c-${id}`, type: 'cancel', runId: id, ts: Date.now(), body: { reason: 'enough' } });
    const asked: { readonly ids: number; readonly maxBytes: number | undefined }[] = [];
    await engine.conduct({
      lanes: { loadedBytes: 7 },
      ports: (ports) => ({
        ...ports,
        index: {
          ...ports.index,
          async load(partition, runIds, since, maxBytes) {
            asked.push({ ids: runIds.length, maxBytes });
            const states = await ports.index.load(partition, runIds, since);
            return states === 'lost' ? states : states.slice(0, 4);
          },
        },
      }),
    });
    for (const id of ids) await engine.until(id, (s) => s.status === 'cancelled');
    expect(asked[0]).toEqual({ ids: 30, maxBytes: 7 });
    expect(asked.length).toBeGreaterThanOrEqual(8);
    const offsets = (await engine.memory.records(engine.memory.names.history)).flatMap(({ value }) => (JSON.parse(Buffer.from(value!).toString()) as { cause?: { off: number } }).cause?.off ?? []);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  it('stops deciding while the states that the view does not hold yet are too many bytes (F44)', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const held = Promise.withResolvers<void>();
    await engine.conduct({ bus: { publish: (batch) => held.promise.then(() => engine.memory.commandBus.publish(batch)) }, lanes: { underwayStateBytes: 10_000, batchRecords: 1, publishDeadlineMs: 60_000, callDeadlineMs: 60_000 } });
    const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => engine.start(two, `k${i}`, { text: 'x'.repeat(3_000) })));
    const committed = async (): Promise<number> => (await engine.memory.records(engine.memory.names.history)).length - 1;
    await eventually(async () => ((await committed()) >= 2 ? true : undefined), 'the first transitions');
    // Its next decisions would have come within the same turns; the message behind them all has not been decided either.
    await engine.start(two, 'behind');
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(await committed()).toBeLessThan(5);
    held.resolve();
    for (const id of ids) await engine.until(id, (s) => s.status === 'completed');
  });
});

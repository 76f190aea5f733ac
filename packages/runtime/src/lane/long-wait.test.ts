/** What a run costs while it waits: nothing, but that it is carried forward with all others. */
import { afterEach, expect, it } from '@jest/globals';
import { manualClock } from '@baton/adapter-memory';
import { workflow } from '@baton/workflow';
import { startEngine, type Engine } from '../../test/engine.ts';

const DAY_MS = 86_400_000;
const sleeps = workflow('sleeps', { service: 's' }).wait('rest', { seconds: 30 * 86_400 }).succeed('done').build();

let engine: Engine;
afterEach(() => engine.close());

/** Everything that a turn of the clock has set in motion runs to its next wait. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

it('a run that waits for thirty days is neither read nor written until it is due, and goes on then', async () => {
  const clock = manualClock();
  const touched: string[] = [];
  engine = await startEngine({ workflows: [sleeps], worker: () => 'silence', partitions: 1, clock });
  await engine.conduct({
    lanes: { sweepEveryMs: DAY_MS / 4, viewCheckEveryMs: DAY_MS / 4, markEveryMs: DAY_MS / 4, carryEveryMs: Infinity, viewEveryMs: 0, sweepGraceMs: 0 },
    ports: (ports) => ({
      ...ports,
      history: { ...ports.history, append: async (...given) => (touched.push('history'), ports.history.append(...given)) },
      index: {
        ...ports.index,
        apply: async (partition, batch) => (touched.push(...batch.runs.map(() => 'view written')), ports.index.apply(partition, batch)),
        load: async (...given) => (touched.push('view read'), ports.index.load(...given)),
      },
      sender: { send: async (messages) => (touched.push(...messages.map(({ type }) => type)), ports.sender.send(messages)) },
    }),
  });
  const runId = await engine.start(sleeps, 'k');
  await engine.until(runId, ({ timers }) => Object.keys(timers).length === 1);
  // The position is written down once.
  clock.advance(DAY_MS / 2);
  await settled();
  touched.length = 0;
  for (let day = 1; day <= 29; day++) {
    clock.advance(DAY_MS);
    await settled();
  }
  expect(touched).toEqual([]);
  expect((await engine.state(runId))?.status).toBe('running');
  clock.advance(DAY_MS);
  await engine.until(runId, ({ status }) => status === 'completed');
});

/** No port that never answers holds a lane for ever: it gives up, claims again, and goes on. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { manualClock } from '@baton/adapter-memory';
import { isTerminal } from '@baton/contracts';
import { shortForm } from '@baton/workflow';
import type { ConductorPorts } from '../conductor.ts';
import { eachWithinDeadline } from '../deadline.ts';
import { startEngine, type Engine, type Worker } from '../../test/engine.ts';

const backoff = (seconds: number) => ({ retry_backoff: { type: 'fixed', base_seconds: seconds, jitter: 'none' } }) as const;
/** Its second attempt comes after a moment that the lane waits itself, or after a while, which is a delayed job. */
const soon = shortForm({ soon: { steps: ['a', 'b'], ...backoff(0.5) } }, { service: 's' });
const later = shortForm({ later: { steps: ['a', 'b'], ...backoff(2) } }, { service: 's' });
const secondTime: Worker = ({ step, attempt }) => (attempt < 2 ? { error: { name: 'Busy', message: 'later' } } : { output: { [step]: attempt } });

type Call = readonly [port: keyof ConductorPorts, method: string];

/** The ports, of which one method does not answer the first `times` times; the effect is there or not, as `lost` says. */
function hanging([port, method]: Call, times: number, seen: { calls: number }): (ports: ConductorPorts) => ConductorPorts {
  return (ports) => {
    const real = ports[port] as unknown as Record<string, (...args: unknown[]) => unknown>;
    const never = (...args: unknown[]): unknown => {
      if (seen.calls++ >= times) return real[method]!(...args);
      if (method !== 'read') return new Promise(() => undefined);
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: () => new Promise(() => undefined) }) };
    };
    return { ...ports, [port]: { ...real, [method]: never } };
  };
}

let engine: Engine;
let moving: NodeJS.Timeout;
afterEach(async () => {
  await engine.close();
  clearInterval(moving);
});

/** Time runs fifty times as fast, so that a deadline of ten seconds passes in a fifth of one. */
async function start(): Promise<void> {
  const clock = manualClock();
  engine = await startEngine({ workflows: [soon, later], worker: secondTime, partitions: 1, clock });
  moving = setInterval(() => clock.advance(250), 5);
}

describe('a lane goes on although there is no answer to', () => {
  it.each<Call>([
    ['history', 'bounds'],
    ['history', 'append'],
    ['history', 'read'],
    ['index', 'meta'],
    ['index', 'claim'],
    ['index', 'apply'],
    ['index', 'load'],
    ['bus', 'publish'],
    ['inbox', 'bounds'],
    ['poison', 'begin'],
    ['wakeUps', 'schedule'],
    ['sender', 'send'],
  ])('%s.%s', async (...call) => {
    await start();
    const seen = { calls: 0 };
    await engine.conduct({ ports: hanging(call, 2, seen) });
    for (const workflow of [soon, later]) expect((await engine.until(await engine.start(workflow, 'k'), (s) => isTerminal(s.status))).status).toBe('completed');
    expect(seen.calls).toBeGreaterThanOrEqual(2);
  });

  it('index.due, which the sweeper asks when every job is lost', async () => {
    await start();
    const seen = { calls: 0 };
    const { connection } = await engine.conduct({ ports: hanging(['index', 'due'], 2, seen) });
    await connection.wakeUps.stop();
    expect((await engine.until(await engine.start(later, 'k'), (s) => isTerminal(s.status))).status).toBe('completed');
  });

  it('deadLetters.put', async () => {
    await start();
    const seen = { calls: 0 };
    await engine.conduct({ ports: hanging(['deadLetters', 'put'], 2, seen) });
    await engine.send({ v: 1, id: 'r', type: 'cancel', runId: 'run-nobody' as never, ts: 0, body: { reason: 'x' } });
    await engine.until(await engine.start(soon, 'k'), (s) => s.status === 'completed');
    expect((await engine.memory.records(engine.memory.names.deadLetters)).length).toBe(1);
  });

  it.each<Call>([
    ['poison', 'deciding'],
    ['poison', 'decided'],
  ])('%s.%s of a careful owner', async (...call) => {
    await start();
    const first = await engine.conduct();
    await engine.until(await engine.start(soon, 'before'), (s) => s.status === 'completed');
    first.connection.crash();
    const seen = { calls: 0 };
    await engine.conduct({ ports: hanging(call, 1, seen) });
    await engine.until(await engine.start(soon, 'k'), (s) => s.status === 'completed');
    // Once it has failed it has ended alive, so its successor is not careful.
    expect(seen.calls).toBe(1);
  });

  it.each<Call>([['poison', 'ended']])('%s.%s when it is told to stop', async (...call) => {
    await start();
    const seen = { calls: 0 };
    const { conductor } = await engine.conduct({ ports: hanging(call, 1, seen) });
    await engine.until(await engine.start(soon, 'k'), (s) => s.status === 'completed');
    await conductor.stop();
    expect(conductor.health().lanes.map(({ state }) => state)).toEqual(['stopped']);
  });
});

describe('an iterable within a deadline', () => {
  it('gives what it has, and its farewell where its reader leaves early', async () => {
    engine = await startEngine({ workflows: [], worker: secondTime });
    const clock = manualClock();
    let left = false;
    const source = async function* (): AsyncGenerator<number> {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        left = true;
      }
    };
    const found: number[] = [];
    for await (const one of eachWithinDeadline(clock, 1_000, 'counting', source())) {
      found.push(one);
      if (one === 2) break;
    }
    expect(found).toEqual([0, 1, 2]);
    expect(left).toBe(true);
  });
});

/** A message that kills the process which decides on it. A death here is a connection that is cut in the middle of deciding. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { OperatingError, readDeadLetter, type InboxMessage, type RunId, type RunState } from '@baton/contracts';
import { decide, type Decide } from '@baton/core';
import type { PoisonWatch } from '@baton/ports';
import { shortForm } from '@baton/workflow';
import type { ConductorPorts } from '../conductor.ts';
import { eventually, startEngine, type Engine, type Worker } from '../../test/engine.ts';

const two = shortForm({ two: { steps: ['a', 'b'] } }, { service: 's' });
const echo: Worker = ({ step, attempt }) => ({ output: { [step]: attempt } });

let engine: Engine;
afterEach(() => engine.close());

const facts = (what: string) => engine.facts.filter((fact) => fact.what === what);

/** A conductor whose process dies when it decides on what `kills` says. @returns whether it has died so far, and how to wait for it. */
async function conductUntilDeath(kills: (state: RunState | undefined, message: InboxMessage) => boolean, ports?: (ports: ConductorPorts) => ConductorPorts) {
  let crash = (): void => undefined;
  const died = Promise.withResolvers<void>();
  const dying: Decide = (state, message, given) => {
    if (!kills(state, message)) return decide(state, message, given);
    crash();
    died.resolve();
    // Nothing that this process does from here on reaches anything.
    throw new OperatingError('unavailable', 'the process has died', { retry: 'no' });
  };
  const { connection, conductor } = await engine.conduct({ decide: dying, ...(ports !== undefined && { ports }) });
  crash = () => connection.crash();
  return { connection, conductor, died: died.promise };
}

/** Sends a message that kills, with runs around it, before any lane begins. */
async function poisoned(): Promise<{ readonly before: RunId; readonly doomed: RunId; readonly after: RunId }> {
  const before = await engine.start(two, 'before');
  const doomed = await engine.start(two, 'doomed');
  const after = await engine.start(two, 'after');
  return { before, doomed, after };
}

describe('a message that kills the process', () => {
  it('of a run is not decided on again after two owners died of it: the run is parked, the others go on (F20)', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const { before, doomed, after } = await poisoned();
    const kills = (state: RunState | undefined, message: InboxMessage) => state?.runId === doomed && state.status === 'running' && message.type === 'result';
    // The first dies in full swing, and nobody saw of what. The second and the third are seen.
    for (let death = 1; death <= 3; death++) await (await conductUntilDeath(kills)).died;
    const { conductor } = await conductUntilDeath(kills);
    expect(await engine.until(doomed, (s) => s.status === 'blocked')).toMatchObject({ error: { name: 'Baton.Blocked', message: expect.stringContaining('ended the process') } });
    for (const id of [before, after]) await engine.until(id, (s) => s.status === 'completed');
    expect(conductor.health().ready).toBe(true);
    expect(facts('poison')).toEqual([expect.objectContaining({ partition: 0, detail: expect.stringContaining(doomed) })]);
  });

  it('of a run that nobody knows becomes a dead letter', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const { before, doomed, after } = await poisoned();
    const kills = (state: RunState | undefined, message: InboxMessage) => message.runId === doomed && state === undefined;
    for (let death = 1; death <= 3; death++) await (await conductUntilDeath(kills)).died;
    await conductUntilDeath(kills);
    for (const id of [before, after]) await engine.until(id, (s) => s.status === 'completed');
    const letters = (await engine.memory.records(engine.memory.names.deadLetters)).map(({ value }) => readDeadLetter(value!));
    expect(letters).toEqual([expect.objectContaining({ reason: 'blocked', runId: doomed, detail: expect.stringContaining('ended the process') })]);
    expect(await engine.state(doomed)).toBeUndefined();
  });

  it('after which somebody lived is innocent, however many died before', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const { doomed } = await poisoned();
    const kills = (state: RunState | undefined, message: InboxMessage) => message.runId === doomed && state === undefined;
    for (let death = 1; death <= 2; death++) await (await conductUntilDeath(kills)).died;
    await engine.conduct();
    await engine.until(doomed, (s) => s.status === 'completed');
    expect(facts('poison')).toEqual([]);
  });
});

describe('deaths that are nobody’s fault', () => {
  it('however many at the same position, park nothing: they came at another moment', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const { before, doomed, after } = await poisoned();
    for (let death = 1; death <= 6; death++) {
      const reached = Promise.withResolvers<void>();
      const hanging = (ports: ConductorPorts): ConductorPorts => ({ ...ports, history: { ...ports.history, append: (partition, records) => (records[0]!.key === '#claim' ? ports.history.append(partition, records) : (reached.resolve(), new Promise(() => undefined))) } });
      const { connection } = await engine.conduct({ ports: hanging, lanes: { callDeadlineMs: 200 } });
      // Decided, and killed before it could be written.
      await reached.promise;
      connection.crash();
    }
    await engine.conduct();
    for (const id of [before, doomed, after]) await engine.until(id, (s) => s.status === 'completed');
    expect(facts('careful').length).toBeGreaterThanOrEqual(5);
    expect(facts('poison')).toEqual([]);
  });

  it('an owner that fails with its note still there, since the view is away, says later that it lives', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const { doomed } = await poisoned();
    await (await conductUntilDeath((_state, message) => message.runId === doomed)).died;
    let away = false;
    let notes = 0;
    const said: string[] = [];
    const failing = (ports: ConductorPorts): ConductorPorts => {
      const { poison } = ports;
      const unless = <A extends unknown[]>(what: string, call: (...args: A) => Promise<void>) => async (...args: A): Promise<void> => {
        if (away) throw new OperatingError('unavailable', 'Redis is away', { retry: 'yes' });
        said.push(what);
        await call(...args);
      };
      const watch: PoisonWatch = { ...poison!, deciding: async (...args) => (await poison!.deciding(...args), void (away ||= notes++ === 0)), decided: unless('decided', poison!.decided), ended: unless('ended', poison!.ended) };
      return { ...ports, poison: watch };
    };
    const { conductor } = await engine.conduct({ ports: failing, lanes: { restartMs: [5, 5] } });
    await eventually(() => (facts('failed').some(({ detail }) => detail?.includes('Redis is away')) ? true : undefined), 'the owner to fail with its note');
    away = false;
    await eventually(() => (said.includes('ended') ? true : undefined), 'it to say that it lives');
    await conductor.stop();
    await engine.conduct();
    await engine.until(doomed, (s) => s.status === 'completed');
    expect(facts('poison')).toEqual([]);
  });
});

describe('an owner that follows nobody, or one that ended in order', () => {
  it('writes nothing about what it decides on', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const notes: number[] = [];
    const noting = (ports: ConductorPorts): ConductorPorts => ({ ...ports, poison: { ...ports.poison!, deciding: async (_partition, { offset }) => void notes.push(offset) } });
    const first = await engine.conduct({ ports: noting });
    await engine.until(await engine.start(two, 'k1'), (s) => s.status === 'completed');
    await first.conductor.stop();
    const second = await engine.conduct({ ports: noting });
    await engine.until(await engine.start(two, 'k2'), (s) => s.status === 'completed');
    expect(notes).toEqual([]);
    second.connection.crash();
    await engine.conduct({ ports: noting });
    await engine.until(await engine.start(two, 'k3'), (s) => s.status === 'completed');
    expect(notes.length).toBeGreaterThan(0);
  });
});

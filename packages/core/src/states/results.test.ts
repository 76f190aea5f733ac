import { describe, expect, it } from '@jest/globals';
import { LIMITS, PLATFORM_DEFAULTS, sha256Hex, type InboxMessage, type Json, type JsonObject, type RunEvent, type RunState } from '@baton/contracts';
import { TestRun } from '../../test/test-run.ts';
import { decide } from '../decide.ts';
import { FilesNeeded } from '../decision.ts';
import { evolve } from '../evolve.ts';

const work: JsonObject = { Type: 'Task', Resource: 's/work', End: true };
const map = (more: JsonObject = {}, states: JsonObject = {}): JsonObject => ({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: { StartAt: 'Work', States: { Work: work } }, End: true, ...more }, ...states } });
const parallel: JsonObject = { StartAt: 'All', States: { All: { Type: 'Parallel', Branches: [0, 1, 2].map((n) => ({ StartAt: `Work${n}`, States: { [`Work${n}`]: work } })), End: true } } };
/** Two of them are more than data may be. */
const large = (letter: string): Json => ({ text: letter.repeat(150_000) });

function started(asl: JsonObject, input: Json = [1, 2, 3, 4, 5]): TestRun {
  const run = new TestRun(asl);
  run.files = new Map();
  return run.start(input);
}

const stored = (run: TestRun): number => Object.keys(run.current.parts ?? {}).filter((key) => key.startsWith('stored/')).length;

describe('results of a fan-out that are more than data may be', () => {
  it('leave the state, and the list that they become is an artifact with all of them by index', () => {
    const run = started(map());
    // In another order than their items.
    const [first, ...others] = run.open();
    for (const [i, stepId] of others.entries()) {
      run.succeed(large('bcde'[i]!), { stepId });
      expect(run.current.branches['0']!.fanOut!.bytes).toBeLessThanOrEqual(LIMITS.payloadBytes);
    }
    expect(stored(run)).toBe(1);
    run.succeed({ small: true }, { stepId: first! });
    const ref = run.current.output as JsonObject;
    const list = JSON.stringify([{ small: true }, ...[...'bcde'].map(large)]);
    expect(ref).toEqual({ hash: sha256Hex(list), bytes: list.length, mediaType: 'application/json', name: 'results.json' });
    expect(run.files!.get(ref['hash'] as string)).toBe(list);
    expect(run.current.parts).toBeUndefined();
  });

  it('are an artifact of a Parallel as well, wherever ResultPath puts it', () => {
    const run = started({ ...parallel, States: { All: { ...((parallel['States'] as JsonObject)['All'] as JsonObject), ResultPath: '$.all' } } }, { x: 1 });
    for (const stepId of run.open()) run.succeed(large('p'), { stepId }).settle();
    expect(run.current.output).toMatchObject({ x: 1, all: { mediaType: 'application/json' } });
  });

  it('stay a list where they are not, and nothing is stored', () => {
    const run = started(map());
    for (const stepId of run.open()) run.succeed({ text: 'x'.repeat(50_000) }, { stepId });
    expect(run.current.output).toHaveLength(5);
    expect(run.files!.size).toBe(0);
  });

  it('have failures that are tolerated in their places', () => {
    const run = started(map({ ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'Work', States: { Work: { ...work, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }] } } }, ToleratedFailureCount: 1 }));
    const [first, ...others] = run.open();
    for (const stepId of others) run.succeed(large('x'), { stepId });
    run.fail({ name: 'Oops', message: 'broken' }, { stepId: first! });
    const list = JSON.parse(run.files!.get((run.current.output as { hash: string }).hash)!) as Json[];
    expect([list.length, list[0]]).toEqual([5, { Error: 'Oops', Cause: 'broken' }]);
  });

  it('are dropped with the state when it is tried again, and begin anew', () => {
    const run = started(map({ Retry: [{ ErrorEquals: ['Oops'], IntervalSeconds: 1, MaxAttempts: 1 }], ItemProcessor: { StartAt: 'Work', States: { Work: { ...work, Retry: [{ ErrorEquals: ['Never'] }] } } } }));
    const [first, second, third] = run.open();
    run.succeed(large('x'), { stepId: first! }).succeed(large('y'), { stepId: second! });
    expect(stored(run)).toBe(1);
    run.fail({ name: 'Oops' }, { stepId: third! });
    expect(run.current.parts).toBeUndefined();
    run.fireNext();
    for (const stepId of run.open()) run.succeed({ again: true }, { stepId });
    expect(run.current.output).toEqual(Array.from({ length: 5 }, () => ({ again: true })));
  });

  it('fail the state where all of them together are more than a list may be', () => {
    const run = started(map({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Small' }] }, { Small: { Type: 'Pass', Result: 'caught', End: true } }), Array.from({ length: 80 }, (_, n) => n));
    for (let i = 0; run.current.status === 'running' && i < 80; i++) run.succeed({ text: 'x'.repeat(250_000) }, { stepId: run.open()[0]! }).settle();
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded', message: expect.stringMatching(/more than 16777216 bytes together/) } });
  });

  it('fail the state where the file is gone', () => {
    const run = started(map());
    const [first, ...others] = run.open();
    for (const stepId of others) run.succeed(large('x'), { stepId });
    const [hash] = [...run.files!.keys()];
    run.files!.clear();
    expect(run.succeed('last', { stepId: first! }).current.error).toMatchObject({ name: 'States.Runtime', message: expect.stringContaining(hash!) });
  });

  it('are asked for by their hashes before they are brought together, and not before', () => {
    const run = started(map());
    const [first, ...others] = run.open();
    for (const stepId of others) run.succeed(large('x'), { stepId });
    const hashes = [...run.files!.keys()];
    const command = run.lastCommand(first!);
    const message = { v: 1, id: 'm', runId: run.current.runId, ts: run.nowMs, type: 'result', body: { stepId: first, attempt: command.attempt, outcome: 'succeeded', output: 1, worker: 'w' } } as InboxMessage;
    const facts = { nowMs: run.nowMs, machine: run.machine, policy: PLATFORM_DEFAULTS, eventSource: '/baton/test', files: () => undefined };
    let thrown: unknown;
    try {
      decide(run.current, message, facts);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FilesNeeded);
    expect((thrown as FilesNeeded).hashes).toEqual(hashes);
  });

  it('fold as they did when the event was released: what is stored is named, what the state held is gone', () => {
    const branch = { state: 'Each', stepId: 'Each.1', enteredMs: 1, data: [1], phase: 'fan-out', attempt: 1, retries: {}, fanOut: { kind: 'map', entry: 1, total: 3, opened: 2, open: 0, concurrency: 40, failed: 0, tolerated: 0, bytes: 500, since: 0 } };
    const state = { v: 1, runId: 'r', branches: { '0': branch }, timers: {}, steps: [], parts: { 'items/1': [1, 2, 3], 'results/1/0': { 0: 'a' }, 'results/1/1': { 300: 'b' }, 'results/11/0': { 0: 'other' } } } as unknown as RunState;
    const event = { type: 'results-stored', branch: '0', stepId: 'Each.1', entry: 1, stored: { hash: 'f'.repeat(64), bytes: 12, results: 2 }, freedBytes: 490 } as unknown as RunEvent;
    const after = evolve(evolve(state, event, 7), { ...event, stored: { hash: 'e'.repeat(64), bytes: 1, results: 1 }, freedBytes: 0 } as RunEvent, 8);
    expect(after.parts).toEqual({ 'items/1': [1, 2, 3], 'results/11/0': { 0: 'other' }, 'stored/1': [{ hash: 'f'.repeat(64), bytes: 12, results: 2 }, { hash: 'e'.repeat(64), bytes: 1, results: 1 }] });
    expect(after.branches['0']!.fanOut!.bytes).toBe(10);
  });
});

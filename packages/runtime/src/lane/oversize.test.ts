/** Transitions that fit no record, or no batch with others: the partition goes on. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { isTerminal, LIMITS, PLATFORM_DEFAULTS, readHistoryRecord, ROOT_BRANCH, type InboxMessage, type Json, type RunState } from '@baton/contracts';
import { decide, type Decide } from '@baton/core';
import { shortForm } from '@baton/workflow';
import { startEngine, type Engine, type Worker } from '../../test/engine.ts';
import { Batch, MAX_TRANSITION_BYTES } from './batch.ts';
import { insteadOfOversized } from './oversize.ts';

const two = shortForm({ two: { steps: ['a', 'b'], max_retries: 0 } }, { service: 's' });
const echo: Worker = ({ step, attempt }) => ({ output: { [step]: attempt } });
const MANY = 'x'.repeat(LIMITS.recordBytes);

let engine: Engine;
afterEach(() => engine.close());

/** A decide that writes far too much where `when` says so: what the limits of single things did not foresee. */
const swelling =
  (when: (state: RunState | undefined, type: string, events: readonly string[]) => boolean): Decide =>
  (state, message, facts) => {
    const decision = decide(state, message, facts);
    if (decision.kind !== 'accepted' || !when(state, message.type, decision.events.map(({ type }) => type))) return decision;
    return { ...decision, effects: decision.effects.map((effect) => (effect.kind === 'send-command' && effect.command.t === 'run-step' ? { ...effect, command: { ...effect.command, input: MANY as Json } } : effect)) };
  };

const settled = async (doomed: string): Promise<RunState> => {
  const state = await engine.until(doomed, (s) => isTerminal(s.status));
  await engine.until(await engine.start(two, 'after'), (s) => s.status === 'completed');
  return state;
};
const oversized = () => engine.facts.filter(({ what }) => what === 'oversized');
const failed = { status: 'failed', error: { name: 'States.DataLimitExceeded', details: { code: 'payload_too_large' } } };

describe('a transition that fits no record of the history', () => {
  it('of a result: its step fails by its own rules (F17)', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const doomed = 'two-doomed';
    let id = '';
    await engine.conduct({ decide: swelling((state, type) => state?.runId === id && type === 'result') });
    id = await engine.start(two, doomed);
    expect(await settled(id)).toMatchObject({ ...failed, error: { ...failed.error, step: 'a' }, steps: [{ status: 'failed', attempts: 1 }] });
    expect(oversized()).toHaveLength(1);
    // The command of the next step is in no record, so nobody got it.
    expect(engine.executed.filter(({ runId }) => runId === id).map(({ step }) => step)).toEqual(['a']);
  });

  it('of a result, and what its failure leads to as well: the run fails', async () => {
    const catching = shortForm({ catching: { steps: ['a', 'b'], max_retries: 0, default_error_handler: 'continue' } }, { service: 's' });
    engine = await startEngine({ workflows: [two, catching], worker: echo, partitions: 1 });
    let id = '';
    await engine.conduct({ decide: swelling((state, type) => state?.runId === id && type === 'result') });
    id = await engine.start(catching, 'k');
    expect(await settled(id)).toMatchObject(failed);
  });

  it('of a start: the run begins and fails', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    let first = true;
    await engine.conduct({ decide: swelling((_state, type) => type === 'start' && first && !(first = false)) });
    const id = await engine.start(two, 'k', { kept: true });
    expect(await settled(id)).toMatchObject({ ...failed, seq: 1 });
    expect(engine.executed.filter(({ runId }) => runId === id)).toEqual([]);
  });

  it('is replaced by ever less: the step’s error, the end of the run, the parked run, a dead letter', () => {
    const facts = { nowMs: 1, machine: two.machine, policy: PLATFORM_DEFAULTS, eventSource: '/t' };
    const start = { v: 1, id: 'm', runId: 'run-1', ts: 0, type: 'start', body: { def: two.def, input: {}, inputHash: 'h', via: 'api' } } as InboxMessage;
    const begun = decide(undefined, start, facts);
    const state = begun.kind === 'accepted' ? begun.state : undefined;
    const { stepId } = state!.branches[ROOT_BRANCH]!;
    const result = { v: 1, id: 'r', runId: 'run-1', ts: 0, type: 'result', body: { stepId, attempt: 1, outcome: 'succeeded', output: {}, worker: 'w' } } as InboxMessage;
    const kinds = (before: RunState | undefined, message: InboxMessage) =>
      [...insteadOfOversized(before, { message, offset: 7 }, { bytes: 2_000_000, limitBytes: 1_000_000 }, facts, decide)].map((decision) => (decision.kind === 'accepted' ? decision.events.map(({ type }) => type).join(' ') : decision.kind === 'rejected' ? decision.code : decision.kind));
    expect(kinds(state, result)).toEqual(['attempt-closed state-failed run-failed', 'attempt-closed run-failed', 'run-blocked', 'payload_too_large']);
    expect(kinds(undefined, start)).toEqual(['run-started run-failed', 'payload_too_large']);
  });

  it('carries no image where that is what made it too large', () => {
    const state = { runId: 'run-1', seq: 19, chain: 'c', updatedMs: 1, branches: {}, timers: {}, def: { name: 'n', ver: 1, hash: '0'.repeat(32) } } as unknown as RunState;
    const batch = new Batch(-1);
    const record = { partition: 0, offset: 0, timestampMs: 1, key: null, value: null, headers: {} };
    const large = { ...state, output: 'x'.repeat(MAX_TRANSITION_BYTES) };
    const writer = { epoch: 0, disp: -1, tokens: { mint: () => '', verify: () => true }, nowMs: 1 };
    expect(batch.accept({ kind: 'accepted', events: [{ type: 'run-completed' }], effects: [], state: large }, { record, message: { id: 'm', type: 'cancel' } as never }, writer, state)).toBe('taken');
    const written = readHistoryRecord(batch.transitions[0]!.encoded);
    expect(written).not.toHaveProperty('state');
    expect(written).not.toHaveProperty('stateHash');
    expect(batch.transitions[0]!.after).toMatchObject({ seq: 20 });
    expect(batch.bytes).toBeLessThan(1_000);
  });
});

describe('a batch', () => {
  it('ends before the transition that would not fit with the others, and the next begins with it (F17)', async () => {
    engine = await startEngine({ workflows: [two], worker: echo, partitions: 1 });
    const { history } = engine.memory;
    const batches: number[] = [];
    const watching = (partition: number, records: readonly { readonly key: string; readonly value: string }[]) => {
      batches.push(records.reduce((sum, { key, value }) => sum + key.length + value.length + 100, 0));
      return history.append(partition, records);
    };
    // All starts wait before the lane begins, so they are decided together.
    const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => engine.start(two, `k${i}`, { large: 'x'.repeat(200_000), i })));
    await engine.conduct({ ports: (ports) => ({ ...ports, history: { ...history, append: watching } }) });
    for (const id of ids) await engine.until(id, (s) => s.status === 'completed');
    expect(Math.max(...batches)).toBeGreaterThan(LIMITS.historyBatchBytes / 2);
    expect(Math.max(...batches)).toBeLessThanOrEqual(LIMITS.historyBatchBytes);
  });
});

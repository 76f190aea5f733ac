import { describe, expect, it } from '@jest/globals';
import type { Json, RunId, RunState, StepId } from '@baton/contracts';
import { readRun, writtenRun, type WrittenRun } from './run-parts.ts';

const text = (of: string): string => of.repeat(2_000);
const branch = (data: Json, more: object = {}) => ({ state: 'Each', stepId: 'Each.1' as StepId, enteredMs: 1, data, phase: 'fan-out' as const, attempt: 1, retries: {}, ...more });

function wide(changes: Partial<RunState> = {}): RunState {
  return {
    runId: 'run' as RunId,
    seq: 5,
    branches: { '0': branch({ list: text('a') }, { variables: { v: text('v') } }), '1-7': branch({ n: 7 }, { parent: '0', index: 7 }), '1-3': branch(text('b'), { parent: '0', index: 3 }) },
    parts: { 'items/1': [text('i')], 'results/1/0': { 0: 'small' } },
    input: { given: text('g') },
    timers: {},
    steps: [],
    ...changes,
  } as unknown as RunState;
}

/** As the view would answer it. */
const stored = ({ state, names, parts }: WrittenRun, kept: ReadonlyMap<string, string> = new Map()) => {
  const fields = new Map([...kept, ...parts]);
  return [state, ...names.flatMap((name) => [name, fields.get(name)!])];
};

describe('a run as the view holds it', () => {
  it('is what it was when it is read again, in the order that it had', () => {
    const state = wide();
    const read = readRun(stored(writtenRun(state)));
    expect(JSON.stringify(read)).toBe(JSON.stringify(state));
    expect(Object.keys(read.branches)).toEqual(['0', '1-7', '1-3']);
  });

  it('is one text where it has no branches, whatever its data', () => {
    const state = wide({ branches: { '0': branch({ list: text('a') }) } });
    const written = writtenRun(state);
    expect(written).toEqual({ state: JSON.stringify(state), names: [], parts: [] });
    expect(readRun(written.state)).toEqual(state);
  });

  it('has small values with the state, and large ones apart', () => {
    expect(writtenRun(wide()).names).toEqual(['input', 'part items/1', 'data 0', 'variables 0', 'data 1-3']);
  });

  it('is written without the values that the view holds already', () => {
    const before = wide();
    const after = { ...before, seq: 6, parts: { ...before.parts, 'items/1': before.parts!['items/1']!, 'results/1/0': { 0: text('r') } } };
    const first = writtenRun(before);
    const second = writtenRun(after, before);
    expect(second.parts.map(([name]) => name)).toEqual(['part results/1/0']);
    expect(second.state.length).toBeLessThan(1_000);
    expect(readRun(stored(second, new Map(first.parts)))).toEqual(after);
  });

  it('takes values for the same by what they are, not by how they look', () => {
    // The text of a branch is a value by itself.
    expect(writtenRun(wide(), wide()).parts.map(([name]) => name)).toEqual(['input', 'part items/1', 'data 0', 'variables 0']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import { statesOf } from '../definition.ts';
import type { Passage } from '../drive.ts';
import { EXACT } from '../match.ts';
import { traceDifferences } from './trace.ts';

const fanOut = (mode: object = {}) => ({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: { ...mode, StartAt: 'One', States: { One: { Type: 'Pass', End: true } } }, End: true } } });
const passage = (what: 'entered' | 'exited', state: string, data: Json, type = 'Pass'): Passage => ({ what, type, state, data });
const entered = passage('entered', 'Each', [1, 2], 'Map');
const exited = passage('exited', 'Each', [1, 2], 'Map');
const trace = [
  { event: 'MapStateEntered', state: 'Each', input: [1, 2] },
  { event: 'MapIterationStarted', state: 'Each' },
  { event: 'PassStateEntered', state: 'One', input: 1 },
  { event: 'PassStateExited', state: 'One', output: 1 },
  { event: 'PassStateEntered', state: 'One', input: 2 },
  { event: 'PassStateExited', state: 'One', output: 2 },
  { event: 'MapStateExited', state: 'Each', output: [1, 2] },
];
const compare = (passages: readonly Passage[], definition: object = fanOut(), recorded = trace) => traceDifferences({ trace: recorded }, passages, EXACT, statesOf(definition as Json));

describe('traceDifferences', () => {
  it('lets branches interleave as they please', () => {
    const inside = [passage('entered', 'One', 2), passage('entered', 'One', 1), passage('exited', 'One', 1), passage('exited', 'One', 2)];
    expect(compare([entered, ...inside, exited])).toEqual([]);
  });

  it('misses what is not there inside a fan-out, and finds what is too much', () => {
    const inside = [passage('entered', 'One', 1), passage('exited', 'One', 1), passage('entered', 'One', 2), passage('exited', 'One', 2)];
    expect(compare([entered, ...inside.slice(0, 3), exited])).toEqual([expect.stringMatching(/^trace: expected Pass One exited with 2 inside a fan-out/)]);
    expect(compare([entered, ...inside, passage('entered', 'One', 3), exited])).toEqual([expect.stringMatching(/^trace: expected no more inside a fan-out, found Pass One entered with 3/)]);
  });

  it('leaves out the iterations of a DISTRIBUTED Map, which are executions of their own on AWS', () => {
    const outside = trace.filter(({ state }) => state === 'Each');
    expect(compare([entered, passage('entered', 'One', 1), exited], fanOut({ ProcessorConfig: { Mode: 'DISTRIBUTED' } }), outside)).toEqual([]);
    expect(compare([entered, passage('entered', 'One', 1), exited], fanOut(), outside)).toHaveLength(1);
  });
});

import type { HistoryEntry } from '@baton/contracts';
import { describe, expect, it } from '@jest/globals';
import { legend, scale, timelineRows } from './draw.ts';
import { styleFor } from '../output/style.ts';
import { timelineOf } from './timeline.ts';

type Event = { readonly type: string } & Readonly<Record<string, unknown>>;
const history = (...entries: readonly (readonly [number, Event])[]): HistoryEntry[] => entries.map(([tsMs, event], index) => ({ seq: index + 1, tsMs, cause: 'result', event: { branch: 'root', ...event } }));
const entered = (stepId: string, state: string, more: object = {}): Event => ({ type: 'state-entered', stepId, state, stateType: 'Task', ...more });
const opened = (stepId: string, attempt: number, more: object = {}): Event => ({ type: 'attempt-opened', stepId, attempt, service: 'shop', step: 'pay', ...more });
const frame = (endMs: number) => ({ startMs: 0, endMs, columns: 97, style: styleFor({ write: () => undefined }, {}) });

const RETRIED = history(
  [0, { type: 'run-started' }],
  [0, entered('pay.1', 'Pay')],
  [0, opened('pay.1', 1)],
  [400, { type: 'attempt-closed', stepId: 'pay.1', attempt: 1, outcome: 'failed', startedMs: 100, worker: 'w1', error: { name: 'CardDeclined', message: 'no' } }],
  [400, { type: 'retry-scheduled', stepId: 'pay.1', attempt: 2 }],
  [1_400, opened('pay.1', 2)],
  [2_000, { type: 'attempt-closed', stepId: 'pay.1', attempt: 2, outcome: 'succeeded', startedMs: 1_500, worker: 'w2' }],
  [2_000, { type: 'state-exited', stepId: 'pay.1', state: 'Pay', via: 'done' }],
  [2_000, { type: 'run-completed' }],
);

describe('the timeline of a run', () => {
  it('tells apart what was queued, in service and in backoff, attempt by attempt', () => {
    const { states, totals, unplaced } = timelineOf(RETRIED, 9_000);
    expect(states).toMatchObject([
      {
        state: 'Pay', startMs: 0, endMs: 2_000, outcome: 'done', depth: 0,
        parts: [
          { kind: 'attempt', attempt: 1, of: 'shop/pay', startMs: 0, takenMs: 100, endMs: 400, outcome: 'failed', error: 'CardDeclined', worker: 'w1' },
          { kind: 'backoff', attempt: 2, startMs: 400, endMs: 1_400 },
          { kind: 'attempt', attempt: 2, startMs: 1_400, takenMs: 1_500, endMs: 2_000, outcome: 'succeeded', worker: 'w2' },
        ],
      },
    ]);
    expect(totals).toEqual({ queuedMs: 200, inServiceMs: 800, backoffMs: 1_000, waitingMs: 0 });
    expect(unplaced).toBe(0);
  });

  it('never takes a worker whose clock is wrong at its word: what it did lies within its attempt', () => {
    const early = history([0, entered('a', 'A')], [1_000, opened('a', 1)], [2_000, { type: 'attempt-closed', stepId: 'a', attempt: 1, outcome: 'succeeded', startedMs: 5 }]);
    const late = history([0, entered('a', 'A')], [1_000, opened('a', 1)], [2_000, { type: 'attempt-closed', stepId: 'a', attempt: 1, outcome: 'succeeded', startedMs: 99_000 }]);
    expect(timelineOf(early, 2_000).totals).toMatchObject({ queuedMs: 0, inServiceMs: 1_000 });
    expect(timelineOf(late, 2_000).totals).toMatchObject({ queuedMs: 1_000, inServiceMs: 0 });
  });

  it('counts what goes on until now, and waits for signals and runs as waiting', () => {
    const { states, totals } = timelineOf(history([0, entered('a', 'A')], [0, { type: 'signal-awaited', stepId: 'a', name: 'approved' }], [500, { type: 'signal-taken', stepId: 'a', id: 's' }], [500, { type: 'state-exited', stepId: 'a', via: 'done' }], [500, entered('b', 'B')], [500, { type: 'child-awaited', stepId: 'b', child: 'run-2' }]), 2_500);
    expect(states.map(({ state, endMs, parts }) => [state, endMs, parts[0]?.of])).toEqual([['A', 500, 'approved'], ['B', undefined, 'run-2']]);
    expect(totals.waitingMs).toBe(2_500);
  });

  it('waits for people, and says where nobody answered', () => {
    const asks = (outcome: Event): HistoryEntry[] => history([0, entered('a', 'A')], [0, { type: 'question-asked', stepId: 'a', attempt: 1, title: 'Pay it?' }], [2_000, outcome]);
    expect(timelineOf(asks({ type: 'question-answered', stepId: 'a', attempt: 1, id: 'x' }), 9_000)).toMatchObject({ totals: { waitingMs: 2_000 }, unplaced: 0 });
    // The time-out follows, and finds the question closed.
    const expired = timelineOf([...asks({ type: 'question-expired', stepId: 'a', attempt: 1 }), ...history([2_000, { type: 'await-timed-out', stepId: 'a' }])], 2_000);
    expect(expired.unplaced).toBe(0);
    expect(timelineRows(expired.states, frame(2_000))[0]).toMatch(/^A asked a person: Pay it\?: expired/);
  });

  it('goes on with an undoing that has failed where an operator has it tried again', () => {
    const failing = history([0, entered('a', 'A')], [10, { type: 'state-exited', stepId: 'a', via: 'done' }], [20, { type: 'compensation-started', stepId: 'a-undo', of: 'a' }], [20, opened('a-undo', 1)], [30, { type: 'attempt-closed', stepId: 'a-undo', attempt: 1, outcome: 'failed' }], [30, { type: 'compensation-failed', stepId: 'a-undo', of: 'a', cause: { name: 'Gone', message: '' } }]);
    const again = [...failing, ...history([90, { type: 'compensation-retried', stepId: 'a-undo', of: 'a', attempts: 1 }], [90, opened('a-undo', 2)])];
    expect(timelineOf(failing, 99).states[1]).toMatchObject({ state: 'A', undoes: true, endMs: 30, outcome: 'failed', error: 'Gone' });
    const { endMs, outcome, error, parts } = timelineOf(again, 99).states[1]!;
    expect([endMs, outcome, error, parts.length]).toEqual([undefined, undefined, undefined, 2]);
  });

  it('ends what stands in a branch with the branch, and all below a state whose branches are given up', () => {
    const branch = (name: string, parent: string): Event => ({ type: 'branch-opened', branch: name, parent });
    const { states } = timelineOf(
      history(
        [0, entered('p', 'Both', { stateType: 'Parallel' })],
        [0, branch('p-0', 'root')], [0, entered('x', 'X', { branch: 'p-0' })],
        [0, branch('p-1', 'root')], [0, entered('m', 'Each', { branch: 'p-1', stateType: 'Map' })],
        [0, branch('m-0', 'p-1')], [0, entered('y', 'Y', { branch: 'm-0' })], [0, opened('y', 1, { branch: 'm-0' })],
        [700, { type: 'state-failed', stepId: 'x', branch: 'p-0', error: { name: 'E', message: '' } }],
        [700, { type: 'branch-failed', branch: 'p-0', error: { name: 'E', message: '' } }],
        [700, { type: 'branches-cancelled', stepId: 'p' }],
        [700, { type: 'state-failed', stepId: 'p', error: { name: 'E', message: '' } }],
      ),
      9_000,
    );
    expect(states.map(({ state, depth, endMs, outcome }) => [state, depth, endMs, outcome])).toEqual([['Both', 0, 700, 'failed'], ['X', 1, 700, 'failed'], ['Each', 1, 700, 'cancelled'], ['Y', 2, 700, 'cancelled']]);
    expect(states[3]!.parts).toMatchObject([{ endMs: 700, outcome: 'cancelled' }]);
  });

  it('says how much of a shortened history it could not place, and draws the rest', () => {
    const { states, unplaced } = timelineOf(RETRIED.slice(3), 2_000);
    expect([states.length, unplaced > 0]).toEqual([0, true]);
  });

  it('passes over events that a later release may write', () => {
    expect(timelineOf(history([0, { type: 'something-new', stepId: 'q' }]), 1)).toMatchObject({ states: [], unplaced: 0 });
  });

  it('is drawn on one scale, a row for each attempt where there was more than one', () => {
    const { states } = timelineOf(RETRIED, 2_000);
    expect([legend(frame(2_000)), scale(frame(2_000)), ...timelineRows(states, frame(2_000))].join('\n')).toBe(
      [
        '░ queued  █ in service  · backoff  ─ waiting',
        '                                                        0                   1.0 s          2.0 s',
        'Pay                                              2.0 s  ░░██████····················░░██████████',
        '  shop/pay, attempt 1: CardDeclined             400 ms  ░░██████',
        '  backoff before attempt 2                       1.0 s          ····················',
        '  shop/pay, attempt 2                           600 ms                              ░░██████████',
      ].join('\n'),
    );
  });

  it('shows what was shorter than a column, and nothing that moves a terminal', () => {
    const [drawn] = timelineRows(timelineOf(history([0, entered('a', 'Bad\u001b[2J')], [1, { type: 'state-exited', stepId: 'a', via: 'done' }]), 100_000).states, frame(100_000));
    expect(drawn).toMatch(/^Bad\\u001b\[2J +1 ms +▏$/);
  });
});

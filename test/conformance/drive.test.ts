import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@baton/contracts';
import { validMachine } from '@baton/workflow';
import { drive, type Answer, type AttemptSeen } from './drive.ts';

const START_MS = Date.parse('2025-01-01T00:00:00Z');
const run = (asl: JsonObject, answer: (attempt: AttemptSeen) => Answer, more: { readonly input?: Json; readonly cancelAtRest?: boolean } = {}) =>
  drive({ machine: validMachine(asl), input: {}, startMs: START_MS, answer, ...more });
const never = (): Answer => {
  throw new Error('Expected no step to be called');
};
const task = (more: JsonObject = {}): JsonObject => ({ StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 'service/step', End: true, ...more } } });

describe('drive', () => {
  it('tells each state entered and left, with what it was given and what it gave', () => {
    const { run: ended, passages } = run({ StartAt: 'First', States: { First: { Type: 'Pass', Result: 1, ResultPath: '$.a', Next: 'Last' }, Last: { Type: 'Succeed' } } }, never, { input: { b: 2 } });
    expect(ended?.output).toEqual({ a: 1, b: 2 });
    expect(passages).toEqual([
      { what: 'entered', type: 'Pass', state: 'First', data: { b: 2 } },
      { what: 'exited', type: 'Pass', state: 'First', data: { a: 1, b: 2 } },
      { what: 'entered', type: 'Succeed', state: 'Last', data: { a: 1, b: 2 } },
      { what: 'exited', type: 'Succeed', state: 'Last', data: { a: 1, b: 2 } },
    ]);
  });

  it('waits a year without taking a moment', () => {
    const { run: ended } = run({ StartAt: 'Sleep', States: { Sleep: { Type: 'Wait', Seconds: 31_536_000, End: true } } }, never);
    expect(ended).toMatchObject({ status: 'completed', endedMs: START_MS + 31_536_000_000 });
  });

  it('asks for each attempt, and lets the backoff between them pass', () => {
    const attempts: number[] = [];
    const { run: ended } = run(task({ Retry: [{ ErrorEquals: ['Oops'], IntervalSeconds: 5, MaxAttempts: 1 }] }), ({ attempt }) => {
      attempts.push(attempt);
      return attempt === 1 ? { outcome: 'failed', error: { name: 'Oops', message: '', kind: 'technical' } } : { outcome: 'succeeded', output: 'done' };
    });
    expect(attempts).toEqual([1, 2]);
    expect(ended).toMatchObject({ status: 'completed', output: 'done', endedMs: START_MS + 5_000 });
  });

  it('lets an attempt that is never answered run into its time-out', () => {
    expect(run(task({ TimeoutSeconds: 7 }), () => 'silence').run).toMatchObject({ status: 'failed', error: { name: 'States.Timeout' }, endedMs: START_MS + 7_000 });
  });

  it('cancels a run that waits, where it is told to', () => {
    const { run: ended, passages } = run({ StartAt: 'Sleep', States: { Sleep: { Type: 'Wait', Seconds: 60, End: true } } }, never, { cancelAtRest: true });
    expect(ended?.status).toBe('cancelled');
    expect(passages).toHaveLength(1);
  });
});

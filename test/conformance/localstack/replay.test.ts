import { describe, expect, it } from '@jest/globals';
import type { RecordedCase, RecordedTask } from './recorded.ts';
import { Replay } from './replay.ts';

const replay = (recordedTasks: readonly RecordedTask[] | undefined, more: Partial<RecordedCase> = {}): Replay => new Replay({ ...(recordedTasks !== undefined && { recordedTasks }), ...more } as RecordedCase);
const answered = (state: string | null, given: object, output: number): RecordedTask => ({ state, kind: 'Task', parameters: given as never, outcome: { type: 'Succeeded', output } });
const attempt = (state: string, input: object) => ({ step: 'conformance/step-1', state, stepId: `${state}.1`, attempt: 1, input: input as never });

describe('Replay', () => {
  it('answers entries into one state by what they are given, whatever their order', () => {
    const tasks = replay([answered('A', { n: 1 }, 10), answered('A', { n: 2 }, 20)]);
    expect([tasks.answer(attempt('A', { n: 2 })), tasks.answer(attempt('A', { n: 1 }))]).toEqual([{ outcome: 'succeeded', output: 20 }, { outcome: 'succeeded', output: 10 }]);
    expect(tasks.problems()).toEqual([]);
  });

  it('answers in the recorded order where what is given was masked', () => {
    const tasks = replay([answered('A', { arn: '<arn:1>' }, 1), answered('A', { arn: '<arn:1>' }, 2), answered('B', {}, 3)]);
    expect([tasks.answer(attempt('A', { arn: 'x' })), tasks.answer(attempt('A', { arn: 'x' })), tasks.answer(attempt('B', {}))].map((answer) => (answer as { output: number }).output)).toEqual([1, 2, 3]);
  });

  it('answers an attempt that was not linked to a state by what it was given', () => {
    expect(replay([answered(null, { n: 1 }, 10)]).answer(attempt('A', { n: 1 }))).toEqual({ outcome: 'succeeded', output: 10 });
  });

  it('tells a failure with its cause as the text that it was, and never answers a time-out', () => {
    const failing = replay([{ state: 'A', kind: 'Task', outcome: { type: 'Failed', error: 'Oops', cause: { why: 1 } } }, { state: 'A', kind: 'Task', outcome: { type: 'TimedOut', error: 'States.Timeout' } }]);
    expect(failing.answer(attempt('A', {}))).toEqual({ outcome: 'failed', error: { name: 'Oops', message: '{"why":1}', kind: 'technical' } });
    expect(failing.answer(attempt('A', {}))).toBe('silence');
  });

  it('answers by the worker first where the task lasted until its token was answered', () => {
    const waiting = { state: 'A', kind: 'Task', resource: 'sendMessage.waitForTaskToken', submitted: { output: { id: 'm-1' } } };
    expect(replay([{ ...waiting, outcome: { type: 'Succeeded', output: 5 } }]).answer(attempt('A', {}))).toEqual({ passedOn: { id: 'm-1' }, byToken: { outcome: 'succeeded', output: 5 } });
    expect(replay([{ ...waiting, outcome: { type: 'TimedOut' } }]).answer(attempt('A', {}))).toEqual({ passedOn: { id: 'm-1' }, byToken: 'silence' });
    const { submitted: _never, ...notSent } = waiting;
    expect(replay([{ ...notSent, outcome: { type: 'Failed', error: 'Sqs.Gone' } }]).answer(attempt('A', {}))).toMatchObject({ outcome: 'failed', error: { name: 'Sqs.Gone' } });
  });

  it('calls the deployed function where no answer was recorded, and says so where there is none either', () => {
    const deployed = replay(undefined, { lambdas: [{ func_name: 'f', behaviour: 'identity: returns the event unchanged' }] });
    expect(deployed.answer(attempt('A', { n: 1 }))).toEqual({ outcome: 'succeeded', output: { n: 1 } });
    expect(deployed.notRecorded).toBe(false);
    const nothing = replay(undefined);
    nothing.answer(attempt('A', {}));
    expect(nothing.notRecorded).toBe(true);
  });
});

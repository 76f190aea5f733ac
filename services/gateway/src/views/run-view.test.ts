import { describe, expect, it } from '@jest/globals';
import { PLATFORM_DEFAULTS, readValue, RunView, type InboxMessage, type RunId, type RunState, type StepId } from '@baton/contracts';
import { decide } from '@baton/core';
import { defineWorkflow } from '@baton/workflow';
import { runViewOf } from './run-view.ts';

const { machine, def } = defineWorkflow({
  name: 'fans',
  asl: { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: { StartAt: 'Do', States: { Do: { Type: 'Task', Resource: 's/do', End: true } } }, End: true } } },
});

function after(messages: readonly Pick<InboxMessage, 'type' | 'body'>[], of = machine): RunState {
  let state: RunState | undefined;
  messages.forEach((message, i) => {
    const decision = decide(state, { v: 1, id: `m${i}`, runId: 'run-1' as RunId, ts: i, ...message } as InboxMessage, { nowMs: i, machine: of, policy: PLATFORM_DEFAULTS, eventSource: '/test', files: () => 'gone' });
    if (decision.kind === 'accepted') state = decision.state;
  });
  return state!;
}

const started = { type: 'start', body: { def, input: ['a', 'b', 'c', 'd'], inputHash: 'h', via: 'api' } } as const;
const done = { type: 'result', body: { stepId: 'Do.3' as StepId, attempt: 1, outcome: 'succeeded', output: 1, worker: 'w' } } as const;

describe('the view of a run in a Map', () => {
  it('says of each step in which iteration it stands, and of the Map how many are over', () => {
    const view = runViewOf(after([started, done]));
    expect(view.currentState).toBe('Each');
    expect(view.steps[0]).toMatchObject({ state: 'Each', status: 'running', progress: { percent: 25, message: '1 of 4 iterations' } });
    expect(view.steps[0]).not.toHaveProperty('branch');
    expect(view.steps.slice(1).map(({ state, branch, status }) => [state, branch, status])).toEqual([['Do', '1-0', 'running'], ['Do', '1-1', 'completed'], ['Do', '1-2', 'running'], ['Do', '1-3', 'running']]);
  });
});

describe('the view of a run whose results are being written', () => {
  const writing = defineWorkflow({ name: 'writing', asl: { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'Do', States: { Do: { Type: 'Pass', End: true } } }, ResultWriter: { Resource: 's/write', Parameters: {} }, End: true } } } });
  const begun = (input: readonly string[], ...more: readonly Pick<InboxMessage, 'type' | 'body'>[]) => readValue(RunView, runViewOf(after([{ type: 'start', body: { def: writing.def, input, inputHash: 'h', via: 'api' } }, ...more], writing.machine)));

  it('says how far that is, also of no items at all', () => {
    const beat = (attempt: number) => ({ type: 'heartbeat', body: { stepId: 'Each.1' as StepId, attempt, worker: 'w', progress: { percent: 30, message: 'SUCCEEDED_0' } } }) as Pick<InboxMessage, 'type' | 'body'>;
    expect(begun(['a'], beat(2)).steps[0]).toMatchObject({ state: 'Each', status: 'running', worker: 'w', progress: { percent: 30, message: 'SUCCEEDED_0' } });
    expect(begun([]).steps[0]).toMatchObject({ state: 'Each', status: 'running', attempts: 2 });
    const failed = { type: 'result', body: { stepId: 'Each.1' as StepId, attempt: 2, outcome: 'failed', error: { name: 'Busy', message: '', kind: 'technical' }, worker: 'w' } } as Pick<InboxMessage, 'type' | 'body'>;
    expect(begun([], failed).steps[0]).toMatchObject({ status: 'backing-off', progress: { percent: 100, message: '0 of 0 iterations' } });
  });
});

describe('the view of a run that can be undone', () => {
  const trip = defineWorkflow({ name: 'trip', asl: { StartAt: 'Book', States: { Book: { Type: 'Task', Resource: 's/book', Compensate: { Resource: 's/cancel' }, Next: 'Pay' }, Pay: { Type: 'Task', Resource: 's/pay', End: true } } } });
  const answer = (stepId: string, body: object) => ({ type: 'result', body: { stepId: stepId as StepId, attempt: 1, worker: 'w', ...body } }) as Pick<InboxMessage, 'type' | 'body'>;
  const view = (...messages: readonly Pick<InboxMessage, 'type' | 'body'>[]) => readValue(RunView, runViewOf(after([{ type: 'start', body: { def: trip.def, input: {}, inputHash: 'h', via: 'api' } }, answer('Book.1', { outcome: 'succeeded', output: 1 }), ...messages], trip.machine)));

  it('says what would be undone, while nothing is', () => {
    expect(view()).toMatchObject({ status: 'running', currentState: 'Pay', compensations: [{ stepId: 'Book.1', state: 'Book', status: 'due' }] });
    expect(view()).not.toHaveProperty('ending');
  });

  it('says what is being undone, and what the run ends with', () => {
    const undoing = view({ type: 'cancel', body: { reason: 'changed plans' } });
    expect(undoing).toMatchObject({ status: 'running', currentState: 'Book', ending: { as: 'cancelled', reason: 'changed plans' }, compensations: [{ status: 'undoing' }] });
    expect(undoing.steps.at(-1)).toMatchObject({ stepId: 'Book-undo.3', state: 'Book', type: 'Compensation', status: 'running' });
    expect(undoing.steps.at(-1)).not.toHaveProperty('branch');
  });

  it('says of a run that is parked what could not be undone', () => {
    const failed = answer('Book-undo.3', { outcome: 'failed', error: { name: 'Gone', message: 'no such room', kind: 'business' } });
    expect(view(answer('Pay.2', { outcome: 'failed' }), failed)).toMatchObject({ status: 'blocked', ending: { as: 'failed' }, compensations: [{ status: 'failed' }], error: { name: 'Baton.CompensationFailed' } });
  });
});

import { describe, expect, it } from '@jest/globals';
import { childRunId, LIMITS, runIdForKey, type JsonObject, type RunId, type StartMessage, type StepId } from '@baton/contracts';
import { TestRun } from '../../../test/test-run.ts';

const STARTS = 'arn:aws:states:::states:startExecution';
const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:ship';
const CHILD = childRunId({ runId: 'run-1' as RunId, stepId: 'Go.1' as StepId, attempt: 1 });
const task = (resource: string, more: JsonObject = {}): JsonObject => ({ Type: 'Task', Resource: resource, Parameters: { StateMachineArn: ARN, 'Input.$': '$.order' }, End: true, ...more });
const parent = (resource: string, more: JsonObject = {}, order: unknown = { id: 7 }): TestRun => new TestRun({ StartAt: 'Go', States: { Go: task(resource, more), ...(more['Catch'] !== undefined && { Other: { Type: 'Pass', End: true } }) } }).start({ order } as JsonObject);
const ended = (run: TestRun, body: JsonObject): TestRun => run.send({ type: 'child-ended', body: { childRunId: CHILD, stepId: 'Go.1', attempt: 1, ...body } });
const caught: JsonObject = { Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Other' }] };

describe('a Task with states:startExecution', () => {
  it('starts a run of the workflow that the ARN ends with, and goes on with what AWS gives', () => {
    const run = parent(STARTS);
    expect(run.messages).toMatchObject([{ type: 'start', runId: CHILD, body: { def: { name: 'ship' }, input: { id: 7 }, parent: { waits: false } } }]);
    expect(run.current).toMatchObject({ status: 'completed', output: { ExecutionArn: `arn:aws:states:eu-west-1:123456789012:execution:ship:${CHILD}`, StartDate: run.nowMs } });
    expect(parent('arn:aws:states:::aws-sdk:sfn:startExecution').current.output).toMatchObject({ StartDate: new Date(run.nowMs).toISOString() });
  });

  it('takes JSON that is written as a text, and the name of a workflow in place of an ARN', () => {
    expect((parent(STARTS, {}, '{"id": 8}').messages[0] as StartMessage).body.input).toEqual({ id: 8 });
    expect((parent(STARTS, { Parameters: { StateMachineArn: 'ship' } }).messages[0] as StartMessage).body).toMatchObject({ def: { name: 'ship' }, input: {} });
    expect(parent(STARTS, {}, '{"id"').current.error).toMatchObject({ name: 'Baton.InvalidParameters', message: expect.stringContaining('Input: Expected JSON') });
  });

  it('starts one run for one Name, whoever starts it', () => {
    expect(parent(STARTS, { Parameters: { StateMachineArn: ARN, Name: 'order-7' } }).messages).toMatchObject([{ runId: runIdForKey('ship', 'order-7') }]);
    // Who waits is told of his own run alone.
    expect(parent(`${STARTS}.sync`, { Parameters: { StateMachineArn: ARN, Name: 'order-7' } }).messages).toMatchObject([{ runId: CHILD }]);
  });

  it('rests with .sync until the run has ended, and gives its output as text, with .sync:2 as it is', () => {
    const about = { ExecutionArn: `arn:aws:states:eu-west-1:123456789012:execution:ship:${CHILD}`, Name: CHILD, StateMachineArn: ARN, Status: 'SUCCEEDED', OutputDetails: { Included: true } };
    const run = parent(`${STARTS}.sync`);
    expect(run.current).toMatchObject({ status: 'running', branches: { 0: { phase: 'awaits' } } });
    const startedMs = run.nowMs;
    run.nowMs += 5_000;
    expect(ended(run, { outcome: 'completed', output: { parcel: 9 } }).current.output).toEqual({ ...about, Output: '{"parcel":9}', StartDate: startedMs, StopDate: startedMs + 5_000 });
    expect(ended(parent(`${STARTS}.sync:2`), { outcome: 'completed', output: { parcel: 9 } }).current.output).toMatchObject({ ...about, Output: { parcel: 9 } });
  });

  it('fails as AWS does: by one name, with the execution in the cause, which can be read however long the message is', () => {
    const run = ended(parent(`${STARTS}.sync:2`, caught), { outcome: 'failed', error: { name: 'NoAddress', kind: 'technical', message: '"x"'.repeat(LIMITS.errorMessageLength / 3) } });
    const { Error: name, Cause: cause } = run.current.output as { readonly Error: string; readonly Cause: string };
    expect([name, run.current.status]).toEqual(['States.TaskFailed', 'completed']);
    expect(JSON.parse(cause)).toMatchObject({ Error: 'NoAddress', Status: 'FAILED', Name: CHILD, StateMachineArn: ARN });
    const cancelled = ended(parent(`${STARTS}.sync:2`, caught), { outcome: 'cancelled', reason: 'no' });
    expect(JSON.parse((cancelled.current.output as { readonly Cause: string }).Cause)).toMatchObject({ Status: 'ABORTED' });
    const byItsOwn = ended(parent(`${STARTS}.sync:2`, { Catch: [{ ErrorEquals: ['NoAddress'], Next: 'Other' }] }), { outcome: 'failed', error: { name: 'NoAddress', kind: 'technical', message: '' } });
    expect(byItsOwn.current.status).toBe('completed');
  });

  it.each([
    [STARTS, 'StepFunctions.StateMachineDoesNotExistException'],
    ['arn:aws:states:::aws-sdk:sfn:startExecution', 'Sfn.StateMachineDoesNotExistException'],
  ])('fails in the words of AWS where there is no such workflow: %s', (resource, name) => {
    expect(parent(resource, { Parameters: { StateMachineArn: ARN.replace('ship', 'unknown') } }).current.error).toMatchObject({ name });
  });

  it('is a step’s where the machine binds it to one', () => {
    const run = new TestRun({ StartAt: 'Go', States: { Go: task(`${STARTS}.sync:2`) }, Baton: { Resources: { [STARTS]: 'shop/start' } } }).start({ order: 1 });
    expect(run.lastCommand()).toMatchObject({ service: 'shop', step: 'start', input: { StateMachineArn: ARN, Input: 1 } });
  });
});

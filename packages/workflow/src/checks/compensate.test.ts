import { describe, expect, it } from '@jest/globals';
import { bindResources, unboundResources } from '../bindings.ts';
import { resourcesOf } from '../resources-of.ts';
import { errorsOf, machineOf, problemsOf, warningsOf } from '../testing/problems.ts';
import { validMachine } from '../validate.ts';

const undone = (compensate: unknown, more: Readonly<Record<string, unknown>> = {}, state: Readonly<Record<string, unknown>> = {}): unknown => machineOf({ Type: 'Task', Resource: 'shop/reserve', Compensate: compensate, ...state }, more);

describe('Compensate', () => {
  it('is a step with what it is given, its rules and its times', () => {
    expect(problemsOf(undone({ Resource: 'shop/release', Comment: 'c', Parameters: { 'id.$': '$.Result.id', 'who.$': '$$.Execution.Id' }, Retry: [{ ErrorEquals: ['States.ALL'] }], TimeoutSeconds: 9, HeartbeatSeconds: 3 }))).toEqual([]);
    expect(problemsOf(undone({ Resource: 'shop/release', Arguments: { id: '{% $states.result.id & $states.input.x %}' } }, { QueryLanguage: 'JSONata' }))).toEqual([]);
  });

  it.each([
    ['no Resource', {}, '$.States.A.Compensate.Resource: Expected this field'],
    ['a Resource that names no step', { Resource: 'release' }, '$.States.A.Compensate.Resource: Expected "<service>/<step>"'],
    ['what the engine does itself', { Resource: 'baton:emit' }, "Expected a step that a service runs, but baton:emit is the engine's own"],
    ['a step that waits for a token', { Resource: 'shop/release.waitForTaskToken' }, 'Expected a step that answers by itself'],
    ['a field that it does not have', { Resource: 'shop/release', Catch: [] }, 'Expected no field "Catch" here'],
    ['a field of the other language', { Resource: 'shop/release', Arguments: {} }, 'Arguments'],
    ['a path that is none', { Resource: 'shop/release', Parameters: { 'id.$': 'Result.id' } }, '$.States.A.Compensate.Parameters'],
    ['a heartbeat that is too long', { Resource: 'shop/release', TimeoutSeconds: 3, HeartbeatSeconds: 3 }, '$.States.A.Compensate.HeartbeatSeconds: Expected less than TimeoutSeconds (3), but found 3'],
    ['an error that is none', { Resource: 'shop/release', Retry: [{ ErrorEquals: ['States.Nothing'] }] }, '$.States.A.Compensate.Retry[0].ErrorEquals[0]: Expected a reserved error'],
  ])('refuses %s', (_what, compensate, message) => {
    expect(errorsOf(undone(compensate))).toEqual([expect.stringContaining(message)]);
  });

  it('has no $states.errorOutput', () => {
    expect(errorsOf(undone({ Resource: 'shop/release', Arguments: '{% $states.errorOutput %}' }, { QueryLanguage: 'JSONata' }))).toEqual([expect.stringContaining('Expected no $states.errorOutput here')]);
  });

  it('says nothing of a Task that ends the run, and stands on no other kind of state', () => {
    expect(errorsOf(undone({ Resource: 'shop/release' }, {}, { Resource: 'baton:continueAs', Parameters: {} }))).toEqual([expect.stringContaining('Expected no Compensate: baton:continueAs ends the run')]);
    expect(errorsOf(machineOf({ Type: 'Pass', Compensate: { Resource: 'shop/release' } }))).toEqual([expect.stringContaining('Expected no field "Compensate" here')]);
  });

  it('warns of expressions of the other language, and of a step that nobody offers', () => {
    expect(warningsOf(undone({ Resource: 'shop/release', Parameters: { id: '{% $x %}' } }))).toEqual([expect.stringContaining('$.States.A.Compensate.Parameters.id: This is a text like others')]);
    expect(warningsOf(undone({ Resource: 'shop/relaese' }), { offered: new Set(['shop/reserve', 'shop/release']) })).toEqual([expect.stringContaining('$.States.A.Compensate.Resource: No service offers the step shop/relaese')]);
  });
});

describe('the Resource of a Compensate', () => {
  const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:release';
  const definition = undone({ Resource: lambda }) as never;
  it('is bound to a step like that of a Task', () => {
    expect(unboundResources(definition)).toEqual(['release']);
    expect(bindResources(definition, { release: 'shop/release' })).toEqual({ resources: { [lambda]: 'shop/release' }, mistakes: [] });
    expect(errorsOf(undone({ Resource: lambda }, { Baton: { Resources: { [lambda]: 'shop/release' } } }))).toEqual([]);
  });
  it('is among those that a state has something run by', () => {
    expect(Object.values(validMachine(undone({ Resource: 'shop/release' })).States).flatMap(resourcesOf)).toEqual(['shop/reserve', 'shop/release']);
  });
});

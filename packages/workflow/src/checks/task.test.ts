import { describe, expect, it } from '@jest/globals';
import { resolveResource } from '../resource.ts';
import { errorsOf, machineOf, problemsOf, warningsOf } from '../testing/problems.ts';

const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:pay';
const task = (resource: string, more: Readonly<Record<string, unknown>> = {}): unknown => machineOf({ Type: 'Task', Resource: resource }, more);

describe('the Resource of a Task', () => {
  it('is a step, or a name that is bound to one, whatever stands behind it', () => {
    expect(errorsOf(task('shop/pay.waitForTaskToken'))).toEqual([]);
    expect(errorsOf(task(lambda))).toEqual([expect.stringContaining('or a name that Baton.Resources binds to one')]);
    const bound = { Baton: { Resources: { [lambda]: 'shop/pay', 'arn:aws:states:::ecs:runTask': 'shop/run' } } };
    expect(errorsOf(task(lambda, bound))).toEqual([]);
    expect(errorsOf(task('arn:aws:states:::ecs:runTask.sync', bound))).toEqual([]);
    expect(problemsOf(task(lambda), { bindings: { [lambda]: 'shop/pay' } })).toEqual([]);
  });
  it('is bound to a step that can be one', () => {
    expect(errorsOf(task(lambda, { Baton: { Resources: { [lambda]: 'shop' } } }))).toEqual([expect.stringContaining('Expected "<service>/<step>"')]);
  });
  it.each([`${lambda}:`, `${lambda}:$*#$7485`, 'arn:aws:lambda:pay', '${lambdaArn'])('is whole where it is meant for AWS: %s', (resource) => {
    expect(errorsOf(task(resource, { Baton: { Resources: { [resource]: 'shop/pay' } } }))).toHaveLength(1);
  });
  it.each([`${lambda}:$LATEST`, `${lambda}:prod-1_a`, '${lambdaArn}', '${arn}:${alias}', 'arn:aws:states:us-east-1:1:activity:a'])('may be written for AWS: %s', (resource) => {
    expect(errorsOf(task(resource, { Baton: { Resources: { [resource]: 'shop/pay' } } }))).toEqual([]);
  });
  it('is warned of where no service offers the step', () => {
    expect(warningsOf(task('shop/pay'), { offered: ['shop/pay'] })).toEqual([]);
    expect(warningsOf(task('shop/pya'), { offered: ['shop/pay'] })).toEqual(['$.States.A.Resource: No service offers the step shop/pya; did you mean "shop/pay"?']);
  });
  it('resolves to the step that runs and to how its end is waited for', () => {
    const machine = { Baton: { Resources: { [lambda]: 'shop/pay', [`${lambda}.sync`]: 'shop/pay-and-wait' } } };
    expect(resolveResource(lambda, machine)).toEqual({ service: 'shop', step: 'pay', integration: 'request' });
    expect(resolveResource(`${lambda}.waitForTaskToken`, machine)).toEqual({ service: 'shop', step: 'pay', integration: 'token' });
    expect(resolveResource(`${lambda}.sync:2`, machine)).toEqual({ service: 'shop', step: 'pay', integration: 'sync' });
    expect(resolveResource(`${lambda}.sync`, machine)).toEqual({ service: 'shop', step: 'pay-and-wait', integration: 'sync' });
    expect(resolveResource('constructor', machine)).toBeUndefined();
  });
});

describe('the times of a Task', () => {
  it('have heartbeats shorter than the whole', () => {
    expect(errorsOf(machineOf({ Type: 'Task', Resource: 's/a', HeartbeatSeconds: 9, TimeoutSeconds: 9 }))).toEqual(['$.States.A.HeartbeatSeconds: Expected less than TimeoutSeconds (9), but found 9']);
  });
  it('are given in one way', () => {
    expect(errorsOf(machineOf({ Type: 'Task', Resource: 's/a', TimeoutSeconds: 9, TimeoutSecondsPath: '$.t' }))).toEqual([expect.stringContaining('Expected at most one of TimeoutSeconds, TimeoutSecondsPath')]);
  });
});

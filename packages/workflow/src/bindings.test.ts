import { describe, expect, it } from '@jest/globals';
import { bindResources, lambdaName, unboundResources, withResources } from './bindings.ts';

const pay = 'arn:aws:lambda:us-east-1:123456789012:function:pay';
const definition = {
  StartAt: 'A',
  States: {
    A: { Type: 'Task', Resource: `${pay}:3`, Next: 'B' },
    B: { Type: 'Parallel', Branches: [{ StartAt: 'C', States: { C: { Type: 'Task', Resource: `${pay}.waitForTaskToken`, End: true }, D: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true } } }], Next: 'E' },
    E: { Type: 'Task', Resource: 'shop/pack', End: true },
  },
  Baton: { Defaults: {} },
};

describe('bindings beside a definition', () => {
  it('take the name of a Lambda function for all that it is written as, however deep', () => {
    expect(bindResources(definition, { pay: 'shop/pay', 'arn:aws:states:::sqs:sendMessage': 'mail/send' })).toEqual({ resources: { [`${pay}:3`]: 'shop/pay', [pay]: 'shop/pay', 'arn:aws:states:::sqs:sendMessage': 'mail/send' }, mistakes: [] });
    expect(bindResources(definition, { [`${pay}:3`]: 'shop/pay' }).resources).toEqual({ [`${pay}:3`]: 'shop/pay' });
  });

  it('say which names no Task has', () => {
    expect(bindResources(definition, { pya: 'shop/pay', other: 'a/b' }).mistakes).toEqual(['No Task has the Resource "pya"; did you mean "pay"?', 'No Task has the Resource "other"']);
  });

  it('leave nothing unbound once they are in the definition, and keep what it binds itself', () => {
    expect(unboundResources(definition)).toEqual(['pay', 'arn:aws:states:::sqs:sendMessage']);
    const { resources } = bindResources(definition, { pay: 'shop/pay' });
    const bound = withResources({ ...definition, Baton: { Defaults: {}, Resources: { 'arn:aws:states:::sqs:sendMessage': 'mail/send' } } }, resources);
    expect(unboundResources(bound)).toEqual([]);
    expect(bound['Baton']).toEqual({ Defaults: {}, Resources: { 'arn:aws:states:::sqs:sendMessage': 'mail/send', ...resources } });
    expect(withResources(definition, {})).toBe(definition);
  });

  it('are not asked for where the engine itself does what a Task says, nor where its name is misspelt', () => {
    const told = { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Nme: 'x' }, Next: 'B' }, B: { Type: 'Task', Resource: 'baton:startRum.sync', End: true } } };
    expect(unboundResources(told)).toEqual([]);
    const ofAws = { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2', Next: 'B' }, B: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.waitForTaskToken', End: true } } };
    expect(unboundResources(ofAws)).toEqual(['arn:aws:states:::states:startExecution']);
  });

  it('know a function by its ARN alone', () => {
    expect([lambdaName(pay), lambdaName(`${pay}:prod`), lambdaName('arn:aws:states:::lambda:invoke'), lambdaName('shop/pay')]).toEqual(['pay', 'pay', undefined, undefined]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@baton/contracts';
import { TestRun } from '../../../test/test-run.ts';

const says = (entry: Json, more: JsonObject = {}): TestRun => new TestRun({ StartAt: 'Say', States: { Say: { Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', Parameters: { 'Entries.$': '$' }, End: true, ...more } } }).start([entry]);
const published = ({ last }: TestRun) => (last?.kind === 'accepted' ? last.effects.flatMap((effect) => (effect.kind === 'publish-event' && effect.event.type.startsWith('com.') ? [effect.event] : [])) : []);

describe('a Task with events:putEvents', () => {
  it('publishes a CloudEvent, and gives what AWS gives', () => {
    const run = says({ Source: 'com.example.orders', DetailType: 'OrderPlaced', Detail: { id: 7 }, EventBusName: 'default' });
    expect(published(run)).toMatchObject([{ id: 'run-1.Say.1', type: 'com.example.orders.OrderPlaced', data: { id: 7 } }]);
    expect(run.current.output).toEqual({ Entries: [{ EventId: 'run-1.Say.1' }], FailedEntryCount: 0 });
    expect(published(says({ Source: 'com.example', DetailType: 'x', Detail: '{"id": 8}' }))).toMatchObject([{ data: { id: 8 } }]);
  });

  it.each<[JsonObject, JsonObject]>([
    [{ Source: 'com.a', DetailType: 'x', Detail: '"text"' }, { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }],
    [{ Source: 'com.a', DetailType: 'x' }, { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }],
    [{ DetailType: 'x', Detail: {} }, { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.' }],
    [{ Source: 'com.a', Detail: {} }, { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter DetailType is not valid. Reason: DetailType is a required argument.' }],
    [{ Source: 'baton.run', DetailType: 'completed', Detail: {} }, { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: expect.stringContaining('does not begin with baton.') as never }],
  ])('publishes nothing of %j, and fails in the words of AWS', (entry, wrong) => {
    const run = says(entry);
    expect(run.current.error?.name).toBe('EventBridge.FailedEntry');
    expect(JSON.parse(run.current.error!.message)).toEqual({ Entries: [wrong], FailedEntryCount: 1 });
    expect(published(run)).toEqual([]);
  });

  it('takes one event', () => {
    const two = new TestRun({ StartAt: 'Say', States: { Say: { Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', Parameters: { 'Entries.$': '$' }, End: true } } }).start([{}, {}]);
    expect(two.current.error).toMatchObject({ name: 'Baton.InvalidParameters', message: expect.stringContaining('Expected one event') });
  });
});

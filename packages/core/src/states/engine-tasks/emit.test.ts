import { describe, expect, it } from '@jest/globals';
import { readEmittedEvent, type JsonObject } from '@baton/contracts';
import { TestRun } from '../../../test/test-run.ts';

const emits = (more: JsonObject = {}, next: JsonObject = { End: true }): JsonObject => ({ Type: 'Task', Resource: 'baton:emit', Parameters: { Type: 'com.example.shipped', Data: { 'order.$': '$.order' }, 'Subject.$': "States.Format('order-{}', $.order)" }, ...next, ...more });
const published = ({ last }: TestRun) => (last?.kind === 'accepted' ? last.effects.flatMap((effect) => (effect.kind === 'publish-event' && effect.event.type.startsWith('com.') ? [effect.event] : [])) : []);

describe('a Task with baton:emit', () => {
  it('publishes a CloudEvent under the id of its state entry, and goes on', () => {
    const run = new TestRun({ StartAt: 'Say', States: { Say: emits({ ResultPath: '$.said' }) } }).start({ order: 7 });
    expect(run.current).toMatchObject({ status: 'completed', output: { order: 7, said: { Id: 'run-1.Say.1', Type: 'com.example.shipped' } } });
    expect(published(run)).toEqual([{ specversion: '1.0', id: 'run-1.Say.1', source: '/baton/test', type: 'com.example.shipped', subject: 'order-7', time: new Date(run.nowMs).toISOString(), datacontenttype: 'application/json', data: { order: 7 }, runid: 'run-1', stepid: 'Say.1', workflow: 'test' }]);
    for (const event of published(run)) expect(readEmittedEvent(JSON.stringify(event))).toEqual(event);
  });

  it('publishes another with each entry', () => {
    const run = new TestRun({ StartAt: 'Say', States: { Say: emits({ ResultPath: null }, { Next: 'Again' }), Again: emits({ ResultPath: null }) } }).start({ order: 7 });
    expect(published(run).map(({ id }) => id)).toEqual(['run-1.Say.1', 'run-1.Again.2']);
  });

  it('publishes nothing where the state cannot be left, or where what it is given does not fit', () => {
    const broken = new TestRun({ StartAt: 'Say', States: { Say: emits({ OutputPath: '$.none' }) } }).start({ order: 7 });
    expect([broken.current.status, published(broken)]).toEqual(['failed', []]);
    const reserved = new TestRun({ StartAt: 'Say', States: { Say: emits({ Parameters: { 'Type.$': '$.type' } }) } }).start({ type: 'baton.run.completed' });
    expect(reserved.current).toMatchObject({ status: 'failed', error: { name: 'Baton.InvalidParameters', message: expect.stringContaining('does not begin with baton.') } });
  });
});

import { describe, expect, it } from '@jest/globals';
import { LIMITS, type Json, type JsonObject } from '@baton/contracts';
import { TestRun } from '../../../test/test-run.ts';

const FORM: JsonObject = { type: 'object', properties: { approved: { type: 'boolean', title: 'Approved?' }, amount: { type: 'integer', minimum: 1, maximum: 500 }, why: { type: 'string', enum: ['price', 'quality'] } }, required: ['approved'] };
const asks = (more: JsonObject = {}, given: JsonObject = {}, next: JsonObject = { End: true }): JsonObject => ({ Type: 'Task', Resource: 'baton:askPerson', Parameters: { Title: 'Pay it?', Form: FORM, Assignees: ['ada', 'group:finance'], ...given }, ...next, ...more });
const asking = (more: JsonObject = {}, given: JsonObject = {}): TestRun => new TestRun({ StartAt: 'Ask', States: { Ask: asks(more, given) } }).start({ order: 7 });
const say = (run: TestRun, answer: Json, { id = 'a1', stepId = 'Ask.1', attempt = 1, by = 'ada' }: { id?: string; stepId?: string; attempt?: number; by?: string } = {}): TestRun =>
  run.send({ type: 'answer', by, body: { stepId, attempt, answerId: id, answer, via: 'api' } } as Parameters<TestRun['send']>[0]);

describe('a Task with baton:askPerson', () => {
  it('rests until a person has answered, and has the answer, who gave it and when as result', () => {
    const run = asking({ ResultPath: '$.told' });
    expect(run.current).toMatchObject({ status: 'running', branches: { 0: { phase: 'awaits', awaits: { kind: 'person', name: 'Pay it?', assignees: ['ada', 'group:finance'] } } }, steps: [{ status: 'waiting', attempts: 1, question: { attempt: 1, title: 'Pay it?' } }] });
    expect(run.commands).toEqual([]);
    run.nowMs += 1_000;
    say(run, { approved: true, amount: 20 });
    const AnsweredTime = new Date(run.nowMs).toISOString();
    expect(run.current).toMatchObject({ status: 'completed', output: { order: 7, told: { Answer: { approved: true, amount: 20 }, By: 'ada', Via: 'api', Task: 'run-1~Ask.1~1', AnsweredTime } }, timers: {} });
    expect(run.current.steps).toMatchObject([{ question: { outcome: 'answered', by: 'ada', atMs: run.nowMs } }]);
    expect(run.published).toEqual(['baton.run.started', 'baton.task.asked', 'baton.task.answered', 'baton.step.completed', 'baton.run.completed']);
  });

  it('takes the first answer: one that comes again changes nothing, and another is late', () => {
    const run = new TestRun({ StartAt: 'Ask', States: { Ask: asks({}, {}, { Next: 'Rest' }), Rest: { Type: 'Wait', Seconds: 5, End: true } } }).start({});
    say(run, { approved: true });
    expect(say(run, { approved: true }).last).toEqual({ kind: 'ignored', why: 'duplicate' });
    expect(say(run, { approved: false }, { id: 'a2', by: 'bob' }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(run.current.steps[0]).toMatchObject({ question: { by: 'ada' } });
    expect(say(asking(), { approved: true }, { attempt: 2 }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(say(asking(), { approved: true }, { stepId: 'Ask.2' }).last).toEqual({ kind: 'ignored', why: 'late' });
  });

  it('refuses what does not fit the form, and goes on waiting', () => {
    const run = asking();
    for (const [answer, field] of [[{}, '/approved'], [{ approved: 'yes' }, '/approved'], [{ approved: true, amount: 501 }, '/amount'], [{ approved: true, why: 'mood' }, '/why'], [{ approved: true, other: 1 }, 'other']] as const) {
      expect(say(run, answer).last).toMatchObject({ kind: 'rejected', code: 'invalid_answer', reason: expect.stringContaining(field) });
    }
    expect(say(run, { approved: false }).current.status).toBe('completed');
  });

  it('expires at TimeoutSeconds with States.Timeout, by Retry and Catch as any other', () => {
    const run = asking({ TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1, IntervalSeconds: 1 }] });
    const begunMs = run.nowMs;
    run.fireNext();
    expect(run.nowMs - begunMs).toBe(60_000);
    expect(run.current.steps).toMatchObject([{ status: 'backing-off', question: { outcome: 'expired' } }]);
    expect(say(run, { approved: true }).last).toEqual({ kind: 'ignored', why: 'late' });
    run.fireNext();
    expect(say(run, { approved: true }).last).toEqual({ kind: 'ignored', why: 'late' });
    expect(say(run, { approved: true }, { attempt: 2 }).current).toMatchObject({ status: 'completed', output: { Task: 'run-1~Ask.1~2' } });
    expect(asking({ TimeoutSeconds: 60 }).fireNext().current).toMatchObject({ status: 'failed', error: { name: 'States.Timeout', message: 'Nobody answered "Pay it?" within 60 s' } });
  });

  it('asks others as well where nobody answers, one step after the other, and takes the answer of anybody', () => {
    const run = asking({ TimeoutSeconds: 600 }, { Escalate: [{ AfterSeconds: 60, Assignees: ['bob', 'ada'] }, { AfterSeconds: 90, Assignees: ['eve'] }] });
    const begunMs = run.nowMs;
    run.fireNext();
    expect(run.nowMs - begunMs).toBe(60_000);
    expect(run.current.branches['0']!.awaits).toMatchObject({ assignees: ['ada', 'group:finance', 'bob'], escalated: 1 });
    run.fireNext();
    expect(run.nowMs - begunMs).toBe(90_000);
    expect(run.current.branches['0']!.awaits).toMatchObject({ assignees: ['ada', 'group:finance', 'bob', 'eve'] });
    expect(Object.keys(run.current.timers)).toEqual(['d.Ask.1']);
    expect(run.published.filter((type) => type === 'baton.task.escalated')).toHaveLength(2);
    expect(say(run, { approved: true }).current).toMatchObject({ status: 'completed', timers: {} });
    expect(say(asking({}, { Escalate: [{ AfterSeconds: 60, Assignees: ['bob'] }] }), { approved: true }).current.timers).toEqual({});
  });

  it('is withdrawn where the run ends around it or another branch fails', () => {
    const cancelled = asking({}, { Escalate: [{ AfterSeconds: 60, Assignees: ['bob'] }] }).cancel();
    expect(cancelled.current).toMatchObject({ status: 'cancelled', timers: {}, steps: [{ question: { outcome: 'withdrawn' } }] });
    expect(cancelled.published).toContain('baton.task.withdrawn');
    const fails: JsonObject = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 's/work', End: true } } };
    const run = new TestRun({ StartAt: 'Fan', States: { Fan: { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: asks({}, { Escalate: [{ AfterSeconds: 60, Assignees: ['bob'] }] }) } }, fails], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Rest' }], End: true }, Rest: { Type: 'Wait', Seconds: 5, End: true } } }).start({});
    expect(Object.keys(run.fail().current.timers)).toEqual(['w.Rest.4']);
    expect(run.current.steps[1]).toMatchObject({ question: { outcome: 'withdrawn' } });
  });

  it('takes what it asks from the data, in both languages, and fails where that does not fit', () => {
    const run = asking({}, { Title: undefined, 'Title.$': "States.Format('Order {}', $.order)", Form: { ...FORM, properties: { approved: { type: 'boolean' }, amount: { type: 'integer', 'default.$': '$.order' } } }, Data: { 'order.$': '$.order' } } as unknown as JsonObject);
    expect(run.current.branches['0']!.awaits).toMatchObject({ name: 'Order 7', question: { data: { order: 7 }, form: { properties: { amount: { default: 7 } } } } });
    const ata = new TestRun({ QueryLanguage: 'JSONata', StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: 'baton:askPerson', Arguments: { Title: "{% 'Order ' & $states.input.order %}", Form: { type: 'object', properties: { why: { type: 'string', enum: '{% $states.input.choices %}' } } }, Escalate: [{ AfterSeconds: '{% $states.input.order %}', Assignees: ['bob'] }] }, Output: '{% $states.result.Answer.why %}', End: true } } }).start({ order: 7, choices: ['a', 'b'] });
    expect(ata.current.timers).toMatchObject({ 'e.Ask.1': { dueMs: ata.nowMs + 7_000 } });
    expect(say(ata, { why: 'b' }).current).toMatchObject({ status: 'completed', output: 'b' });
    expect(asking({}, { Title: undefined, 'Title.$': '$.order' } as unknown as JsonObject).current).toMatchObject({ status: 'failed', error: { name: 'Baton.InvalidParameters', message: expect.stringContaining('Title') } });
  });

  it('fails where it asks too much for a run to hold', () => {
    expect(asking({}, { Data: 'x'.repeat(LIMITS.questionBytes) }).current).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded' } });
  });

  it('is asked of as many branches as there are, each by itself', () => {
    const run = new TestRun({ StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: { StartAt: 'Ask', States: { Ask: asks({ OutputPath: '$.Answer.approved' }) } }, End: true } } }).start([1, 2]);
    say(run, { approved: false }, { stepId: 'Ask.3' });
    say(run, { approved: true }, { stepId: 'Ask.2' });
    expect(run.current).toMatchObject({ status: 'completed', output: [true, false] });
  });
});

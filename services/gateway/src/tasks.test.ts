import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OperatingError, readInboxMessage } from '@baton/contracts';
import { asksRecords, ended, smallSystem, until, type SmallSystem } from './testing/small-system.ts';

describe('what people are asked', () => {
  let system: SmallSystem;
  beforeAll(async () => {
    system = await smallSystem({ unknownWorkflowWaitMs: 2_000 });
    await system.memory.definitions.publish(asksRecords());
  });
  afterAll(() => system.stop());

  const asked = async (order: number): Promise<{ runId: string; taskId: string }> => {
    const { runId } = (await system.start('asks', { order })).body;
    const taskId = await until(async () => (await system.call(`/v1/runs/${runId}`)).body.steps?.[0]?.task?.taskId as string | undefined, 'the question');
    return { runId, taskId };
  };
  const answer = (taskId: string, body: unknown, headers: Record<string, string> = {}) => system.call(`/v1/tasks/${taskId}/answer`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  it('is listed, shown with its form, answered, and gone from the list', async () => {
    const { runId, taskId } = await asked(1);
    const { body: task } = await system.call(`/v1/tasks/${taskId}`);
    expect(task).toMatchObject({ taskId, runId, workflow: 'asks', state: 'Ask', status: 'open', title: 'Pay order 1?', description: 'Finance decides.', data: { order: 1 }, assignees: ['ada', 'group:finance'], form: { required: ['approved'] } });
    expect(task.deadlineMs - task.askedMs).toBe(3_600_000);
    expect((await system.call('/v1/tasks?assignee=group:finance&workflow=asks')).body.tasks).toContainEqual(expect.objectContaining({ taskId, title: 'Pay order 1?' }));
    expect((await system.call('/v1/tasks?assignee=bob')).body).toEqual({ tasks: [] });
    expect((await system.call(`/v1/runs/${runId}`)).body.steps).toMatchObject([{ status: 'waiting', task: { taskId, title: 'Pay order 1?', status: 'open' } }]);

    expect(await answer(taskId, { answer: { approved: true, amount: 20 }, by: 'ada', id: 'a1' })).toMatchObject({ status: 200, body: { taskId, id: 'a1', status: 'answered', by: 'ada' } });
    expect((await ended(system, runId)).body).toMatchObject({ output: { order: 1, told: { Answer: { approved: true, amount: 20 }, By: 'ada', Via: 'api', Task: taskId } } });
    expect((await system.call('/v1/tasks')).body.tasks).not.toContainEqual(expect.objectContaining({ taskId }));
    expect((await system.call(`/v1/tasks/${taskId}`)).body).toMatchObject({ taskId, status: 'answered', by: 'ada', title: 'Pay order 1?' });
  });

  it('takes one answer: the same again is the same, another is told who was first and when', async () => {
    const { taskId } = await asked(2);
    const both = await Promise.all([answer(taskId, { answer: { approved: true }, by: 'ada' }, { 'idempotency-key': 'k1' }), answer(taskId, { answer: { approved: false }, by: 'bob' }, { 'idempotency-key': 'k2' })]);
    const [first, second] = both.sort((a, b) => a.status - b.status);
    expect(first).toMatchObject({ status: 200, body: { status: 'answered' } });
    expect(second).toMatchObject({ status: 409, body: { code: 'task_answered', detail: expect.stringMatching(new RegExp(`^"${first!.body.by}" answered at 20\\d\\d-.*Z`)) } });
    expect(await answer(taskId, { answer: { approved: true }, by: first!.body.by, id: first!.body.id })).toMatchObject({ status: 200, body: { status: 'answered', atMs: first!.body.atMs } });
  });

  it('refuses what does not fit the form at the door, with every field by its name', async () => {
    const { taskId } = await asked(3);
    const before = (await system.memory.records(system.memory.names.inbox)).length;
    expect(await answer(taskId, { answer: { amount: 501, why: 'mood' } })).toMatchObject({ status: 422, body: { code: 'invalid_answer', problems: [{ field: '/approved', message: 'Expected this field, but it is missing' }, { field: '/amount', message: 'Expected at most 500' }, { field: '/why', message: 'Expected one of price, quality' }] } });
    expect(await answer(taskId, { answer: { approved: true, other: 1 } })).toMatchObject({ status: 422, body: { code: 'invalid_answer', problems: [{ message: 'Expected no field beside approved, amount, why, but found other' }] } });
    expect(await answer(taskId, { answer: [] })).toMatchObject({ status: 422, body: { code: 'schema' } });
    expect(await answer(taskId, { answer: { approved: true }, bye: 'x' })).toMatchObject({ status: 422, body: { code: 'schema' } });
    expect((await system.memory.records(system.memory.names.inbox)).length).toBe(before);
  });

  it('is closed with its run, and says so', async () => {
    const { runId, taskId } = await asked(4);
    await system.call(`/v1/runs/${runId}/cancel`, { method: 'POST' });
    await until(async () => (await system.call(`/v1/runs/${runId}`)).body.status === 'cancelled', 'the end');
    expect(await answer(taskId, { answer: { approved: true } })).toMatchObject({ status: 410, body: { code: 'task_closed' } });
    expect((await system.call(`/v1/tasks/${taskId}`)).body).toMatchObject({ status: 'withdrawn' });
    expect((await system.call('/v1/tasks')).body.tasks).not.toContainEqual(expect.objectContaining({ taskId }));
  });

  it('is known by its id alone', async () => {
    const { runId } = await asked(5);
    for (const id of ['x', runId, `${runId}~Ask.1`, `${runId}~Ask.1~0`, `${runId}~Ask.1~2`, `${runId}~Ask.9~1`, 'run-x~Ask.1~1', `${runId}~Ask.1~1~1`]) {
      expect(await system.call(`/v1/tasks/${id}`)).toMatchObject({ status: 404, body: { code: 'unknown_task' } });
      expect(await answer(id, { answer: { approved: true } })).toMatchObject({ status: 404, body: { code: 'unknown_task' } });
    }
  });

  it('is listed in pages', async () => {
    const ids = [];
    for (let order = 10; order < 15; order++) ids.push((await asked(order)).taskId);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await system.call(`/v1/tasks?limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      seen.push(...body.tasks.map(({ taskId }: { taskId: string }) => taskId));
      cursor = body.nextCursor ?? '';
    } while (cursor !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(ids));
    expect(await system.call('/v1/tasks?cursor=x')).toMatchObject({ status: 422 });
    expect(await system.call('/v1/tasks?asignee=x')).toMatchObject({ status: 422 });
  });
});

it('accepts an answer that the view does not tell of in time: the log has it', async () => {
  const system = await smallSystem({ answerWaitMs: 50, unknownWorkflowWaitMs: 2_000 });
  try {
    await system.memory.definitions.publish(asksRecords());
    const { runId } = (await system.start('asks', { order: 1 })).body;
    const taskId = await until(async () => (await system.call(`/v1/runs/${runId}`)).body.steps?.[0]?.task?.taskId as string | undefined, 'the question');
    const asOpen = await system.memory.runViews.get(runId);
    let away = false;
    const gone = () => Promise.reject(new OperatingError('unavailable', 'away', { retry: 'yes' }));
    const behind = await smallSystem({ engine: false, answerWaitMs: 50, ports: (ports) => ({ ...ports, views: { ...ports.views, get: async () => (away ? gone() : asOpen), missing: async () => [] } }) });
    const say = (id: string) => behind.call(`/v1/tasks/${taskId}/answer`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ answer: { approved: true }, id }) });
    expect(await say('a1')).toMatchObject({ status: 202, body: { status: 'accepted', id: 'a1' } });
    expect((await behind.memory.records(behind.memory.names.inbox)).map(({ value }) => readInboxMessage(value!))).toMatchObject([{ type: 'answer', runId, body: { answerId: 'a1', answer: { approved: true } } }]);
    away = true;
    // Without the view nobody knows the form.
    expect(await say('a2')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    await behind.stop();
  } finally {
    await system.stop();
  }
});

/** What people are asked, on real servers: answered once, listed again after a wipe, whoever dies in between. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers, testServers } from '@baton/local';
import { Redis } from 'ioredis';
import { ask } from './ask.ts';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { startSystem, type System } from './system.ts';

describeWithServers(['kafka', 'redis'], 'questions', () => {
  let system: System;
  let orchestrator: Proc;
  let admin: Redis;
  beforeAll(async () => {
    const servers = await testServers();
    admin = new Redis(servers.redisUrl!);
    system = await startSystem(servers, { env: { BATON_LINK_SECRET: 'of the links of these tests, and of nothing else' } });
    [orchestrator] = await Promise.all([system.orchestrator(), system.worker()]);
  }, 240_000);
  afterAll(async () => {
    admin?.disconnect();
    await system?.close();
  }, 60_000);

  const open = async (): Promise<ReadonlyMap<string, string>> => new Map((await system.client.tasks({ limit: 1_000 })).tasks.map(({ runId, taskId }) => [runId, taskId]));

  it('are listed again when the view is wiped, and answered once each though the orchestrator is killed while answers come and everybody is faster than another', async () => {
    const runIds = await system.startMany(16, 'asks');
    await eventually(async () => (await open()).size === 16, 'everybody to be asked', 60_000, system.said);
    const before = await open();
    const keys = await admin.keys(`{b:${system.namespace}:*`);
    await admin.del(...keys);
    await eventually(async () => (await open().catch(() => new Map())).size === 16, 'the list to be there again', 60_000, system.said);
    expect(await open()).toEqual(before);
    // What is built again is published again, under the ids that it had.
    const told = (type: string): number => new Set(system.wire.lifecycle().flatMap((event) => (event.type === type ? [event.id] : []))).size;
    await eventually(() => told('baton.task.escalated') === 16, 'others to be asked as well', 60_000, system.said);
    await eventually(async () => (await system.client.tasks({ assignee: 'bob', limit: 100 })).tasks.length === 16, 'the list to say so', 60_000, system.said);

    const url = system.client.baseUrl;
    const say = (taskId: string, by: string) => ask(url, `/v1/tasks/${taskId}/answer`, { answer: { approved: by === 'ada' }, by, id: by });
    const given = Promise.all([...before].flatMap(([, taskId]) => [say(taskId, 'ada'), say(taskId, 'bob'), say(taskId, 'ada')]));
    expect(await orchestrator.kill('SIGKILL')).toBe('SIGKILL');
    const first = await given;
    expect(first.map(({ status }) => status).filter((status) => ![200, 202, 409].includes(status))).toEqual([]);
    orchestrator = await system.orchestrator();
    for (const run of await system.ended(runIds)) {
      const { By: by, Answer: answer } = run.output as { By: string; Answer: { approved: boolean } };
      expect(answer).toEqual({ approved: by === 'ada' });
      const taskId = before.get(run.runId)!;
      // Whoever was first is told so again, and the other who was.
      expect(await say(taskId, by)).toMatchObject({ status: 200, body: { status: 'answered', by } });
      expect(await say(taskId, by === 'ada' ? 'bob' : 'ada')).toMatchObject({ status: 409, body: { code: 'task_answered', detail: expect.stringContaining(`"${by}" answered at `) } });
    }
    expect((await open()).size).toBe(0);
    const { transitions } = await system.expectSound({ executions: 1 });
    for (const runId of runIds) {
      const txns = (transitions.get(runId) ?? []).filter(({ events }) => events.some(({ type }) => type.startsWith('question-')));
      expect(txns.flatMap(({ events }) => events).flatMap(({ type }) => (type.startsWith('question-') ? [type] : []))).toEqual(['question-asked', 'question-escalated', 'question-answered']);
      expect(txns.map(({ v }) => v)).toEqual([6, 6, 6]);
    }
    for (const type of ['baton.task.asked', 'baton.task.escalated', 'baton.task.answered']) await eventually(() => told(type) === 16, `${type} of all runs`, 30_000, system.said);
  }, 240_000);

  it('expire at their deadline, and are withdrawn by a cancel: nobody can answer then', async () => {
    const [late, cancelled] = await Promise.all([system.startMany(1, 'asks_briefly'), system.startMany(1, 'asks')]);
    await eventually(async () => (await open()).size === 2, 'both to be asked', 60_000, system.said);
    const tasks = await open();
    const { link } = await system.client.task(tasks.get(cancelled[0]!)!);
    const page = async (path: string) => fetch(`${system.client.baseUrl}${path}`).then(async (answer) => [answer.status, await answer.text()] as const);
    expect(await page(link!)).toEqual([200, expect.stringContaining('name="field-approved"')]);
    expect((await page(`${link!}x`))[0]).toBe(403);
    await system.client.cancel(cancelled[0]!);
    const [expired, withdrawn] = await Promise.all([system.ended(late), system.ended(cancelled)]);
    expect(expired).toMatchObject([{ status: 'failed', error: { name: 'States.Timeout' } }]);
    expect(withdrawn).toMatchObject([{ status: 'cancelled' }]);
    await eventually(async () => (await open()).size === 0, 'the list to be empty', 30_000, system.said);
    for (const taskId of tasks.values()) expect(await ask(system.client.baseUrl, `/v1/tasks/${taskId}/answer`, { answer: { approved: true } })).toMatchObject({ status: 410, body: { code: 'task_closed' } });
    expect(await page(link!)).toEqual([410, expect.stringContaining('not wanted any more')]);
    await system.expectSound({ executions: 1 });
  }, 120_000);
});

/** What people are asked: GET /v1/tasks, GET /v1/tasks/:taskId, POST /v1/tasks/:taskId/answer. */
import { randomUUID } from 'node:crypto';
import { AnswerTaskRequest, Assignee, Name, readTraceContext, readValue, type TaskView } from '@baton/contracts';
import type { Door } from '../door.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { cursor, readQuery, wholeNumber } from '../http/query.ts';
import { readJson } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { linkTo } from '../tasks/link.ts';
import { knownTask, takeAnswer } from '../tasks/answering.ts';

export const TaskListQuery = { assignee: Assignee.optional(), workflow: Name.optional(), limit: wholeNumber(1, 1_000).optional(), cursor: cursor.optional() };

export function listTasks(door: Door): Handler {
  return async (request, response) => {
    const { assignee, workflow, limit = 50, cursor } = readQuery(request, TaskListQuery);
    response.json(await door.reads.tasks({ limit, ...(assignee !== undefined && { assignee }), ...(workflow !== undefined && { workflow }), ...(cursor !== undefined && { cursor }) }));
  };
}

export function getTask(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const { task } = await knownTask(door, param(request, 'taskId'));
    const link = door.ports.links === undefined ? undefined : linkTo(task, door.ports.links);
    response.json({ ...task, ...(link !== undefined && { link }) } satisfies TaskView);
  };
}

/** 200 where it was taken; 202 where it is on the log and the view does not tell in time. */
export function answerTask(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const body = readValue(AnswerTaskRequest, await readJson(request, door.jsonLimits));
    const id = idempotencyKeyOf(request, { inBody: body.id, field: 'id' }) ?? randomUUID();
    const trace = door.currentTrace() ?? readTraceContext({ traceparent: request.get('traceparent'), tracestate: request.get('tracestate') });
    const answer = await takeAnswer(door, param(request, 'taskId'), { id, answer: body.answer, by: body.by, via: 'api', trace });
    response.status(answer.status === 'answered' ? 200 : 202).json(answer);
  };
}

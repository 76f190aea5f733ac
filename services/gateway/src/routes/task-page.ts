/** GET and POST /tasks/:taskId?sig=…: what a person is asked, as a page for whoever holds its link. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { readTraceContext, type TaskView } from '@baton/contracts';
import { z } from 'zod';
import type { Door } from '../door.ts';
import { readQuery } from '../http/query.ts';
import { limitedBody } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal, refusalOf } from '../refusal.ts';
import { knownTask, takeAnswer } from '../tasks/answering.ts';
import { checkLink, SIGNATURE } from '../tasks/link.ts';
import { answerOf, type Typed } from '../tasks/page/fields.ts';
import { formPage, messagePage, PAGE_HEADERS, timeOf } from '../tasks/page/page.ts';

export const TaskPageQuery = { [SIGNATURE]: z.string().min(1).max(500) };

const show = (response: Response, status: number, page: string): void => void response.status(status).set(PAGE_HEADERS).send(page);

export function showTask(door: Door): Handler {
  return onPage(door, async (_request, response, task) => {
    if (task.status === 'open') show(response, 200, formPage({ task, answerId: randomUUID() }));
    else if (task.status === 'answered') show(response, 200, messagePage(task.title, `${task.by ?? 'Somebody'} answered this on ${timeOf(task.atMs ?? 0)}.`, 'good'));
    else throw new Refusal('task_closed', task.status === 'expired' ? `Nobody had answered by ${timeOf(task.atMs ?? 0)}. It takes no answer any more.` : `The answer is not wanted any more, since ${timeOf(task.atMs ?? 0)}.`);
  });
}

export function answerOnPage(door: Door): Handler {
  return onPage(door, async (request, response, task) => {
    const typed = await readForm(request, door);
    const id = typed.get('id')?.[0] ?? '';
    const by = typed.get('by')?.[0]?.trim() ?? '';
    if (id.length < 1 || id.length > 255 || by.length > 256) throw new Refusal('schema', 'The form is not as this page sends it. Open the link again.');
    const trace = door.currentTrace() ?? readTraceContext({ traceparent: request.get('traceparent'), tracestate: request.get('tracestate') });
    try {
      const answer = task.form === undefined ? {} : answerOf(task.form, typed);
      const { status } = await takeAnswer(door, task.taskId, { id, answer, by: by === '' ? undefined : by, via: 'link', trace });
      if (status === 'accepted') return show(response, 202, messagePage(task.title, 'Your answer is recorded. Whether it was the first is not known yet; open the link again in a moment.'));
      // Loading it again sends nothing again. Relative, since a proxy may have put something before the path.
      response.set(PAGE_HEADERS).redirect(303, request.originalUrl.slice(request.originalUrl.indexOf('?')));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'invalid_answer') throw error;
      show(response, 422, formPage({ task, answerId: id, typed, problems: error.options.problems ?? [] }));
    }
  });
}

/** What is refused on the page is said on a page. The link is looked at before anything else. */
function onPage(door: Door, handle: (request: Request, response: Response, task: TaskView) => Promise<void> | void): Handler {
  return async (request, response) => {
    try {
      const tokens = door.ports.links;
      const signature = readQuery(request, TaskPageQuery)[SIGNATURE];
      const taskId = param(request, 'taskId');
      const link = tokens === undefined || signature === undefined ? 'bad' : checkLink(taskId, signature, { tokens, nowMs: door.clock.nowMs() });
      if (link === 'bad') throw new Refusal('bad_token', 'This link is not one of ours, or was changed on its way. Ask for it again.');
      if (link === 'expired') throw new Refusal('task_closed', 'This link has expired: the time to answer is over.');
      const { task } = await knownTask(door, taskId);
      await handle(request, response, task);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined || response.headersSent) throw error;
      if (!request.complete) response.set('Connection', 'close');
      if (refusal.options.retryAfterSeconds !== undefined) response.set('Retry-After', String(refusal.options.retryAfterSeconds));
      const { title, text } = saidOf(refusal);
      show(response, refusal.status, messagePage(title, text, 'bad'));
    }
  };
}

function saidOf(refusal: Refusal): { readonly title: string; readonly text: string } {
  switch (refusal.code) {
    case 'schema':
    case 'bad_token':
      return { title: 'This link does not work', text: refusal.code === 'schema' ? 'It is not complete. Copy it whole.' : refusal.message };
    case 'task_closed':
      return { title: 'Too late', text: refusal.message };
    case 'task_answered':
      return { title: 'Answered already', text: refusal.message };
    case 'unknown_task':
      return { title: 'There is no such question', text: 'It was asked so long ago that it is not known any more.' };
    case 'unavailable':
    case 'rebuilding':
      return { title: 'Not now', text: 'This cannot be shown at the moment. Try again in a minute; nothing was lost.' };
    default:
      return { title: 'This could not be done', text: refusal.message };
  }
}

/** @throws Refusal `unsupported_media_type`, `payload_too_large`, `request_timeout`. */
async function readForm(request: Request, door: Door): Promise<Typed> {
  const contentType = request.headers['content-type'];
  if (contentType === undefined || !/^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(contentType)) throw new Refusal('unsupported_media_type', 'Expected the form of this page. Programs answer at /v1/tasks.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedBody(request, { ...door.jsonLimits, deadline: 'whole' })) chunks.push(chunk);
  const typed = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString('utf8'))) typed.set(name, [...(typed.get(name) ?? []), value]);
  return typed;
}

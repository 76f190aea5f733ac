import { Name, RUN_STATUSES, type HistoryEntry, type RunHistory, type RunState, type RunView } from '@baton/contracts';
import { z } from 'zod';
import type { Door } from '../door.ts';
import { cursor, readQuery, wholeNumber } from '../http/query.ts';
import { param, type Handler } from '../http/route.ts';
import { unknownRun } from '../views/reads.ts';
import { runViewOf } from '../views/run-view.ts';

export const RunListQuery = {
  status: z.enum(RUN_STATUSES).optional(),
  workflow: Name.optional(),
  limit: wholeNumber(1, 1_000).optional(),
  cursor: cursor.optional(),
};

export function listRuns(door: Door): Handler {
  return async (request, response) => {
    const { status, workflow, limit = 50, cursor } = readQuery(request, RunListQuery);
    const list = await door.reads.list({ limit, ...(status !== undefined && { status }), ...(workflow !== undefined && { workflow }), ...(cursor !== undefined && { cursor }) });
    response.json(list);
  };
}

export function getRun(door: Door): Handler {
  return async (request, response) => {
    readQuery(request, {});
    const { state, recent } = await knownRun(door, param(request, 'runId'));
    response.json(state === undefined ? recent : runViewOf(state));
  };
}

/**
 * What the view has of a run, or what we know ourselves of one that we accepted a moment ago.
 * @throws Refusal `unknown_run`, `unavailable` or `rebuilding`.
 */
export async function knownRun(door: Door, runId: string): Promise<{ readonly state: RunState; readonly recent?: never } | { readonly state?: never; readonly recent: RunView }> {
  const recent = door.recentStarts.view(runId);
  try {
    const state = await door.reads.state(runId);
    if (state !== undefined) {
      // From now on the view speaks for it: what we remember would be stale where the view is lost.
      door.recentStarts.forget(runId);
      return { state };
    }
  } catch (error) {
    if (recent === undefined) throw error;
  }
  if (recent === undefined) throw unknownRun(runId);
  return { recent };
}

export const HistoryQuery = { after: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(), limit: wholeNumber(1, 1_000).optional() };

export function getHistory(door: Door): Handler {
  return async (request, response) => {
    const { after = 0, limit = 200 } = readQuery(request, HistoryQuery);
    const runId = param(request, 'runId');
    if ((await knownRun(door, runId)).state === undefined) {
      response.json({ runId, entries: [] });
      return;
    }
    const { entries, more } = await door.reads.history(runId, { after, limit });
    const last: HistoryEntry | undefined = entries.at(-1);
    response.json({ runId, entries: [...entries], ...(more && last !== undefined && { nextAfter: last.seq }) } as RunHistory);
  };
}

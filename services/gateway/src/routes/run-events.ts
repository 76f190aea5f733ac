/**
 * GET /v1/runs/:runId/events: server-sent events. `run` is the run as it is, `entry` one entry of its history, `end` the
 * last event. The id of an entry is its seq where the transition is complete with it, so Last-Event-ID resumes exactly.
 */
import { isTerminal, type HistoryEntry } from '@baton/contracts';
import type { Response } from 'express';
import type { Door } from '../door.ts';
import { readQuery, wholeNumber } from '../http/query.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal } from '../refusal.ts';
import { knownRun } from './read-runs.ts';
import { runViewOf } from '../views/run-view.ts';

export const EventsQuery = { after: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional() };

export function runEvents(door: Door): Handler {
  return async (request, response) => {
    const { after } = readQuery(request, EventsQuery);
    if (request.accepts('text/event-stream') === false) {
      throw new Refusal('not_acceptable', 'Expected an Accept header that allows text/event-stream');
    }
    const runId = param(request, 'runId');
    const resumeAfter = lastEventId(request.get('last-event-id')) ?? after ?? 0;
    const { state, recent } = await knownRun(door, runId);
    const stream = new EventStream(response, door.config.watch.maxUnreadBytes);
    const stop = door.watches.add(runId, {
      after: resumeAfter,
      entries: (entries) => writeEntries(stream, entries),
      state: (newest) => stream.event('run', runViewOf(newest)),
      ended: (last) => {
        stream.event('end', { runId, status: last.status });
        close();
      },
      closing: () => close(),
      away: () => stream.comment('the view is away'),
    });
    const beat = (): (() => void) =>
      door.clock.after(door.config.watch.heartbeatMs, () => {
        stream.comment('heartbeat');
        cancelBeat = beat();
      });
    let cancelBeat = beat();
    const close = (): void => {
      stop();
      cancelBeat();
      stream.end();
    };
    response.on('close', close);
    stream.open();
    // What the watch will not tell: it speaks of changes after the watcher's place only.
    if (state === undefined || (state.seq <= resumeAfter && !isTerminal(state.status))) stream.event('run', state === undefined ? recent : runViewOf(state));
  };
}

function writeEntries(stream: EventStream, entries: readonly HistoryEntry[]): void {
  entries.forEach((entry, i) => stream.event('entry', entry, entries[i + 1]?.seq === entry.seq ? undefined : entry.seq));
}

const lastEventId = (header: string | undefined): number | undefined => (header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined);

class EventStream {
  readonly #response: Response;
  readonly #maxUnreadBytes: number;
  #waiting: string[] | undefined = [];

  constructor(response: Response, maxUnreadBytes: number) {
    this.#response = response;
    this.#maxUnreadBytes = maxUnreadBytes;
  }

  open(): void {
    this.#response.status(200).set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    this.#response.flushHeaders();
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const text of waiting) this.#write(text);
  }

  event(name: string, content: unknown, id?: number): void {
    // JSON holds no line break of its own, so one data line is enough.
    this.#write(`event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(content)}\n\n`);
  }

  comment(text: string): void {
    this.#write(`: ${text}\n\n`);
  }

  end(): void {
    if (!this.#response.writableEnded) this.#response.end();
  }

  #write(text: string): void {
    if (this.#waiting !== undefined) return void this.#waiting.push(text);
    if (this.#response.writableEnded || this.#response.destroyed) return;
    // A reader that does not read would keep its events in our memory; it comes again with Last-Event-ID.
    if (this.#response.writableLength > this.#maxUnreadBytes) this.#response.destroy();
    else this.#response.write(text);
  }
}

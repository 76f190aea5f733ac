/** Following a run: one stream for as long as it holds, another where it breaks, nothing told twice and nothing left out. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryEntry, RunStatus, RunView } from '@baton/contracts';
import { BatonError } from './baton-error.ts';
import { backoffMs, isTransient, type RetryOptions } from './retry.ts';
import { serverEvents } from './server-events.ts';
import type { Transport } from './transport.ts';

export type RunUpdate =
  /** The run as it is now. */
  | { readonly type: 'run'; readonly run: RunView }
  /** One entry of the history. */
  | { readonly type: 'entry'; readonly entry: HistoryEntry }
  /** The last update. */
  | { readonly type: 'end'; readonly status: RunStatus };

export interface WatchOptions {
  /** Entries with a larger seq only. Default 0. */
  readonly after?: number;
  readonly signal?: AbortSignal;
}

export interface WatchSettings {
  readonly retry: RetryOptions;
  /** A stream that says nothing for so long, not even a comment, is taken for dead. */
  readonly idleMs: number;
  /** Also tried again: a run that was started a moment ago and is not everywhere yet. */
  readonly transient: (error: unknown) => boolean;
}

/** @throws BatonError where the gateway refuses, or does not answer as often as the retry options say in a row. */
export async function* watchRun(transport: Transport, runId: string, { after = 0, signal }: WatchOptions, settings: WatchSettings): AsyncGenerator<RunUpdate> {
  let lastId = after;
  let failures = 0;
  for (;;) {
    try {
      for await (const { update, id } of oneStream(transport, runId, lastId, signal, settings.idleMs)) {
        failures = 0;
        yield update;
        // After the yield: an update that the caller did not get to see comes again.
        if (id !== undefined) lastId = id;
        if (update.type === 'end') return;
      }
      // The gateway closed without an end: it restarts, or we read too slowly.
      failures++;
    } catch (error) {
      if (signal?.aborted === true || !(isTransient(error) || settings.transient(error))) throw error;
      failures++;
      if (failures >= settings.retry.attempts) throw error;
    }
    await sleep(backoffMs(Math.max(1, failures), settings.retry), undefined, signal === undefined ? {} : { signal });
  }
}

async function* oneStream(transport: Transport, runId: string, after: number, signal: AbortSignal | undefined, idleMs: number): AsyncGenerator<{ update: RunUpdate; id?: number }> {
  const idle = new AbortController();
  const late = (): void => idle.abort();
  let timer = setTimeout(late, idleMs);
  const combined = signal === undefined ? idle.signal : AbortSignal.any([signal, idle.signal]);
  try {
    const response = await transport.call(`/v1/runs/${encodeURIComponent(runId)}/events`, { headers: { accept: 'text/event-stream', 'last-event-id': String(after) }, signal: combined });
    if (response.body === null) return;
    const alive = (): void => {
      clearTimeout(timer);
      timer = setTimeout(late, idleMs);
    };
    for await (const event of serverEvents(response.body, alive)) {
      const update = updateOf(event.event, event.data);
      const id = Number(event.id);
      if (update !== undefined) yield { update, ...(event.id !== undefined && Number.isSafeInteger(id) && { id }) };
    }
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    if (cause instanceof BatonError) throw cause;
    throw new BatonError('unreachable', `The stream of events from ${transport.baseUrl} broke (${idle.signal.aborted ? `silent for ${idleMs} ms` : (cause as Error).message})`, { status: 0, cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined for an event that a newer gateway may send. */
function updateOf(event: string, data: string): RunUpdate | undefined {
  if (event === 'run') return { type: 'run', run: JSON.parse(data) as RunView };
  if (event === 'entry') return { type: 'entry', entry: JSON.parse(data) as HistoryEntry };
  if (event === 'end') return { type: 'end', status: (JSON.parse(data) as { status: RunStatus }).status };
  return undefined;
}

/**
 * The views of a Redis that may be away when the gateway starts. Starts need the log alone, so a restart in the middle of
 * Redis's trouble must not shut the door: until the connection stands, every read says that the view is away.
 */
import { OperatingError } from '@baton/contracts';
import type { Clock, DeadLetterIndex, RunViews } from '@baton/ports';
import { pause } from './deadline.ts';
import type { Log } from './ports.ts';

export interface Views {
  readonly runViews: RunViews;
  readonly deadLetterIndex: DeadLetterIndex;
  check(): Promise<string>;
  close(): Promise<void>;
}

const RETRY_MS: readonly [first: number, last: number] = [250, 5_000];

/**
 * @param connect rejects with `retry: 'no'` where waiting cannot help, such as a Redis that evicts keys.
 * @param hopeless called then: the process should end.
 */
export function lateViews(connect: () => Promise<Views>, { clock, log, hopeless }: { readonly clock: Clock; readonly log: Log; readonly hopeless: (error: Error) => void }): Views {
  let views: Views | undefined;
  let closed = false;
  const connecting = (async () => {
    for (let delayMs = RETRY_MS[0]; !closed; delayMs = Math.min(delayMs * 2, RETRY_MS[1])) {
      try {
        views = await connect();
        if (closed) await views.close();
        return;
      } catch (error) {
        if (error instanceof OperatingError && error.retry === 'no') return hopeless(error);
        log.warn({ reason: (error as Error).message, retryMs: delayMs }, 'Redis is away; starts are accepted, reads are not');
        await pause(clock, delayMs);
      }
    }
  })();
  const known = (): Views => {
    if (views === undefined) throw new OperatingError('unavailable', 'Redis has not been reached yet', { retry: 'yes' });
    return views;
  };
  return {
    runViews: {
      get: async (runId) => known().runViews.get(runId),
      list: async (query) => known().runViews.list(query),
      tasks: async (query) => known().runViews.tasks(query),
      history: async (runId, query) => known().runViews.history(runId, query),
      reserveStart: async (runId, inputHash) => known().runViews.reserveStart(runId, inputHash),
      missing: async () => known().runViews.missing(),
    },
    deadLetterIndex: {
      position: async () => known().deadLetterIndex.position(),
      add: async (letters, nextOffset) => known().deadLetterIndex.add(letters, nextOffset),
      get: async (id) => known().deadLetterIndex.get(id),
      list: async (query) => known().deadLetterIndex.list(query),
      markReplayed: async (id, atMs) => known().deadLetterIndex.markReplayed(id, atMs),
      unmarkReplayed: async (id) => known().deadLetterIndex.unmarkReplayed(id),
    },
    check: async () => known().check(),
    async close() {
      closed = true;
      if (views !== undefined) await views.close();
      else void connecting;
    },
  };
}

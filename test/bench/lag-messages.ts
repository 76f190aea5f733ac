/**
 * What lies in the inbox of an orchestrator that was away: for each run its start and the results of all its steps, signed as if
 * the commands had been sent, and between them what the wire brings again. Many runs at a time, so that a run's next message lies
 * behind those of thousands of others and no lane keeps its state for so long.
 */
import { attemptKey, type InboxMessage, type RunId } from '@baton/contracts';
import type { TaskTokens } from '@baton/ports';
import { MadeRun } from './made-run.ts';

/** More than the lanes of an orchestrator keep, with the usual twelve partitions. */
const RUNS_AT_ONCE = 5_000;

/** Which of a run's messages comes when: 0 is its start, each further one the result of a step. What was there before changes nothing. */
const ORDER = [0, 0, 1, 1, 2, 3, 2, 4, 5, 5];

export const MESSAGES_OF_RUN = ORDER.length;
export const WORK_OF_RUN = new Set(ORDER).size;

export function* lagMessages({ runs, payloadBytes, tokens }: { readonly runs: number; readonly payloadBytes: number; readonly tokens: TaskTokens }): Generator<InboxMessage> {
  const template = messagesOf(new MadeRun('template' as RunId, { payloadBytes }));
  for (let first = 0; first < runs; first += RUNS_AT_ONCE) {
    for (const at of ORDER) for (let run = first; run < Math.min(runs, first + RUNS_AT_ONCE); run++) yield ofRun(template[at]!, at, `run-${String(run).padStart(8, '0')}` as RunId, tokens);
  }
}

function messagesOf(run: MadeRun): readonly InboxMessage[] {
  const messages: InboxMessage[] = [];
  while (!run.over) messages.push(run.next({ off: messages.length, disp: 0 }).message);
  return messages;
}

/** A repeated message keeps its id. */
function ofRun(message: InboxMessage, at: number, runId: RunId, tokens: TaskTokens): InboxMessage {
  const own = { ...message, id: `${runId}-${at}`, runId, ts: Date.now() };
  return message.type === 'result' ? ({ ...own, token: tokens.mint(attemptKey(runId, message.body.stepId, message.body.attempt)) } as InboxMessage) : own;
}

/**
 * From raw inbox records to messages a lane may decide on: parsed, held against their schema, task token checked. What
 * does not pass becomes a dead letter; it never stops the partition (I13, I14).
 */
import { childEndKey, ContractError, deadLetterOf, readInboxMessage, spokenForKey, type DeadLetter, type DeadLetterReason, type InboxMessage } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';
import { resultWithoutOutput } from './oversized-result.ts';
import type { Surroundings } from './surroundings.ts';

export interface Admitted {
  readonly record: LogRecord;
  readonly message: InboxMessage;
}

export type Admission = { readonly admitted: Admitted } | { readonly letter: DeadLetter };

export function admit(record: LogRecord, around: Pick<Surroundings, 'tokens' | 'inbox' | 'clock'>): Admission {
  let message: InboxMessage;
  try {
    message = readInboxMessage(record.value ?? new Uint8Array());
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const result = error.code === 'payload_too_large' ? resultWithoutOutput(record.value ?? new Uint8Array(), error) : undefined;
    if (result === undefined) return { letter: inboxLetter(record, around, error.code, error.message) };
    message = result;
  }
  if (message.type === 'result' || message.type === 'heartbeat') {
    const { stepId, attempt } = message.body;
    if (!around.tokens.verify(spokenForKey(message.runId, message.body), message.token)) {
      return { letter: inboxLetter(record, around, 'bad_token', `The token does not belong to attempt ${attempt} of ${stepId} of run ${message.runId}; answer with the token of the command`, message) };
    }
  }
  if (message.type === 'child-ended') {
    const { stepId, attempt, childRunId } = message.body;
    if (!around.tokens.verify(childEndKey({ runId: message.runId, stepId, attempt }), message.token)) {
      return { letter: inboxLetter(record, around, 'bad_token', `Only an orchestrator says that the run ${childRunId} has ended, and its token does not fit`, message) };
    }
  }
  return { admitted: { record, message } };
}

export function inboxLetter(record: LogRecord, around: Pick<Surroundings, 'inbox' | 'clock'>, reason: DeadLetterReason, detail: string, message?: InboxMessage): DeadLetter {
  return deadLetterOf(record, {
    topic: around.inbox.topic,
    reason,
    detail,
    foundBy: 'orchestrator',
    foundMs: around.clock.nowMs(),
    runId: message?.runId,
    ...(message?.type === 'start' && { workflow: message.body.def.name }),
  });
}

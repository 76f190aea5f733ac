/**
 * From raw inbox records to messages a lane may decide on: parsed, held against their schema, task token checked. What
 * does not pass becomes a dead letter; it never stops the partition (I13, I14).
 */
import { attemptKey, ContractError, deadLetterOf, readInboxMessage, type DeadLetter, type DeadLetterReason, type InboxMessage } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';
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
    return { letter: inboxLetter(record, around, error.code, error.message) };
  }
  if (message.type === 'result' || message.type === 'heartbeat') {
    const { stepId, attempt } = message.body;
    if (!around.tokens.verify(attemptKey(message.runId, stepId, attempt), message.token)) {
      return { letter: inboxLetter(record, around, 'bad_token', `The token does not belong to attempt ${attempt} of ${stepId} of run ${message.runId}; answer with the token of the command`, message) };
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

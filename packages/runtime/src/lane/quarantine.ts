/** What becomes of a message that kills the process which decides on it: its run is parked; where there is none to park, it becomes a dead letter. */
import { isTerminal, type InboxMessage, type RunState } from '@baton/contracts';
import { block, type Decision, type Facts } from '@baton/core';

interface Killer {
  readonly message: InboxMessage;
  readonly offset: number;
  readonly deaths: number;
}

/** @returns also what people are told. */
export function quarantine(before: RunState | undefined, { message, offset, deaths }: Killer, facts: Facts): { readonly decision: Decision; readonly detail: string } {
  const reason = `Deciding on message ${message.id} (${message.type}) has ended the process again and again (${deaths} times seen), so it is not decided on any more`;
  const parks = before !== undefined && !isTerminal(before.status) && before.status !== 'blocked';
  return {
    decision: parks ? block(before, { offset, id: message.id }, reason, facts) : { kind: 'rejected', code: 'blocked', reason },
    detail: `${reason}; ${parks ? 'its run' : 'the message, of run'} ${message.runId} is parked (inbox offset ${offset})`,
  };
}

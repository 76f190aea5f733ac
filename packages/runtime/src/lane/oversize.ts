/**
 * What is decided in the place of a transition that fits no record of the history, the mildest first: the step's own rules
 * for an error, the end of the run, the run parked, a dead letter. The last always fits, so the partition goes on (I14).
 */
import type { InboxMessage, RunState } from '@baton/contracts';
import { block, failOversized, resultTooLarge, type Decide, type Decision, type Facts, type Oversize } from '@baton/core';

export function* insteadOfOversized(before: RunState | undefined, { message, offset }: { readonly message: InboxMessage; readonly offset: number }, oversize: Oversize, facts: Facts, decide: Decide): Generator<Decision, void> {
  const asError = resultTooLarge(message, oversize);
  if (asError !== undefined) yield decide(before, asError, facts);
  const failed = failOversized(before, message, oversize, facts);
  if (failed !== undefined) yield failed;
  const reason = `A transition of ${oversize.bytes} bytes, and what would stand in its place, fit no record of the history (at most ${oversize.limitBytes} bytes)`;
  if (before !== undefined) yield block(before, { offset, id: message.id }, reason, facts);
  yield { kind: 'rejected', code: 'payload_too_large', reason };
}

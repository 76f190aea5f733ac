/** Up to where consequences of the history must be there: everywhere at rest, up to the positions read beforehand where things move. */
import type { Folded } from './checker.ts';
import type { SideEvidence } from './evidence.ts';

const settledOf = ({ settled }: SideEvidence, partition: number) => settled?.find((position) => position.partition === partition);

/** Last inbox offset that must have been dealt with. */
export function settledInbox(evidence: SideEvidence, folded: Folded, partition: number): number {
  if (evidence.settled !== undefined) return settledOf(evidence, partition)?.inboxOff ?? -1;
  return folded.positions.get(partition)?.inboxOff ?? -1;
}

/** Last history offset whose outbox must have been published. */
export function settledOutbox(evidence: SideEvidence, partition: number): number {
  if (evidence.settled !== undefined) return settledOf(evidence, partition)?.disp ?? -1;
  return Number.POSITIVE_INFINITY;
}

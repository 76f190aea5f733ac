/**
 * What an operator may say to a partition that has stopped as diverged, written into its history under a claim of its own:
 * the lane that looks again finds it. Both give something up, so nobody but a person may say them.
 */
import { CARRIED_KEY, CLAIM_KEY, encodeHistoryRecord, OperatingError, POSITION_KEY, type HistoryClaim } from '@baton/contracts';
import type { HistoryLog } from '@baton/ports';
import { thatCount } from './lane/tail.ts';

export interface Mending {
  readonly history: Pick<HistoryLog, 'append'>;
  readonly partition: number;
  /** Of the claim; see HistoryClaim. */
  readonly claim: Pick<HistoryClaim, 'owner' | 'group' | 'partitions' | 'engine'>;
}

/**
 * The inbox is read on from `from`, whatever the history has consumed: what the inbox no longer holds is given up.
 * @throws OperatingError where somebody else wrote meanwhile; nothing has changed then, and the same may be said again.
 */
export async function acceptInbox(mending: Mending, { from, why }: { readonly from: number; readonly why: string }): Promise<void> {
  await underOwnClaim(mending, (epoch) => ({ key: POSITION_KEY, value: encodeHistoryRecord({ v: 2, t: 'position', epoch, inboxOff: from - 1, why }) }));
}

/**
 * The partition begins anew, without the runs that it had.
 * @param inboxOff the inbox counts as consumed up to here.
 * @throws OperatingError as above.
 */
export async function forgetRuns(mending: Mending, { inboxOff, nowMs }: { readonly inboxOff: number; readonly nowMs: number }): Promise<void> {
  await underOwnClaim(mending, (epoch) => ({ key: CARRIED_KEY, value: encodeHistoryRecord({ v: 2, t: 'carried', epoch, inboxOff, disp: epoch, runs: 0, beganMs: nowMs }) }));
}

/** So many of the newest records are asked for the position. */
const TAIL_RECORDS = 5_000;

export interface ConsumedInbox {
  /** Last inbox offset. Messages behind it may have been consumed too, where they changed nothing and no mark has been written since. */
  readonly upTo: number;
  /** An operator has said so, and no owner has written since: what the group was told before is of another inbox. */
  readonly saidByOperator: boolean;
}

/** Up to where a partition's history has consumed the inbox, by the newest of its records that count; undefined where none of them says. */
export async function consumedInbox(history: Pick<HistoryLog, 'bounds' | 'read'>, partition: number): Promise<ConsumedInbox | undefined> {
  const { first, next } = await history.bounds(partition);
  if (first === next) return undefined;
  let consumed: ConsumedInbox | undefined;
  for await (const record of thatCount(history.read(partition, { from: Math.max(first, next - TAIL_RECORDS), to: next - 1 }))) {
    if (record.t !== 'image') consumed = { upTo: record.t === 'txn' ? record.cause.off : record.inboxOff, saidByOperator: record.t === 'position' };
  }
  return consumed;
}

async function underOwnClaim({ history, partition, claim }: Mending, record: (epoch: number) => { readonly key: string; readonly value: string }): Promise<void> {
  const { baseOffset: epoch } = await history.append(partition, [{ key: CLAIM_KEY, value: encodeHistoryRecord({ v: 1, t: 'claim', ...claim }) }]);
  const { baseOffset } = await history.append(partition, [record(epoch)]);
  if (baseOffset !== epoch + 1) throw new OperatingError('unavailable', `Partition ${partition}: somebody else wrote to its history meanwhile, so what was said may not count. Say it again`, { retry: 'yes' });
}

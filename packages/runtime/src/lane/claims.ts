/**
 * Whose partition it is, before it is claimed. A claim makes what its predecessor writes void, so two consumer groups that are
 * given the same partitions would take them from each other for ever, and an owner with another number of partitions looks for
 * runs where they are not (F7, F40). Whoever comes second finds the claim of the owner in force and leaves it alone: nothing is
 * written, so the owner does not notice.
 *
 * In force is the claim that the view names, which only an owner that has recovered sets. Where the view was wiped, it is the
 * one that the newest record of the history which counts was written under: a claim alone may be of somebody who was refused.
 */
import { OperatingError, type HistoryClaim } from '@baton/contracts';
import type { ViewMeta } from '@baton/ports';
import { reading } from './reading.ts';
import type { Surroundings } from './surroundings.ts';
import { readable, thatCount } from './tail.ts';

/** Records at the end of the history that are looked through for one that was written by an owner. */
const TAIL_RECORDS = 100;

interface Bounds {
  readonly first: number;
  readonly next: number;
}

/** @throws OperatingError `diverged` where the partition belongs to another group, or to one with another number of partitions. */
export async function refuseForeignOwner(partition: number, around: Surroundings, meta: ViewMeta | undefined, bounds: Bounds): Promise<void> {
  const epoch = meta?.epoch ?? (await newestEpoch(partition, around, bounds));
  // Not kept any more, or never written: the other checks say so.
  if (epoch === undefined || epoch < bounds.first || epoch >= bounds.next) return;
  const claim = await claimAt(partition, around, epoch);
  if (claim !== undefined) compare(partition, claim, epoch, around);
}

function compare(partition: number, { group, partitions, owner, engine }: HistoryClaim, epoch: number, { inbox, options }: Surroundings): void {
  const claimed = `Partition ${partition} was claimed at history offset ${epoch} (owner ${owner}, engine ${engine})`;
  if (partitions !== inbox.partitions) {
    throw new OperatingError('diverged', `${claimed} as one of ${partitions}, but there are ${inbox.partitions} now. A run's partition follows from their number, so this engine would look for runs where they are not. Kafka takes no partitions back: begin a new namespace with ${inbox.partitions} partitions, or restore inbox and history into topics with ${partitions}; see docs/internals/divergence.md`, { retry: 'no' });
  }
  if (group !== inbox.group && group !== options.takeOverFromGroup) {
    throw new OperatingError('diverged', `${claimed} by the group ${group}, but this orchestrator is of the group ${inbox.group}. A namespace has one group of orchestrators: stop those of one of the two. If ${group} has ended for good, start this one with BATON_TAKE_OVER_FROM_GROUP=${group}; see docs/internals/divergence.md`, { retry: 'no' });
  }
}

/** Epoch of the newest record that an owner has written and that counts. */
async function newestEpoch(partition: number, around: Surroundings, { first, next }: Bounds): Promise<number | undefined> {
  if (next <= first) return undefined;
  let epoch: number | undefined;
  for await (const record of thatCount(reading(partition, around, { from: Math.max(first, next - TAIL_RECORDS), to: next - 1 }))) epoch = record.epoch;
  return epoch;
}

async function claimAt(partition: number, around: Surroundings, offset: number): Promise<HistoryClaim | undefined> {
  for await (const [found] of reading(partition, around, { from: offset, to: offset })) {
    const record = found === undefined ? undefined : readable(found.value);
    if (record?.t === 'claim') return record;
  }
  return undefined;
}

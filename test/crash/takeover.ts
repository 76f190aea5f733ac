/** How long partitions were without an owner: from the end of one process to the claim of the next, as the history tells it. */
import type { KafkaPorts } from '@baton/adapter-kafka';
import { CLAIM_KEY } from '@baton/contracts';
import type { HistoryLog } from '@baton/ports';
import type { Proc } from '../e2e/processes.ts';

/** A partition that was left, and where its history ended when that was noticed: the next claim comes behind. */
export interface LeftPartition {
  readonly partition: number;
  readonly next: number;
}

/** Partitions that an orchestrator had, by its log, which outlives it. Asked for soon after its end. */
export function leftBy({ historyLog }: Pick<KafkaPorts, 'historyLog'>, { output }: Proc): Promise<readonly LeftPartition[]> {
  const given = [...output().matchAll(/"partitions":"([\d,]*)","msg":"Partitions were assigned"/g)].at(-1)?.[1] ?? '';
  const partitions = given.split(',').filter((one) => one !== '').map(Number);
  return Promise.all(partitions.map(async (partition) => ({ partition, next: (await historyLog.bounds(partition)).next })));
}

/** Of the partition that waited longest, in milliseconds: 0 where there is none, undefined while one still waits. */
export async function takeoverMs({ historyLog }: Pick<KafkaPorts, 'historyLog'>, atMs: number, left: readonly LeftPartition[]): Promise<number | undefined> {
  const claims = await Promise.all(left.map((one) => nextClaimMs(historyLog, one)));
  return claims.every((claimMs) => claimMs !== undefined) ? Math.max(0, ...claims.map((claimMs) => claimMs - atMs)) : undefined;
}

async function nextClaimMs(historyLog: HistoryLog, { partition, next: from }: LeftPartition): Promise<number | undefined> {
  const { next } = await historyLog.bounds(partition);
  for await (const records of historyLog.read(partition, { from, to: next - 1 })) {
    const claim = records.find(({ key }) => key === CLAIM_KEY);
    if (claim !== undefined) return claim.timestampMs;
  }
  return undefined;
}

/**
 * I15: one writer at a time. Every record carries the epoch of a claim that stands before it; within an epoch positions only
 * move forwards, which two writers of one epoch would not keep; all claims speak of the same group and partitions, and runs
 * lie where those put them.
 */
import { partitionOf, type HistoryClaim } from '@baton/contracts';
import type { Checker } from './checker.ts';

interface Writer {
  epoch: number;
  disp: number;
  inboxOff: number;
}

export const oneWriter: Checker = {
  invariant: 'I15',
  title: 'each partition has one writer at a time',
  lacks: () => undefined,
  watch(_evidence, findings, folded) {
    const claims = new Map<number, Set<number>>();
    const writers = new Map<number, Writer>();
    let agreed: HistoryClaim | undefined;
    return {
      seen({ partition, offset, record, counts, newer }) {
        const broken = (what: string, runId?: string): void => findings.violation({ partition, ...(runId !== undefined && { runId }), what: `history offset ${offset}: ${what}` });
        if (newer) findings.left('records of a newer version count, and what they say is not known here');
        if (record === undefined) return;
        findings.examined();
        const known = claims.get(partition) ?? new Set<number>();
        claims.set(partition, known);
        if (record.t === 'claim') {
          known.add(offset);
          agreed ??= record;
          if (record.group !== agreed.group) broken(`the claim is of group ${record.group}, others are of ${agreed.group}`);
          if (record.partitions !== agreed.partitions) broken(`the claim says ${record.partitions} partitions, others ${agreed.partitions}`);
          return;
        }
        if (record.epoch >= folded.positions.get(partition)!.first && !known.has(record.epoch)) broken(`no claim stands at epoch ${record.epoch}`);
        // What is carried forward is of the time of its claim, and an operator's word moves the position on purpose.
        if (!counts || record.t === 'image' || record.t === 'carried' || record.t === 'position') return;
        const inboxOff = record.t === 'txn' ? record.cause.off : record.inboxOff;
        const writer = writers.get(partition);
        if (writer?.epoch === record.epoch) {
          if (record.disp < writer.disp) broken(`what is published went back from ${writer.disp} to ${record.disp}`);
          if (record.t === 'mark' && inboxOff < writer.inboxOff) broken(`the inbox position went back from ${writer.inboxOff} to ${inboxOff}`);
        }
        if (record.disp >= offset) broken(`says that ${record.disp} is published, which lies after it`);
        writers.set(partition, { epoch: record.epoch, disp: record.disp, inboxOff });
        if (record.t === 'txn' && record.seq === 1 && agreed !== undefined) {
          const home = partitionOf(record.runId, agreed.partitions);
          if (home !== partition) broken(`the run belongs into partition ${home}`, record.runId);
        }
      },
    };
  },
};

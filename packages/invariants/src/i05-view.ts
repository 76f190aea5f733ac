/**
 * I5: the view is the fold of the history. A run stands in it as it was after the transition whose number it has, which is
 * not before the view's own position; timers and lists are those of its runs.
 */
import { hashJson, isTerminal } from '@baton/contracts';
import type { Checker, Findings } from './checker.ts';
import type { ViewedPartition } from './evidence.ts';
import { dueProblems } from './view-timers.ts';

interface Viewed {
  readonly partition: number;
  readonly seq: number;
  readonly hash: string;
  compared: boolean;
}

export const view: Checker = {
  invariant: 'I5',
  title: 'the view is the fold of the history',
  lacks: (evidence) => (evidence.view === undefined ? 'the view was not recorded' : undefined),
  watch({ view: recorded }, findings, folded) {
    const { partitions, complete, endedKeptSinceMs } = recorded!;
    const viewed = new Map<string, Viewed>();
    const histOffs = new Map<number, number>();
    for (const partition of partitions) {
      if (partition.meta === undefined) findings.left(`the view of partition ${partition.partition} is wiped; it is being built, or will be`);
      else histOffs.set(partition.partition, partition.meta.histOff);
      for (const state of partition.runs) viewed.set(state.runId, { partition: partition.partition, seq: state.seq, hash: hashJson(state), compared: false });
      checkSets(partition, findings);
    }
    /** Last transition of a run at or before the view's position. */
    const least = new Map<string, number>();
    return {
      transition({ txn: { runId, seq }, partition, offset, after }) {
        const histOff = histOffs.get(partition);
        if (histOff !== undefined && offset <= histOff) least.set(runId, seq);
        const held = viewed.get(runId);
        if (held === undefined || held.seq !== seq) return;
        held.compared = true;
        if (held.partition !== partition) findings.violation({ runId, partition, what: `lies in partition ${partition}, but in the view in ${held.partition}` });
        if (after === undefined) return findings.left('runs that began before what the history still keeps cannot be compared');
        findings.examined();
        if (hashJson(after) !== held.hash) findings.violation({ runId, partition, what: `the view holds another state than the fold at transition ${seq}` });
      },
      end() {
        for (const [partition, histOff] of histOffs) {
          const last = folded.positions.get(partition)?.histOff;
          if (last !== undefined && histOff > last) findings.violation({ partition, what: `the view is at history offset ${histOff}, but the history ends at ${last}` });
        }
        for (const [runId, { partition, seq, compared }] of viewed) {
          const last = folded.run(runId);
          if (last === undefined) {
            if ((folded.positions.get(partition)?.first ?? 0) > 0) findings.left('runs whose history retention has taken cannot be compared');
            else findings.violation({ runId, partition, what: `the view has a run that the history does not know, at transition ${seq}` });
          } else if (!compared && seq > last.seq) findings.violation({ runId, partition, what: `the view is at transition ${seq}, ahead of the history at ${last.seq}` });
          const behind = least.get(runId);
          if (behind !== undefined && seq < behind) findings.violation({ runId, partition, what: `the view is at transition ${seq}, but says that it holds transition ${behind}` });
        }
        if (!complete) return;
        for (const [runId, seq] of least) {
          if (viewed.has(runId)) continue;
          const { partition, state } = folded.run(runId)!;
          const mayHaveLeft = state === undefined || (isTerminal(state.status) && endedKeptSinceMs !== undefined && (state.endedMs ?? 0) < endedKeptSinceMs);
          if (!mayHaveLeft) findings.violation({ runId, partition, what: `is missing in the view, which says that it holds transition ${seq}` });
        }
      },
    };
  },
};

function checkSets(partition: ViewedPartition, findings: Findings): void {
  const { listed, runs } = partition;
  for (const problem of dueProblems(partition)) findings.violation({ partition: partition.partition, ...problem });
  if (listed === undefined) return;
  const statuses = new Map<string, string>();
  for (const { runId, status } of listed) {
    const other = statuses.get(runId);
    if (other !== undefined) findings.violation({ runId, partition: partition.partition, what: `stands in the lists of ${other} and ${status}` });
    statuses.set(runId, status);
  }
  for (const { runId, status } of runs) {
    const found = statuses.get(runId);
    if (found !== status) findings.violation({ runId, partition: partition.partition, what: `is ${status}, but stands in ${found === undefined ? 'no list' : `the list of ${found}`}` });
  }
}

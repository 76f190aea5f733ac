/**
 * I1: a start that was acknowledged has a history. Acknowledged is what the door's log says, and also what lies in the inbox:
 * Kafka has taken it. Of those the engine must have made a run, or a dead letter, once its position has passed them.
 */
import type { Checker, Folded } from './checker.ts';
import type { RecordedPartition, SideEvidence } from './evidence.ts';
import { messageOf } from './inbox-message.ts';
import { refusedRuns } from './refused-runs.ts';
import { settledInbox } from './settled.ts';

export const noLostRun: Checker = {
  invariant: 'I1',
  title: 'every acknowledged start has a history',
  lacks: ({ acknowledgedStarts, inbox }) => (acknowledgedStarts === undefined && inbox === undefined ? "neither the door's log nor the inbox was recorded" : undefined),
  watch: (evidence, findings, folded) => ({
    end() {
      const { acknowledgedStarts, inbox, deadLetters } = evidence;
      const refused = refusedRuns(deadLetters);
      const lost = (runId: string): boolean => folded.run(runId) === undefined && !refused.has(runId);
      const cut = [...folded.positions.values()].some(({ first }) => first > 0);
      if (acknowledgedStarts === undefined) findings.left("the door's log was not recorded: only starts that lie in the inbox were checked");
      for (const { runId, atMs } of acknowledgedStarts ?? []) {
        findings.examined();
        if (!lost(runId)) continue;
        if (cut) findings.left('where retention has taken the beginning of the history, a run that is not in it may have been');
        else findings.violation({ runId, what: `the start that was acknowledged${atMs === undefined ? '' : ` at ${new Date(atMs).toISOString()}`} is not in the history` });
      }
      for (const { runId, partition, offset } of settledStarts(inbox, evidence, folded)) {
        findings.examined();
        if (!lost(runId)) continue;
        if (deadLetters === undefined) findings.left('dead letters were not recorded: a start in the inbox without a run may have become one');
        else findings.violation({ runId, partition, what: `the start at inbox offset ${offset} is neither in the history nor a dead letter` });
      }
    },
  }),
};

function* settledStarts(inbox: readonly RecordedPartition[] | undefined, evidence: SideEvidence, folded: Folded): Iterable<{ readonly runId: string; readonly partition: number; readonly offset: number }> {
  for (const { partition, records } of inbox ?? []) {
    const position = folded.positions.get(partition);
    if (position === undefined || position.first > 0) continue;
    const upTo = settledInbox(evidence, folded, partition);
    for (const { offset, value } of records) {
      if (offset > upTo) break;
      const message = messageOf(value);
      if (message?.type === 'start') yield { runId: message.runId, partition, offset };
    }
  }
}

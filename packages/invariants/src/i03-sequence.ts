/** I3: the transitions of a run are 1, 2, 3 …, and every inbox record is applied at most once and in order. */
import type { Checker } from './checker.ts';

export const sequence: Checker = {
  invariant: 'I3',
  title: 'transitions of a run are 1, 2, 3 …, and no inbox record is applied twice',
  lacks: () => undefined,
  watch: (_evidence, findings, folded) => ({
    transition({ txn: { runId, seq, cause }, partition, offset, known, broken }) {
      findings.examined();
      const last = folded.run(runId)?.seq;
      const begun = last !== undefined || known;
      if (!begun) findings.left('runs that began before what the history still keeps are checked from their first kept transition on');
      else if (seq !== (last ?? 0) + 1) findings.violation({ runId, partition, what: `transition ${seq} at history offset ${offset} follows ${last ?? 'nothing'}` });
      else if (broken !== undefined) findings.violation({ runId, partition, what: `transition ${seq} at history offset ${offset} cannot be folded: ${broken}` });
      const consumed = folded.positions.get(partition)!.inboxOff;
      if (cause.off >= 0 && cause.off <= consumed) findings.violation({ runId, partition, what: `transition ${seq} at history offset ${offset} applies inbox record ${cause.off}, after the position was at ${consumed}` });
    },
  }),
};

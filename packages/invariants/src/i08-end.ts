/** I8: after its end a run has no further transition; so it arms no timer and sends no command either. */
import { isTerminal } from '@baton/contracts';
import type { Checker } from './checker.ts';

export const end: Checker = {
  invariant: 'I8',
  title: 'nothing happens to a run after its end',
  lacks: () => undefined,
  watch: (_evidence, findings) => ({
    transition({ txn: { runId, seq, events, cause }, partition, before }) {
      findings.examined();
      if (before !== undefined && isTerminal(before.status)) findings.violation({ runId, partition, what: `transition ${seq} (${cause.type}) comes after the run was ${before.status}` });
      const at = events.findIndex(({ type }) => type === 'run-completed' || type === 'run-failed' || type === 'run-cancelled');
      const next = events[at + 1];
      if (at >= 0 && next !== undefined) findings.violation({ runId, partition, what: `transition ${seq}: ${next.type} comes after ${events[at]!.type}` });
    },
  }),
};

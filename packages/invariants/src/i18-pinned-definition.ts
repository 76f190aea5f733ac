/** I18: a run keeps the definition that it was started with. */
import type { Checker } from './checker.ts';

export const pinnedDefinition: Checker = {
  invariant: 'I18',
  title: 'a run keeps the definition it was started with',
  lacks: () => undefined,
  watch: (_evidence, findings) => ({
    transition({ txn: { runId, seq, def }, partition, before, after }) {
      const pinned = before ?? after;
      if (pinned === undefined) return;
      findings.examined();
      if (def.hash !== pinned.def.hash) findings.violation({ runId, partition, what: `transition ${seq} is of definition ${def.hash}, the run of ${pinned.def.hash}` });
    },
  }),
};

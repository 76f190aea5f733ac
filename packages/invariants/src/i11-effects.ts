/** I11: an effect happens once for its idempotency key, where the step service keeps the keys beside its effects. */
import { idempotencyKeyOfStep } from '@baton/contracts';
import type { Checker } from './checker.ts';
import { partsOf } from './ledger-key.ts';

export const effects: Checker = {
  invariant: 'I11',
  title: 'an effect happens once for its idempotency key',
  lacks: ({ ledger }) => (ledger?.effects === undefined ? 'no ledger of effects was kept' : undefined),
  watch: ({ ledger }, findings) => ({
    end() {
      const counts = new Map<string, number>();
      for (const { idem } of ledger!.effects!) counts.set(idem, (counts.get(idem) ?? 0) + 1);
      findings.examined(counts.size);
      for (const [idem, count] of counts) if (count > 1) findings.violation({ runId: idem.split('/')[0]!, what: `the effect of ${idem} happened ${count} times` });
      for (const { key, idem } of ledger!.executions) {
        const { runId, stepId } = partsOf(key);
        const expected = idempotencyKeyOfStep(runId, stepId);
        if (idem !== expected) findings.violation({ runId, what: `the idempotency key of ${key} was ${idem}, expected ${expected}` });
      }
    },
  }),
};

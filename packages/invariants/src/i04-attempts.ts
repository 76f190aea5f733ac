/** I4: an attempt is opened once and closed once, by result, time-out or cancel; so one result of it at most is applied. */
import { isTerminal, type RunEvent } from '@baton/contracts';
import type { Checker } from './checker.ts';

interface Attempts {
  opened: number;
  closed: number;
}

export const attempts: Checker = {
  invariant: 'I4',
  title: 'an attempt is opened once and closed once',
  lacks: () => undefined,
  watch(_evidence, findings) {
    /** Of runs that have not ended: highest attempt opened and closed, by step. */
    const open = new Map<string, Map<string, Attempts>>();
    return {
      transition({ txn, partition, before, after, known }) {
        const { runId, seq, events } = txn;
        const steps = open.get(runId) ?? new Map<string, Attempts>();
        for (const event of events) {
          if (event.type !== 'attempt-opened' && event.type !== 'attempt-closed') continue;
          findings.examined();
          const step = steps.get(event.stepId) ?? { opened: 0, closed: 0 };
          // Of a run that was not seen from its beginning the open attempt may have been opened before.
          if (known || steps.has(event.stepId)) {
            const wrong = problem(step, event);
            if (wrong !== undefined) findings.violation({ runId, partition, what: `transition ${seq}: attempt ${event.attempt} of ${event.stepId} ${wrong}` });
          }
          if (event.type === 'attempt-opened') step.opened = Math.max(step.opened, event.attempt);
          else step.closed = Math.max(step.closed, event.attempt);
          steps.set(event.stepId, step);
        }
        // Of an ended run only what comes after its end would be wrong, and I8 finds that.
        if (after !== undefined && isTerminal(after.status) && (before === undefined || !isTerminal(before.status))) open.delete(runId);
        else if (steps.size > 0) open.set(runId, steps);
      },
    };
  },
};

function problem({ opened, closed }: Attempts, event: Extract<RunEvent, { type: 'attempt-opened' | 'attempt-closed' }>): string | undefined {
  if (event.type === 'attempt-opened') {
    if (event.attempt <= opened) return 'is opened again';
    return closed < opened ? `is opened while attempt ${opened} is open` : undefined;
  }
  if (event.attempt <= closed) return 'is closed again';
  return event.attempt === opened ? undefined : 'is closed, but was never opened';
}

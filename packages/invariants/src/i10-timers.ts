/** I10: a timer never fires before it is due, whoever said that it was. How late it fires is measured elsewhere. */
import type { RunEvent, RunState } from '@baton/contracts';
import { attemptTimer, backoffTimer, deadlineTimer, escalationTimer, RUN_TIMER, waitTimer } from '@baton/core';
import type { Checker } from './checker.ts';

export const timers: Checker = {
  invariant: 'I10',
  title: 'no timer fires before it is due',
  lacks: () => undefined,
  watch: (_evidence, findings) => ({
    transition({ txn: { runId, seq, events, cause }, partition, before }) {
      if (before === undefined) return;
      const early = (what: string): void => findings.violation({ runId, partition, what: `transition ${seq}: ${what}` });
      if (cause.type === 'timer') {
        findings.examined();
        if (!Object.values(before.timers).some(({ dueMs }) => dueMs <= cause.ts)) early('a timer fired, but none was due');
      }
      for (const event of events) {
        const dueMs = dueOf(event, before);
        if (dueMs === undefined) continue;
        findings.examined();
        if (dueMs > cause.ts) early(`${event.type}${'stepId' in event ? ` of ${event.stepId}` : ''} came ${dueMs - cause.ts} ms early`);
      }
    },
  }),
};

/** When the timer was due that an event follows from; undefined for events that follow from none. */
function dueOf(event: RunEvent, { timers: armed, branches }: RunState): number | undefined {
  switch (event.type) {
    case 'wait-ended':
      return armed[waitTimer(event.stepId)]?.dueMs;
    case 'question-escalated':
      return armed[escalationTimer(event.stepId)]?.dueMs;
    case 'question-expired':
    case 'await-timed-out':
      return armed[deadlineTimer(event.stepId)]?.dueMs;
    case 'attempt-opened':
      return armed[backoffTimer(event.stepId)]?.dueMs;
    case 'attempt-closed': {
      if (event.outcome === 'heartbeat-lost') return armed[attemptTimer(event.stepId)]?.dueMs;
      if (event.outcome !== 'timed-out') return undefined;
      const deadlineMs = branches[event.branch]?.open?.deadlineMs;
      // The run's own time-out closes its attempts too.
      return deadlineMs === undefined ? undefined : Math.min(deadlineMs, armed[RUN_TIMER]?.dueMs ?? deadlineMs);
    }
    default:
      return undefined;
  }
}

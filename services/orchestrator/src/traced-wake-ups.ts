/** Gives each wake-up a span in its run's trace, so that a wait is seen from its job to what it woke. */
import { withTrace } from '@baton/platform-kit';
import type { WakeUps } from '@baton/ports';

export function tracedWakeUps(inner: WakeUps): WakeUps {
  return {
    schedule: (wakeUps) => inner.schedule(wakeUps),
    start: (due) =>
      inner.start((wakeUp) =>
        withTrace(wakeUp.trace, 'wake-up', { 'baton.run.id': wakeUp.runId, 'baton.timer': wakeUp.timerId, 'baton.late_ms': Math.max(0, Date.now() - wakeUp.dueMs) }, () => due(wakeUp)),
      ),
    stop: () => inner.stop(),
  };
}

/** Log lines for what happens to runs and lanes: one for each event that matters, ids and never a payload. */
import { derivedTraceId, spanIdsOf, type RunEvent, type RunState } from '@baton/contracts';
import type { Log } from '@baton/platform-kit';
import type { RuntimeObserver } from '@baton/ports';

export function loggingObserver(log: Log): RuntimeObserver {
  return {
    committed({ txn, after }) {
      for (const event of txn.events) logEvent(log, event, after);
    },
    ignored({ message, why }) {
      if (why !== 'early') log.debug({ runId: message.runId, messageId: message.id, type: message.type, why }, 'message ignored');
    },
    deadLettered({ topic, partition, offset, reason, detail, runId }) {
      log.warn({ topic, partition, offset, reason, detail, runId }, 'dead letter');
    },
    lane({ partition, what, detail, count, durationMs, lateMs }) {
      if (what === 'batch' || what === 'claiming' || what === 'swept') return log.debug({ partition, count, durationMs, lateMs }, `lane ${what}`);
      const serious = what === 'failed' || what === 'diverged' || what === 'carry-overdue' || what === 'poison';
      log[serious ? 'error' : what === 'ready' || what === 'stopped' || what === 'carried' ? 'info' : 'warn']({ partition, detail, count, durationMs }, `lane ${what}`);
    },
  };
}

function logEvent(log: Log, event: RunEvent, run: RunState): void {
  const durationMs = run.updatedMs - run.startedMs;
  switch (event.type) {
    case 'run-started':
      return log.info({ ...about(run), via: event.via, definition: run.def.hash }, 'run started');
    case 'run-completed':
      return log.info({ ...about(run), durationMs }, 'run completed');
    case 'run-failed':
      return log.warn({ ...about(run), durationMs, error: event.error.name, step: event.error.step, message: event.error.message }, 'run failed');
    case 'run-cancelled':
      return log.info({ ...about(run), reason: event.reason }, 'run cancelled');
    case 'compensation-begun':
      return log.warn({ ...about(run), ends: event.ending.as, due: run.compensations?.length }, 'run compensates');
    case 'compensation-retried':
    case 'compensation-skipped':
      return log.warn({ ...about(run), of: event.of, by: event.by, reason: event.reason }, event.type === 'compensation-retried' ? 'compensation retried' : 'compensation skipped');
    case 'compensation-failed':
    case 'run-blocked':
      return log.error({ ...about(run), message: event.error.message }, 'run blocked');
    case 'attempt-closed':
      if (event.outcome !== 'succeeded') log.warn({ ...about(run), stepId: event.stepId, attempt: event.attempt, outcome: event.outcome, error: event.error?.name }, 'attempt closed');
      return;
    case 'retry-scheduled':
      return log.info({ ...about(run), stepId: event.stepId, attempt: event.attempt, delayMs: event.timer.dueMs - run.updatedMs }, 'retry scheduled');
    default:
  }
}

const about = (run: RunState) => ({ runId: run.runId, workflow: run.def.name, trace_id: run.trace === undefined ? derivedTraceId(run.runId) : spanIdsOf(run.trace).traceId });

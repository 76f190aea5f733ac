/**
 * Spans of runs and attempts, written when they end with their true times. Ids are derived, so an orchestrator that takes
 * a run over goes on in the same spans, and what the step services sent under them finds its parent.
 */
import { attemptKey, attemptSpanId, derivedTraceId, runSpanId, spanIdsOf, type AttemptOutcome, type HistoryTxn, type RunEvent, type RunState } from '@baton/contracts';
import { spansAreWritten, writeSpan } from '@baton/platform-kit';
import type { RuntimeObserver } from '@baton/ports';

export function tracingObserver(): RuntimeObserver {
  return {
    committed({ txn, before, after }) {
      if (!spansAreWritten()) return;
      for (const event of txn.events) {
        if (event.type === 'attempt-closed') writeAttempt(event, txn, before, after);
        else if (event.type === 'run-completed' || event.type === 'run-failed' || event.type === 'run-cancelled') writeRun(event, after);
      }
    },
    ignored: () => undefined,
    deadLettered: () => undefined,
    lane: () => undefined,
  };
}

function writeAttempt(event: Extract<RunEvent, { type: 'attempt-closed' }>, txn: HistoryTxn, before: RunState | undefined, after: RunState): void {
  const branch = before?.branches[event.branch];
  const open = branch?.open;
  if (branch === undefined || open === undefined) return;
  const endMs = txn.cause.ts;
  const startedMs = event.startedMs ?? open.startedMs;
  writeSpan({
    ...traceOf(after),
    spanId: attemptSpanId(attemptKey(after.runId, event.stepId, event.attempt)),
    parentSpanId: runSpanId(after.runId),
    name: `${open.service}/${open.step}`,
    startMs: open.openedMs,
    endMs,
    kind: 'internal',
    attributes: {
      'baton.run.id': after.runId,
      'baton.workflow': after.def.name,
      'baton.step.id': event.stepId,
      'baton.attempt': event.attempt,
      'baton.outcome': event.outcome,
      'baton.worker': event.worker,
      'baton.queue_ms': startedMs === undefined ? undefined : Math.max(0, startedMs - open.openedMs),
      'error.type': event.error?.name,
    },
    status: statusOf(event.outcome, event.error?.message),
  });
}

function writeRun(event: Extract<RunEvent, { type: 'run-completed' | 'run-failed' | 'run-cancelled' }>, run: RunState): void {
  const parent = run.trace === undefined ? undefined : spanIdsOf(run.trace).spanId;
  const error = event.type === 'run-failed' ? event.error : undefined;
  writeSpan({
    ...traceOf(run),
    spanId: runSpanId(run.runId),
    ...(parent !== undefined && { parentSpanId: parent }),
    name: `run ${run.def.name}`,
    startMs: run.startedMs,
    endMs: run.updatedMs,
    kind: 'internal',
    attributes: { 'baton.run.id': run.runId, 'baton.workflow': run.def.name, 'baton.definition': run.def.hash, 'baton.outcome': run.status, 'baton.transitions': run.seq, 'error.type': error?.name },
    status: error === undefined ? { code: 'ok' } : { code: 'error', message: error.name },
  });
}

function traceOf(run: RunState): { readonly traceId: string; readonly sampled: boolean } {
  if (run.trace === undefined) return { traceId: derivedTraceId(run.runId), sampled: true };
  const { traceId, flags } = spanIdsOf(run.trace);
  return { traceId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

function statusOf(outcome: AttemptOutcome, message: string | undefined): { code: 'ok' | 'error' | 'unset'; message?: string } {
  if (outcome === 'succeeded') return { code: 'ok' };
  if (outcome === 'released' || outcome === 'cancelled') return { code: 'unset' };
  return { code: 'error', ...(message !== undefined && { message }) };
}

/** Which of a run's events the world is told, and how. Ids follow from run, sequence and place, so a repetition keeps its id. */
import { taskIdOf, type EmittedEvent, type HistoryTxn, type LifecycleEvent, type PublicEvent, type LifecycleType, type RunEvent, type RunState } from '@baton/contracts';

/**
 * The public events of a committed transition, derived again: they follow from its events and the run, so the history does
 * not hold them twice. @param run after the transition, or later.
 */
export function publishedBy(run: RunState, txn: Pick<HistoryTxn, 'events' | 'cause' | 'seq'>, source: string): readonly PublicEvent[] {
  const state = { ...run, seq: txn.seq - 1 };
  return txn.events.flatMap((event, i) => publicEventOf(event, state, { index: i + 1, nowMs: txn.cause.ts, source }) ?? []);
}

interface About {
  /** Place of the event in its transition, from 1. */
  readonly index: number;
  readonly nowMs: number;
  readonly source: string;
}

/** What the world is told of an event: what the platform says of a run, or what a workflow says itself. */
export const publicEventOf = (event: RunEvent, state: RunState, about: About): PublicEvent | undefined => (event.type === 'event-emitted' ? emitted(event, state, about) : lifecycleOf(event, state, about));

/** The id is that of the state's entry: however often it is tried again, it is one event. */
function emitted({ stepId, eventType, subject, data }: Extract<RunEvent, { type: 'event-emitted' }>, state: RunState, { nowMs, source }: About): EmittedEvent {
  return {
    specversion: '1.0',
    id: `${state.runId}.${stepId}`,
    source,
    type: eventType,
    ...(subject !== undefined && { subject }),
    time: new Date(nowMs).toISOString(),
    datacontenttype: 'application/json',
    data,
    runid: state.runId,
    stepid: stepId,
    workflow: state.def.name,
    ...(state.trace !== undefined && { traceparent: state.trace.traceparent }),
  };
}

function lifecycleOf(event: RunEvent, state: RunState, about: About): LifecycleEvent | undefined {
  const told = tell(event, state, about.nowMs);
  if (told === undefined) return undefined;
  return {
    specversion: '1.0',
    id: `${state.runId}.${state.seq + 1}.${about.index}`,
    source: about.source,
    type: told.type,
    subject: state.runId,
    time: new Date(about.nowMs).toISOString(),
    datacontenttype: 'application/json',
    data: { workflow: state.def.name, definition: state.def.hash, runId: state.runId, ...told.data },
    ...(state.trace !== undefined && { traceparent: state.trace.traceparent }),
  };
}

function tell(event: RunEvent, state: RunState, nowMs: number): { type: LifecycleType; data: Partial<LifecycleEvent['data']> } | undefined {
  switch (event.type) {
    case 'run-started':
      return { type: 'baton.run.started', data: {} };
    case 'state-exited': {
      const step = state.steps.findLast((candidate) => candidate.stepId === event.stepId);
      if (step?.type !== 'Task') return undefined;
      const data = { step: event.state, stepId: event.stepId, attempts: step.attempts, durationMs: nowMs - step.enteredMs };
      return event.via === 'done' ? { type: 'baton.step.completed', data } : { type: 'baton.step.failed', data: { ...data, ...(event.error !== undefined && { error: withoutDetails(event.error) }) } };
    }
    case 'state-failed':
      return { type: 'baton.step.failed', data: { step: event.state, stepId: event.stepId, error: withoutDetails(event.error) } };
    case 'question-asked': {
      const id = taskIdOf({ ...event, runId: state.runId });
      return { type: 'baton.task.asked', data: { stepId: event.stepId, task: { id, title: event.title, assignees: [...event.assignees], deadlineMs: event.deadlineMs, path: `/v1/tasks/${id}` } } };
    }
    case 'question-escalated': {
      const id = taskIdOf({ ...event, runId: state.runId });
      return { type: 'baton.task.escalated', data: { stepId: event.stepId, task: { id, title: event.title, assignees: [...event.assignees], path: `/v1/tasks/${id}` } } };
    }
    case 'question-answered':
      return { type: 'baton.task.answered', data: { stepId: event.stepId, task: { id: taskIdOf({ ...event, runId: state.runId }), via: event.via, ...(event.by !== undefined && { by: event.by }) } } };
    case 'question-expired':
      return { type: 'baton.task.expired', data: { stepId: event.stepId, task: { id: taskIdOf({ ...event, runId: state.runId }) } } };
    case 'question-withdrawn':
      return { type: 'baton.task.withdrawn', data: { stepId: event.stepId, task: { id: taskIdOf({ ...event, runId: state.runId }) } } };
    case 'run-completed':
      return { type: 'baton.run.completed', data: { durationMs: nowMs - state.startedMs } };
    case 'run-failed':
      return { type: 'baton.run.failed', data: { durationMs: nowMs - state.startedMs, error: withoutDetails(event.error) } };
    case 'run-cancelled':
      return { type: 'baton.run.cancelled', data: { durationMs: nowMs - state.startedMs, reason: event.reason } };
    case 'compensation-failed':
    case 'run-blocked':
      return { type: 'baton.run.blocked', data: { error: withoutDetails(event.error) } };
    default:
      return undefined;
  }
}

/** Details may quote the payload; the public topic carries none. */
function withoutDetails<E extends { details?: unknown }>(error: E): Omit<E, 'details'> {
  const { details: _details, ...rest } = error;
  return rest;
}

/**
 * A decision while it is being made: events are folded at once, so what comes next sees what came before. Nothing here
 * reaches outside; the caller takes events and effects as values.
 */
import {
  attemptKey,
  attemptSpanId,
  derivedTraceId,
  idempotencyKeyOfStep,
  spanIdsOf,
  type AbandonStepCommand,
  type Branch,
  type Json,
  type OpenAttempt,
  type RunEvent,
  type RunState,
  type StepId,
  type TimerKind,
  type Arm,
  type TraceContext,
} from '@baton/contracts';
import type { Effect, Facts } from './decision.ts';
import { evolve } from './evolve.ts';
import { lifecycleOf } from './lifecycle.ts';

export class Unfolding {
  readonly facts: Facts;
  /** Never before the run's last transition, whatever the producers' clocks say. */
  readonly nowMs: number;
  readonly events: RunEvent[] = [];
  readonly effects: Effect[] = [];
  #state: RunState | undefined;

  constructor(state: RunState | undefined, facts: Facts) {
    this.#state = state;
    this.facts = facts;
    this.nowMs = Math.max(facts.nowMs, state?.updatedMs ?? 0);
  }

  get state(): RunState {
    if (this.#state === undefined) throw new Error('Expected a run that has started');
    return this.#state;
  }

  branch(id: string): Branch {
    const branch = this.state.branches[id];
    if (branch === undefined) throw new Error(`Expected a branch ${id}`);
    return branch;
  }

  emit(event: RunEvent): void {
    const before = this.#state;
    this.#state = evolve(before, event, this.nowMs);
    this.events.push(event);
    const published = lifecycleOf(event, this.#state, { index: this.events.length, nowMs: this.nowMs, source: this.facts.eventSource });
    if (published !== undefined) this.effects.push({ kind: 'publish-event', event: published });
  }

  /** A timer with a version of its own: a job for an older arming can never fire a newer one. */
  arming(id: string, kind: TimerKind, dueMs: number): Arm {
    return { id, ver: (this.#state?.timerVersions ?? 0) + 1, dueMs, kind };
  }

  sendRun(step: { readonly stepId: StepId; readonly open: OpenAttempt; readonly input: Json }): void {
    const { runId, def } = this.state;
    const key = attemptKey(runId, step.stepId, step.open.attempt);
    this.effects.push({
      kind: 'send-command',
      command: {
        v: 1,
        t: 'run-step',
        key,
        idem: idempotencyKeyOfStep(runId, step.stepId),
        runId,
        stepId: step.stepId,
        attempt: step.open.attempt,
        service: step.open.service,
        step: step.open.step,
        workflow: def.name,
        deadlineMs: step.open.deadlineMs,
        ...(step.open.heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs: step.open.heartbeatTimeoutMs }),
        input: step.input,
        trace: attemptTrace(this.state, key),
      },
    });
  }

  sendAbandon(stepId: StepId, open: OpenAttempt, why: AbandonStepCommand['why']): void {
    const { runId } = this.state;
    this.effects.push({
      kind: 'send-command',
      command: { v: 1, t: 'abandon-step', key: attemptKey(runId, stepId, open.attempt), runId, stepId, attempt: open.attempt, service: open.service, step: open.step, why },
    });
  }
}

/** The step's spans hang below the attempt's, whose id follows from its key. */
function attemptTrace(state: RunState, key: string): TraceContext {
  const parent = state.trace === undefined ? undefined : spanIdsOf(state.trace);
  return {
    traceparent: `00-${parent?.traceId ?? derivedTraceId(state.runId)}-${attemptSpanId(key)}-${parent?.flags ?? '01'}`,
    ...(state.trace?.tracestate !== undefined && { tracestate: state.trace.tracestate }),
  };
}

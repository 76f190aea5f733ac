/**
 * A decision while it is being made: events are folded at once, so what comes next sees what came before. Nothing here
 * reaches outside; the caller takes events and effects as values.
 */
import {
  attemptKey,
  attemptSpanId,
  derivedTraceId,
  idempotencyKeyOfStep,
  LIMITS,
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
import type { Effect, Facts, NewFile, UnsignedMessage } from './decision.ts';
import { evolve } from './evolve.ts';
import { publicEventOf } from './lifecycle.ts';
import { toldParent } from './told-parent.ts';

export class Unfolding {
  readonly facts: Facts;
  /** Never before the run's last transition, whatever the producers' clocks say. */
  readonly nowMs: number;
  readonly events: RunEvent[] = [];
  readonly effects: Effect[] = [];
  /** What the events refer to, and nobody has stored yet. */
  readonly files: NewFile[] = [];
  /** Bytes of data that this decision has written so far: see LIMITS.decisionDataBytes. */
  writtenBytes = 0;
  /** States that the branch which is walked has gone through without waiting for anything outside. */
  transitions = 0;
  /** Bytes of the inputs of its commands. */
  #sentBytes = 0;
  /** Branches whose fan-out has to be looked at, the newest last. */
  readonly #looks: string[] = [];
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

  /** Whether it holds as much as a fan-out may put into one decision: what else there is to do is left to the next. */
  get isFull(): boolean {
    return this.writtenBytes + this.#sentBytes + this.events.length * EVENT_BYTES > LIMITS.fanOutDecisionBytes;
  }

  /** Something has happened to a branch of this one's fan-out. */
  lookAt(branchId: string): void {
    if (!this.#looks.includes(branchId)) this.#looks.push(branchId);
  }

  nextLook(): string | undefined {
    return this.#looks.pop();
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
    const published = publicEventOf(event, this.#state, { index: this.events.length, nowMs: this.nowMs, source: this.facts.eventSource });
    if (published !== undefined) this.effects.push({ kind: 'publish-event', event: published });
    const end = toldParent(event, this.#state);
    if (end !== undefined) this.effects.push({ kind: 'send-message', message: end });
  }

  /** A timer with a version of its own: a job for an older arming can never fire a newer one. */
  arming(id: string, kind: TimerKind, dueMs: number): Arm {
    return { id, ver: (this.#state?.timerVersions ?? 0) + 1, dueMs, kind };
  }

  /** @param step `bytes`: of its input. */
  sendRun(step: { readonly stepId: StepId; readonly open: OpenAttempt; readonly input: Json; readonly bytes: number }): void {
    const { runId, def } = this.state;
    this.#sentBytes += step.bytes + COMMAND_BYTES;
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

  /** Tells another run something. @param bytes of what it carries: they stand in this decision's record. */
  sendMessage(message: UnsignedMessage, bytes = 0): void {
    this.writtenBytes += bytes + COMMAND_BYTES;
    this.effects.push({ kind: 'send-message', message });
  }

  sendAbandon(stepId: StepId, open: OpenAttempt, why: AbandonStepCommand['why']): void {
    const { runId } = this.state;
    this.effects.push({
      kind: 'send-command',
      command: { v: 1, t: 'abandon-step', key: attemptKey(runId, stepId, open.attempt), runId, stepId, attempt: open.attempt, service: open.service, step: open.step, why },
    });
  }
}

/** About what an event and a command take beside data and inputs. */
const EVENT_BYTES = 160;
const COMMAND_BYTES = 700;

/** The step's spans hang below the attempt's, whose id follows from its key. */
function attemptTrace(state: RunState, key: string): TraceContext {
  const parent = state.trace === undefined ? undefined : spanIdsOf(state.trace);
  return {
    traceparent: `00-${parent?.traceId ?? derivedTraceId(state.runId)}-${attemptSpanId(key)}-${parent?.flags ?? '01'}`,
    ...(state.trace?.tracestate !== undefined && { tracestate: state.trace.tracestate }),
  };
}

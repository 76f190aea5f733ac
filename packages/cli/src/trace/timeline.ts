/** Where the time of a run went, read from its history: states, and in each the attempts, backoffs and waits. */
import type { HistoryEntry, RunEvent } from '@baton/contracts';

export type PartKind = 'attempt' | 'backoff' | 'wait' | 'signal' | 'child' | 'person';

/** One stretch of a state's time. Milliseconds since the epoch; without an end it goes on. */
export interface Part {
  readonly kind: PartKind;
  readonly startMs: number;
  endMs?: number;
  /** Of an attempt: when a worker took it, by the worker's clock but never outside the attempt. Absent: none has said so. */
  takenMs?: number;
  readonly attempt?: number;
  /** What is done or waited for: `service/step`, a signal's name, a run, what a person is asked. */
  readonly of?: string;
  worker?: string;
  /** Of what is over. */
  outcome?: string;
  error?: string;
}

export interface StateSpan {
  readonly stepId: string;
  readonly state: string;
  readonly stateType: string;
  /** How many Parallels and Maps it stands in. */
  readonly depth: number;
  /** The branch or iteration that it stands in; absent outside of any. */
  readonly branch?: string;
  /** It undoes what this state did. */
  readonly undoes?: true;
  readonly startMs: number;
  endMs?: number;
  /** Absent: it goes on. `done`, `caught`, `continued`, `failed`, `cancelled`. */
  outcome?: string;
  error?: string;
  readonly parts: readonly Part[];
}

export interface Timeline {
  readonly states: readonly StateSpan[];
  /** Sums over all branches, so they may be more than the run has taken. */
  readonly totals: { readonly queuedMs: number; readonly inServiceMs: number; readonly backoffMs: number; readonly waitingMs: number };
  /** Events whose beginning the history does not tell: it was shortened, or read from the middle. */
  readonly unplaced: number;
}

interface Open extends StateSpan {
  readonly parts: Part[];
}

/** @param nowMs until when what goes on is counted. Events of kinds that are not known say nothing of time and are passed over. */
export function timelineOf(entries: readonly HistoryEntry[], nowMs: number): Timeline {
  const reading = new Reading();
  for (const { event, tsMs } of entries) reading.take(event as unknown as RunEvent, tsMs);
  return { states: reading.states, totals: totalsOf(reading.states, nowMs), unplaced: reading.unplaced };
}

class Reading {
  readonly states: Open[] = [];
  unplaced = 0;
  readonly #byStep = new Map<string, Open>();
  readonly #parents = new Map<string, string>();
  readonly #open = new Set<Open>();

  take(event: RunEvent, atMs: number): void {
    switch (event.type) {
      case 'state-entered':
        return this.#enter(event.branch, { stepId: event.stepId, state: event.state, stateType: event.stateType, startMs: atMs });
      case 'compensation-started':
        return this.#enter(event.branch, { stepId: event.stepId, state: this.#byStep.get(event.of)?.state ?? event.of, stateType: 'Task', undoes: true, startMs: atMs });
      case 'attempt-opened':
        return this.#begin(event.stepId, { kind: 'attempt', attempt: event.attempt, of: `${event.service}/${event.step}`, startMs: atMs });
      case 'attempt-heartbeat':
        return this.#said(event, atMs);
      case 'attempt-closed':
        this.#said(event, atMs);
        return this.#end(event.stepId, atMs, event.outcome, event.error?.name);
      case 'retry-scheduled':
        return this.#begin(event.stepId, { kind: 'backoff', attempt: event.attempt, startMs: atMs });
      case 'wait-started':
        return this.#begin(event.stepId, { kind: 'wait', startMs: atMs });
      case 'signal-awaited':
        return this.#begin(event.stepId, { kind: 'signal', of: event.name, startMs: atMs });
      case 'child-awaited':
        return this.#begin(event.stepId, { kind: 'child', of: event.child, startMs: atMs });
      case 'question-asked':
        return this.#begin(event.stepId, { kind: 'person', of: event.title, startMs: atMs });
      case 'question-answered':
        return this.#end(event.stepId, atMs, 'answered');
      case 'question-expired':
        return this.#end(event.stepId, atMs, 'expired');
      case 'question-withdrawn':
        return void this.#endIfOpen(event.stepId, atMs, 'withdrawn');
      case 'wait-ended':
      case 'backoff-ended':
        return this.#end(event.stepId, atMs, 'over');
      case 'signal-taken':
        return void this.#endIfOpen(event.stepId, atMs, 'taken');
      case 'child-ended':
        return this.#end(event.stepId, atMs, event.outcome);
      case 'child-abandoned':
        return void this.#endIfOpen(event.stepId, atMs, 'abandoned');
      case 'await-timed-out':
        return void this.#endIfOpen(event.stepId, atMs, 'timed-out');
      case 'state-exited':
        return this.#left(event.stepId, atMs, event.via, event.error?.name);
      case 'state-failed':
        return this.#left(event.stepId, atMs, 'failed', event.error.name);
      case 'compensation-done':
        return this.#left(event.stepId, atMs, 'done');
      case 'compensation-retried':
        return this.#reopen(event.stepId);
      case 'compensation-failed':
        return this.#left(event.stepId, atMs, 'failed', event.cause.name);
      case 'branch-opened':
        return void this.#parents.set(event.branch, event.parent);
      case 'branch-ended':
        return this.#close(event.branch, atMs, 'done', 'itself');
      case 'branch-failed':
        return this.#close(event.branch, atMs, 'failed', 'itself');
      case 'branches-cancelled':
      case 'branches-aborted':
        return this.#close(event.branch, atMs, 'cancelled', 'below');
      case 'compensation-begun':
        return this.#closeAll(atMs, 'cancelled');
      case 'run-completed':
      case 'run-continued':
        return this.#closeAll(atMs, 'done');
      case 'run-failed':
        return this.#closeAll(atMs, 'failed');
      case 'run-cancelled':
        return this.#closeAll(atMs, 'cancelled');
      default:
    }
  }

  #enter(branch: string, about: Pick<StateSpan, 'stepId' | 'state' | 'stateType' | 'startMs' | 'undoes'>): void {
    const depth = this.#ancestorsOf(branch).length;
    const span: Open = { ...about, depth, ...(depth > 0 && { branch }), parts: [] };
    this.states.push(span);
    this.#open.add(span);
    this.#byStep.set(about.stepId, span);
  }

  /** What began ends what went before: a state does one thing at a time. */
  #begin(stepId: string, part: Part): void {
    const span = this.#byStep.get(stepId);
    if (span === undefined) return void this.unplaced++;
    const last = span.parts.at(-1);
    if (last !== undefined && last.endMs === undefined) last.endMs = part.startMs;
    span.parts.push(part);
  }

  #said({ stepId, startedMs, worker }: { readonly stepId: string; readonly startedMs?: number; readonly worker?: string }, atMs: number): void {
    const part = this.#openPart(stepId);
    if (part === undefined) return;
    if (startedMs !== undefined) part.takenMs = Math.min(Math.max(startedMs, part.startMs), atMs);
    if (worker !== undefined) part.worker = worker;
  }

  #end(stepId: string, atMs: number, outcome: string, error?: string): void {
    if (!this.#endIfOpen(stepId, atMs, outcome, error)) this.unplaced++;
  }

  #endIfOpen(stepId: string, atMs: number, outcome: string, error?: string): boolean {
    const part = this.#openPart(stepId);
    if (part === undefined) return false;
    part.endMs = atMs;
    part.outcome = outcome;
    if (error !== undefined) part.error = error;
    return true;
  }

  #openPart(stepId: string): Part | undefined {
    const part = this.#byStep.get(stepId)?.parts.at(-1);
    return part?.endMs === undefined ? part : undefined;
  }

  #left(stepId: string, atMs: number, outcome: string, error?: string): void {
    const span = this.#byStep.get(stepId);
    if (span === undefined) return void this.unplaced++;
    this.#leaveSpan(span, atMs, outcome, error);
  }

  #close(branch: string, atMs: number, outcome: string, which: 'itself' | 'below'): void {
    for (const span of this.#open) {
      if (span.branch === undefined) continue;
      const inside = which === 'itself' ? span.branch === branch : this.#ancestorsOf(span.branch).includes(branch);
      if (inside) this.#leaveSpan(span, atMs, outcome);
    }
  }

  #closeAll(atMs: number, outcome: string): void {
    for (const span of this.#open) this.#leaveSpan(span, atMs, outcome);
  }

  #leaveSpan(span: Open, atMs: number, outcome: string, error?: string): void {
    this.#open.delete(span);
    span.endMs = atMs;
    span.outcome = outcome;
    if (error !== undefined) span.error = error;
    this.#endIfOpen(span.stepId, atMs, outcome);
  }

  /** An operator has it tried again. */
  #reopen(stepId: string): void {
    const span = this.#byStep.get(stepId);
    if (span === undefined) return void this.unplaced++;
    delete span.endMs;
    delete span.outcome;
    delete span.error;
    this.#open.add(span);
  }

  #ancestorsOf(branch: string): string[] {
    const found: string[] = [];
    for (let parent = this.#parents.get(branch); parent !== undefined; parent = this.#parents.get(parent)) found.push(parent);
    return found;
  }
}

function totalsOf(states: readonly StateSpan[], nowMs: number): Timeline['totals'] {
  const totals = { queuedMs: 0, inServiceMs: 0, backoffMs: 0, waitingMs: 0 };
  for (const { kind, startMs, takenMs, endMs = nowMs } of states.flatMap(({ parts }) => parts)) {
    if (kind === 'attempt') {
      totals.queuedMs += (takenMs ?? endMs) - startMs;
      totals.inServiceMs += takenMs === undefined ? 0 : endMs - takenMs;
    } else totals[kind === 'backoff' ? 'backoffMs' : 'waitingMs'] += endMs - startMs;
  }
  return totals;
}

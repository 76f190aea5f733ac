/**
 * After the commit: the view, the commands and public events, the wake-ups. Batches go through here one after the other,
 * while the lane decides the next. Everything is a repetition-safe consequence of the history, so trouble that does not
 * pass makes the lane claim again, and recovery does the rest (C7 to C12).
 */
import { isEmitted, OperatingError, runTraceContext, type RunState } from '@baton/contracts';
import type { RunWrite, WakeUp } from '@baton/ports';
import { pause, withDeadline } from '../deadline.ts';
import type { Batch } from './batch.ts';
import type { Surroundings } from './surroundings.ts';

/** Committed batches on their way to the view. */
export interface ViewStretch {
  readonly partition: number;
  readonly epoch: number;
  /** History offset before the first of them, and the last. */
  readonly prevOff: number;
  readonly lastOff: number;
  readonly inboxOff: number;
  readonly disp: number;
  readonly runs: readonly RunWrite[];
}

/** What other runs are told: once it is out, the inbox has it as anybody's message. @throws OperatingError where the inbox stayed away beyond the deadline. */
export async function sendMessages(batch: Batch, around: Surroundings): Promise<void> {
  const messages = batch.transitions.flatMap(({ txn }) => txn.messages ?? []);
  if (messages.length > 0) await untilDeadline(around, 'telling other runs', () => around.sender.send(messages));
}

/** Commands and public events of a batch. @throws OperatingError where the bus stayed away beyond the deadline. */
export async function publishOutbox(partition: number, batch: Batch, around: Surroundings): Promise<void> {
  const commands = batch.transitions.flatMap(({ txn }) => txn.outbox);
  const events = batch.transitions.flatMap(({ published }) => published);
  const emitted = events.filter(isEmitted);
  // What a workflow says itself would be lost without its topic, so nothing goes on before that is there.
  if (emitted.length > 0) await untilDeadline(around, 'publishing events', () => around.bus.publish({ commands: [], events: emitted }));
  const others = events.filter((event) => !isEmitted(event));
  if (commands.length + others.length === 0) return;
  try {
    await untilDeadline(around, 'publishing commands', () => around.bus.publish({ commands, events: others }));
  } catch (error) {
    // A service whose topic nobody has created must not stop everyone else's runs: its attempts time out, by their own policy.
    if (!(error instanceof OperatingError && error.code === 'topics_mismatch')) throw error;
    around.observer.lane({ partition, what: 'failed', detail: error.message });
  }
}

/** @throws ViewLost, or OperatingError where the view stayed away beyond the deadline. */
export function applyToView({ partition, epoch, prevOff, lastOff, inboxOff, disp, runs }: ViewStretch, around: Surroundings): Promise<void> {
  return untilDeadline(around, 'applying to the view', async () => {
    const outcome = await around.index.apply(partition, { epoch, prevOff, histOff: lastOff, inboxOff, disp, runs });
    if (outcome !== 'ok') throw new ViewLost(outcome);
  });
}

/** The view does not take the batch: it has a later owner, or lost what it had. Trying again cannot help, claiming again does. */
export class ViewLost extends Error {
  override readonly name = 'ViewLost';
  readonly outcome: 'fenced' | 'gap' | 'no-meta';
  constructor(outcome: 'fenced' | 'gap' | 'no-meta') {
    super(`The view answered ${outcome}`);
    this.outcome = outcome;
  }
}

async function untilDeadline(around: Surroundings, what: string, attempt: () => Promise<void>): Promise<void> {
  const { clock, options } = around;
  const deadlineMs = clock.nowMs() + options.publishDeadlineMs;
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    try {
      return await withDeadline(clock, options.callDeadlineMs, what, attempt());
    } catch (error) {
      const hopeless = !(error instanceof OperatingError) || error.retry === 'no';
      if (hopeless || clock.nowMs() + waitMs > deadlineMs) throw error;
      await pause(clock, waitMs);
    }
  }
}

/** Timers that the batch armed for a delay that will really pass: ends of backoffs and waits. Time-outs of attempts and deadlines of signals are almost always taken back, so they live in the due index alone. */
export function newWakeUps(batch: Batch): readonly NewWakeUp[] {
  const found: NewWakeUp[] = [];
  const newest = new Map<string, { before: RunState | undefined; after: RunState }>();
  for (const { before, after } of batch.transitions) newest.set(after.runId, { before: newest.get(after.runId)?.before ?? before, after });
  for (const { before, after } of newest.values()) {
    for (const [timerId, timer] of Object.entries(after.timers)) {
      if (timer.kind === 'attempt' || timer.kind === 'deadline' || before?.timers[timerId]?.ver === timer.ver) continue;
      const wakeUp = { runId: after.runId, timerId, ver: timer.ver, dueMs: timer.dueMs, trace: runTraceContext(after.runId, after.trace) };
      found.push({ wakeUp, delayMs: timer.dueMs - after.updatedMs, atOnce: timer.kind === 'continue' });
    }
  }
  return found;
}

export interface NewWakeUp {
  readonly wakeUp: WakeUp;
  /** From the decision that armed it. */
  readonly delayMs: number;
  /** It is due already, by the decision that armed it: nobody's clock has to be asked. */
  readonly atOnce: boolean;
}

/**
 * The step service's side of the command topic: reads each record, runs what it asks for, and says when its offset may move.
 *
 *   W1  No record is lost: its promise resolves after something about it is acknowledged, or when nobody wants to know.
 *   W2  No record stops the others: what cannot be read becomes a dead letter.
 *   W3  A repeated command does not run again in this process; it is answered from memory.
 *   W4  `command` never rejects.
 */
import { ContractError, deadLetterOf, OperatingError, readCommand, type Command, type DeadLetterReason, type RunStepCommand } from '@baton/contracts';
import { observedGauge, type Log } from '@baton/platform-kit';
import type { BlobStore, Clock, CommandHandler, DeadLetters, InboxSender, LogRecord } from '@baton/ports';
import { stepBlobs } from '../step-blobs.ts';
import type { AnyStep } from '../step.ts';
import { Attempt, type AttemptSurroundings } from './attempt.ts';
import { deliver, pause } from './deliver.ts';
import { measures } from './measures.ts';
import { resultMessage } from './messages.ts';
import { Pool } from './pool.ts';
import { RecentAnswers } from './recent-answers.ts';

export interface WorkerOptions {
  readonly service: string;
  /** Names this process in messages. */
  readonly worker: string;
  readonly steps: readonly AnyStep[];
  readonly inbox: InboxSender;
  readonly deadLetters: DeadLetters;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Attempts at once. */
  readonly concurrency: number;
  readonly leaseAfterMs: number;
  readonly abortGraceMs: number;
  /** Told when the pool is full, and when it has room again. */
  full(isFull: boolean): void;
  crashed(error: Error): void;
}

type CommandRecord = LogRecord & { readonly topic: string };

export class Worker implements CommandHandler {
  readonly #options: WorkerOptions;
  readonly #steps: ReadonlyMap<string, AnyStep>;
  readonly #around: AttemptSurroundings;
  readonly #open = new Map<string, Attempt>();
  readonly #recent = new RecentAnswers();
  readonly #stopObserving: () => void;
  #draining = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#steps = new Map(options.steps.map((step) => [step.name, step]));
    const { service, worker, inbox, clock, leaseAfterMs, abortGraceMs } = options;
    this.#around = { service, worker, inbox, clock, leaseAfterMs, abortGraceMs, blobs: stepBlobs(options.blobs), pool: new Pool(options.concurrency, (isFull) => options.full(isFull)) };
    this.#stopObserving = observedGauge('baton.step.open_attempts', { description: 'Attempts in this process', labels: ['service', 'step', 'state'] }, () => this.#counts());
  }

  get openAttempts(): number {
    return this.#open.size;
  }

  async command(record: CommandRecord): Promise<void> {
    let command: Command;
    try {
      command = readCommand(record.value ?? new Uint8Array());
      if (command.service !== this.#options.service) throw new ContractError('schema', '/service', `Expected a command to ${this.#options.service}, but found one to ${command.service}`);
    } catch (error) {
      return this.#deadLetter(record, error);
    }
    const log = this.#options.log.child({ runId: command.runId, stepId: command.stepId, step: command.step, attempt: command.attempt });
    if (command.t === 'abandon-step') return this.#open.get(command.key)?.abandon(command.why);
    const open = this.#open.get(command.key);
    const answered = this.#recent.get(command.key);
    if (open !== undefined || answered !== undefined) {
      measures.repeated.add({ service: command.service, step: command.step });
      log.info({ open: open !== undefined }, 'a command came again; answered from memory');
    }
    if (open !== undefined) return open.handedOver;
    if (answered === 'nothing') return;
    const { inbox, clock } = this.#options;
    if (answered !== undefined) return void (await deliver(answered, { inbox, clock, log, untilMs: command.deadlineMs }));
    if (clock.nowMs() >= command.deadlineMs) {
      log.warn({ lateMs: clock.nowMs() - command.deadlineMs }, 'a command came after its deadline and is not run; if this goes on, compare the clocks of the machines');
      return;
    }
    return this.#take(command, record.timestampMs, log);
  }

  crashed(error: Error): void {
    this.#options.crashed(error);
  }

  /** Nothing new is run from now on; what waits for a place is handed back. */
  drain(): void {
    this.#draining = true;
    for (const attempt of this.#open.values()) if (attempt.state === 'queued') void attempt.release(0);
  }

  /** Resolves when no attempt is open. */
  async idle(): Promise<void> {
    while (this.#open.size > 0) await Promise.all([...this.#open.values()].map((attempt) => attempt.over));
  }

  /** Hands back what is open; each step gets `waitMs` to end first. */
  async releaseAll(waitMs: number): Promise<void> {
    await Promise.all([...this.#open.values()].map((attempt) => attempt.release(waitMs)));
    this.#stopObserving();
  }

  async #take(command: RunStepCommand, commandMs: number, log: Log): Promise<void> {
    const step = this.#steps.get(command.step);
    if (step === undefined) return this.#unknownStep(command, log);
    const attempt = new Attempt(step, command, commandMs, this.#around, log);
    this.#open.set(command.key, attempt);
    void attempt.over.then((end) => {
      this.#open.delete(command.key);
      if (end !== 'unknown') this.#recent.remember(command.key, end);
    });
    if (this.#draining) void attempt.release(0);
    else attempt.begin();
    return attempt.handedOver;
  }

  async #unknownStep(command: RunStepCommand, log: Log): Promise<void> {
    const { service, worker, inbox, clock } = this.#options;
    const known = [...this.#steps.keys()].join(', ');
    log.error({ known }, 'a command for a step that this service does not have');
    measures.attempts.add({ service, step: 'unknown', outcome: 'unknown-step' });
    const error = { name: 'Baton.UnknownStep', message: `unknown_step: the service ${service} has no step ${command.step} in the version that is running; it has ${known}. Deploy the version that has it, or correct the workflow`, kind: 'technical' as const, step: command.step };
    const message = resultMessage({ command, worker }, { outcome: 'failed', error }, clock.nowMs(), command.trace);
    await deliver(message, { inbox, clock, log, untilMs: command.deadlineMs });
  }

  /** Tries until the letter is acknowledged: only then may the offset move. */
  async #deadLetter(record: CommandRecord, error: unknown): Promise<void> {
    const { deadLetters, service, clock, log } = this.#options;
    const reason: DeadLetterReason = error instanceof ContractError ? error.code : 'schema';
    const detail = `${error instanceof Error ? error.message : String(error)}. Only an orchestrator of this namespace and release writes commands; find out what else did`;
    const letter = deadLetterOf(record, { topic: record.topic, reason, detail, foundBy: service, foundMs: clock.nowMs() });
    for (let waitMs = 200; ; waitMs = Math.min(waitMs * 2, 5_000)) {
      try {
        await deadLetters.put([letter]);
        measures.deadLetters.add({ service, reason });
        return void log.error({ deadLetter: letter.id, reason, detail: letter.detail }, 'a command could not be read and is a dead letter');
      } catch (err) {
        log.warn({ err, deadLetter: letter.id }, 'a dead letter could not be written; trying again');
        if (err instanceof OperatingError && err.retry === 'no') waitMs = 5_000;
      }
      await pause(clock, waitMs);
    }
  }

  #counts(): readonly (readonly [{ service: string; step: string; state: string }, number])[] {
    const { service } = this.#options;
    const counts = new Map<string, number>(this.#options.steps.flatMap(({ name }) => [[`${name}\nqueued`, 0], [`${name}\nrunning`, 0]]));
    for (const { step, state } of this.#open.values()) counts.set(`${step.name}\n${state}`, (counts.get(`${step.name}\n${state}`) ?? 0) + 1);
    return [...counts].map(([key, count]) => {
      const [step = '', state = ''] = key.split('\n');
      return [{ service, step, state }, count] as const;
    });
  }
}

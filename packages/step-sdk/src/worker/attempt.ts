/**
 * One attempt in this process, from its command to its answer.
 *
 *   A1  It ends once: with an answer, with its release, or in silence. What comes after that changes nothing.
 *   A2  `handedOver` resolves when the orchestrator knows: the answer or the lease is acknowledged, or nobody wants to know.
 *   A3  The answer of an attempt that was aborted is not sent.
 *   A4  Its place in the pool is free when the step's function has ended, or, where that ignores its signal, some time
 *       after it fired: then somewhere in the process it may still be running, which is said loudly.
 */
import type { ResultMessage, RunStepCommand, TraceContext } from '@baton/contracts';
import { betweenCrashPoints, currentTrace, untraced, withTrace, type Log } from '@baton/platform-kit';
import type { Clock, InboxSender } from '@baton/ports';
import { AttemptAborted, type AbortCause } from '../errors.ts';
import { perform } from '../perform.ts';
import type { AnyStep, StepBlobs, StepContext } from '../step.ts';
import { deliver } from './deliver.ts';
import { Lease } from './lease.ts';
import { measures } from './measures.ts';
import { heartbeatMessage, resultMessage, type Answer } from './messages.ts';
import type { Place, Pool } from './pool.ts';
import { toRunError } from './run-error.ts';

export interface AttemptSurroundings {
  readonly service: string;
  /** This process, as people will see it. */
  readonly worker: string;
  readonly inbox: InboxSender;
  readonly blobs: StepBlobs;
  readonly clock: Clock;
  readonly pool: Pool;
  readonly leaseAfterMs: number;
  /** How long a step may take to end after its signal fired. */
  readonly abortGraceMs: number;
}

/** How it ended, for those who remember answers; `nothing` was said where nobody wants to know, `unknown` where a repetition may run again. */
export type AttemptEnd = ResultMessage | 'nothing' | 'unknown';

const DEFAULT_HEARTBEAT_TIMEOUT_MS = 30_000;

export class Attempt {
  readonly handedOver: Promise<void>;
  /** Resolves when the answer is acknowledged or given up. */
  readonly over: Promise<AttemptEnd>;
  readonly step: AnyStep;
  readonly #command: RunStepCommand;
  readonly #around: AttemptSurroundings;
  readonly #log: Log;
  readonly #commandMs: number;
  readonly #abort = new AbortController();
  readonly #unwanted = new AbortController();
  readonly #lease: Lease;
  readonly #place: Place;
  #trace: TraceContext | undefined;
  #startedMs: number | undefined;
  #heartbeats = 0;
  #ended = false;
  #functionEnded: Promise<void> = Promise.resolve();
  #cancelTimers: (() => void)[] = [];
  #handOver!: () => void;
  #close!: (end: AttemptEnd) => void;

  /** @param commandMs when the command was written, epoch milliseconds. */
  constructor(step: AnyStep, command: RunStepCommand, commandMs: number, around: AttemptSurroundings, log: Log) {
    this.step = step;
    this.#command = command;
    this.#commandMs = commandMs;
    this.#around = around;
    this.#log = log;
    this.#trace = command.trace;
    this.handedOver = new Promise((resolve) => { this.#handOver = resolve; });
    this.over = new Promise((resolve) => { this.#close = resolve; });
    const { clock } = around;
    this.#lease = new Lease({
      clock,
      leaseAfterMs: around.leaseAfterMs,
      timeoutMs: Math.min(command.heartbeatTimeoutMs ?? DEFAULT_HEARTBEAT_TIMEOUT_MS, (step.heartbeatSeconds ?? Number.POSITIVE_INFINITY) * 1_000),
      send: (progress) => this.#sendHeartbeat(progress),
      leased: () => this.#handOver(),
      lost: () => this.abandon('lease-lost'),
    });
    this.#cancelTimers.push(clock.after(Math.max(0, command.deadlineMs - clock.nowMs()), () => this.abandon('timed-out')));
    this.#place = { step: step.name, stepLimit: step.concurrency, start: () => void this.#run() };
  }

  get state(): 'queued' | 'running' {
    return this.#startedMs === undefined ? 'queued' : 'running';
  }

  /** Starts as soon as the pool has room. */
  begin(): void {
    this.#around.pool.enter(this.#place);
  }

  /** Nobody wants the answer any more. */
  abandon(why: AbortCause): void {
    // An answer on its way is no longer wanted either.
    this.#unwanted.abort();
    if (!this.#end()) return;
    this.#log.info({ why }, 'attempt abandoned');
    this.#account(why);
    this.#stopFunction(why);
    this.#handOver();
    this.#close(why === 'lease-lost' ? 'unknown' : 'nothing');
  }

  /** Hands it back unfinished; another worker goes on at once, so the step first gets a moment to end. */
  async release(waitMs: number): Promise<void> {
    if (this.#end()) {
      this.#log.info({}, 'attempt released: the service is stopping');
      this.#account('released');
      this.#stopFunction('draining');
      await Promise.race([this.#functionEnded, new Promise<void>((resolve) => void this.#around.clock.after(waitMs, resolve))]);
      await this.#answer({ outcome: 'released' });
    }
    await this.over;
  }

  async #run(): Promise<void> {
    const { clock, service, blobs } = this.#around;
    const { step } = this;
    const command = this.#command;
    this.#startedMs = clock.nowMs();
    measures.queueTime.record({ service, step: step.name }, Math.max(0, this.#startedMs - this.#commandMs) / 1_000);
    if (step.timeoutSeconds !== undefined) this.#cancelTimers.push(clock.after(step.timeoutSeconds * 1_000, () => this.#tookTooLong()));
    this.#log.debug({}, 'attempt started');
    const attributes = { 'baton.run.id': command.runId, 'baton.workflow': command.workflow, 'baton.step.id': command.stepId, 'baton.attempt': command.attempt, 'baton.service': service, 'baton.worker': this.#around.worker };
    const work = withTrace(command.trace, `perform ${step.name}`, attributes, async (span) => {
      this.#trace = currentTrace() ?? command.trace;
      const answer = await this.#perform(blobs);
      if (answer.outcome === 'failed') span.fail(`${answer.error.name}: ${answer.error.message}`);
      span.set({ 'baton.outcome': this.#ended ? 'aborted' : answer.outcome });
      return answer;
    });
    this.#functionEnded = work.then(() => this.#around.pool.leave(this.#place));
    const answer = await work;
    if (!this.#end()) return void this.#log.debug({ outcome: answer.outcome }, 'the step ended after its attempt; its outcome is dropped');
    this.#account(answer.outcome);
    await this.#answer(answer);
  }

  async #perform(blob: StepBlobs): Promise<Answer> {
    const { runId, stepId, workflow, attempt, idem, input } = this.#command;
    try {
      const context: StepContext = {
        runId,
        stepId,
        workflow,
        attempt,
        idempotencyKey: idem,
        signal: this.#abort.signal,
        log: this.#log,
        heartbeat: (progress = {}) => this.#lease.report(progress),
        blob,
      };
      const output = await betweenCrashPoints('step.perform', () => perform(this.step, input, context));
      return { outcome: 'succeeded', output };
    } catch (thrown) {
      const error = toRunError(thrown, this.step.name);
      if (!this.#ended) this.#log.warn({ err: thrown, kind: error.kind }, 'attempt failed');
      return { outcome: 'failed', error };
    }
  }

  #tookTooLong(): void {
    if (!this.#end()) return;
    const { timeoutSeconds } = this.step;
    this.#account('timed-out');
    this.#log.warn({ timeoutSeconds }, 'attempt took longer than its step allows');
    this.#stopFunction('timed-out');
    void this.#answer({ outcome: 'failed', error: { name: 'States.Timeout', message: `${this.step.name} took longer than the ${timeoutSeconds} seconds that the step allows itself`, kind: 'technical', step: this.step.name } });
  }

  async #answer(answer: Answer): Promise<void> {
    const { clock, inbox, worker } = this.#around;
    const message = resultMessage({ command: this.#command, worker, startedMs: this.#startedMs }, answer, clock.nowMs(), this.#trace);
    const sent = await untraced(() => betweenCrashPoints('step.answer', () => deliver(message, { inbox, clock, log: this.#log, untilMs: this.#command.deadlineMs, unwanted: this.#unwanted.signal })));
    this.#handOver();
    this.#close(!sent ? 'nothing' : answer.outcome === 'released' ? 'unknown' : message);
  }

  #sendHeartbeat(progress: Parameters<Lease['report']>[0] | undefined): Promise<void> {
    const { clock, inbox, worker, service } = this.#around;
    const message = heartbeatMessage({ command: this.#command, worker, startedMs: this.#startedMs }, progress, this.#heartbeats++, clock.nowMs());
    return untraced(async () => {
      try {
        await betweenCrashPoints('step.heartbeat', () => inbox.send([message]));
        measures.heartbeats.add({ service, step: this.step.name });
      } catch (err) {
        if (!this.#ended) this.#log.warn({ err }, 'a heartbeat could not be sent; trying again');
        throw err;
      }
    });
  }

  /** @returns whether it was open until now. */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#lease.stop();
    for (const cancel of this.#cancelTimers.splice(0)) cancel();
    return true;
  }

  #stopFunction(why: AbortCause): void {
    this.#abort.abort(new AttemptAborted(why));
    const { clock, pool, abortGraceMs, service } = this.#around;
    if (this.#startedMs === undefined) return pool.leave(this.#place);
    let hasEnded = false;
    const cancel = clock.after(abortGraceMs, () => {
      if (hasEnded) return;
      measures.hung.add({ service, step: this.step.name });
      this.#log.error({ why, waitedMs: abortGraceMs }, 'a step goes on although its signal fired: its place is given away, and what it does is no longer watched');
      pool.leave(this.#place);
    });
    void this.#functionEnded.then(() => {
      hasEnded = true;
      cancel();
    });
  }

  /** Counts the end; of an end that is an answer it also leaves the one line in the log. */
  #account(outcome: string): void {
    const labels = { service: this.#around.service, step: this.step.name, outcome };
    measures.attempts.add(labels);
    if (this.#startedMs === undefined) return;
    const durationMs = this.#around.clock.nowMs() - this.#startedMs;
    measures.serviceTime.record(labels, durationMs / 1_000);
    if (outcome === 'succeeded' || outcome === 'failed') this.#log.info({ outcome, durationMs, heartbeats: this.#heartbeats }, 'attempt ended');
  }
}

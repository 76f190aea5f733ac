/**
 * Time in a test. It stands still until it is advanced, and then goes from one moment at which something is due to the
 * next; what happens at a moment is over before the next one comes.
 */
import type { ManualClock, Memory } from '@baton/adapter-memory';
import { timerMessage, type ConductorHealth } from '@baton/runtime';
import type { StepServices } from './step-services.ts';

export interface TimelineParts {
  readonly memory: Memory;
  readonly clock: ManualClock;
  readonly services: StepServices;
  readonly health: () => ConductorHealth;
  /** What broke for good. */
  readonly failure: () => Error | undefined;
  /** Real milliseconds that steps may work without one of them beginning, ending, falling asleep or waking up. */
  readonly patienceMs: number;
}

/** The engine of a test has one partition: what happens is in one order. */
const PARTITION = 0;
/** A run that takes more steps than this without time passing turns in circles; it would go on for ever. */
const MAX_STEPS_OF_A_RUN = 5_000;
/** All but steps goes on within a turn of the event loop, so an orchestrator that is not ready after so many without a message never will be. */
const MAX_IDLE_TURNS = 1_000;

export class Timeline {
  readonly #parts: TimelineParts;
  /** Timers that were told of. One that changed nothing (of a blocked run) is not told of again. */
  readonly #told = new Set<string>();

  constructor(parts: TimelineParts) {
    this.#parts = parts;
  }

  /** @throws Error where a step does not end, or nothing ever comes to rest. */
  async settle(): Promise<void> {
    const { memory, services, health, failure } = this.#parts;
    const stepsOf = new Map<string, number>();
    let counted = services.commands.length;
    let idleTurns = 0;
    for (;;) {
      await nextTurn();
      const broken = failure();
      if (broken !== undefined) throw broken;
      for (; counted < services.commands.length; counted++) {
        const { runId, service, step } = services.commands[counted]!;
        const steps = (stepsOf.get(runId) ?? 0) + 1;
        if (steps > MAX_STEPS_OF_A_RUN) throw new Error(`The run ${runId} took more than ${MAX_STEPS_OF_A_RUN} steps without any time passing, the last of them ${service}/${step}; does its workflow turn in circles?`);
        stepsOf.set(runId, steps);
      }
      if (memory.undelivered() > 0) idleTurns = 0;
      else if (services.busy.length > 0) await this.#stepsMove();
      else if (health().ready) return;
      else if (++idleTurns > MAX_IDLE_TURNS) throw new Error(`The orchestrator does not come to rest: ${JSON.stringify(health())}`);
    }
  }

  async advance(ms: number): Promise<void> {
    const { clock } = this.#parts;
    const untilMs = clock.nowMs() + ms;
    await this.settle();
    for (let dueMs = await this.#nextDueMs(untilMs); dueMs <= untilMs; dueMs = await this.#nextDueMs(untilMs)) {
      clock.advance(Math.max(0, dueMs - clock.nowMs()));
      await this.settle();
      await this.#tellDueTimers();
      await this.settle();
    }
    clock.advance(untilMs - clock.nowMs());
  }

  async #nextDueMs(untilMs: number): Promise<number> {
    const [timer] = await this.#untoldTimers(untilMs);
    return Math.min(this.#parts.clock.nextDueMs() ?? Infinity, timer?.dueMs ?? Infinity);
  }

  /** The orchestrator's sweeper, at the very moment: time-outs of attempts have no other waker. */
  async #tellDueTimers(): Promise<void> {
    const { memory, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const due = await this.#untoldTimers(nowMs);
    await memory.inboxSender.send(due.map((timer) => timerMessage(timer, 'sweeper', nowMs)));
    for (const timer of due) this.#told.add(keyOf(timer));
  }

  async #untoldTimers(untilMs: number) {
    const { memory, clock } = this.#parts;
    const timers = await memory.stateIndex.due(PARTITION, { graceMs: clock.nowMs() - untilMs, limit: Number.MAX_SAFE_INTEGER });
    return timers.filter((timer) => !this.#told.has(keyOf(timer)));
  }

  /** Only steps may need real time: they do what they like. */
  async #stepsMove(): Promise<void> {
    const { services, patienceMs } = this.#parts;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), patienceMs)));
    const outcome = await Promise.race([services.changed, late]);
    clearTimeout(timer);
    if (outcome !== 'late') return;
    const busy = services.busy.map(({ command }) => `${command.service}/${command.step} (attempt ${command.attempt} of run ${command.runId})`);
    throw new Error(`Waited ${patienceMs} ms of real time for ${busy.join(', ')}. A step that takes long calls ctx.sleep({ seconds: … }), one whose process is gone returns silence, and one that does real work for longer needs a larger patienceMs in testEngine`);
  }
}

const keyOf = ({ runId, timerId, ver }: { readonly runId: string; readonly timerId: string; readonly ver: number }): string => `${runId}\n${timerId}\n${ver}`;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

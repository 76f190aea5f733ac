/** Step services: they take commands, do something once for each key, and answer. They die, repeat themselves, and are impersonated. */
import type { Command, InboxMessage, RunStepCommand } from '@baton/contracts';
import type { World } from './world.ts';

export class StepServices {
  readonly #world: World;
  /** Attempts that were asked for, by key. */
  readonly executed = new Map<string, number>();
  #messages = 0;

  constructor(world: World) {
    this.#world = world;
  }

  receive(command: Command): void {
    if (command.t !== 'run-step') return;
    const { clock, random, faults } = this.#world;
    clock.after(random.int(1, 30), () => this.#perform(command));
    if (faults.strikes('command-twice', 3)) clock.after(random.int(1, 15_000), () => this.#perform(command));
  }

  #perform(command: RunStepCommand): void {
    const { clock, random, faults } = this.#world;
    if (faults.strikes('result-forged', 5)) {
      clock.after(random.int(0, 500), () => this.#say({ ...this.#result(command, 'forged'), token: 'forged' }));
    }
    if (faults.strikes('worker-died', 3)) {
      // Killed before or after the effect: Kafka delivers the command again, or its position was written already.
      if (random.chance(500)) this.#count(command);
      if (random.chance(500)) clock.after(random.int(500, 6_000), () => this.#perform(command));
      return;
    }
    this.#count(command);
    const takesMs = random.pick([1, 5, 20, 300, 2_000]);
    if (random.chance(150)) this.#lease(command);
    const answer = (): void => {
      if (random.chance(30)) return this.#say({ ...this.#result(command, 'released') });
      this.#say(this.#result(command, command.attempt <= Number((command.input as { fails: number }).fails) ? 'failed' : 'succeeded'));
    };
    clock.after(takesMs + (faults.strikes('result-late', 3) ? random.int(0, 14_000) : 0), () => {
      answer();
      if (faults.strikes('result-twice', 5)) clock.after(random.int(0, 8_000), answer);
    });
  }

  /** A first heartbeat, so that silence counts from then on. */
  #lease({ runId, stepId, attempt, token }: RunStepCommand): void {
    this.#say({ v: 1, id: `heartbeat-${this.#messages++}`, type: 'heartbeat', runId, ts: 0, token, body: { stepId, attempt, worker: 'w' } });
  }

  #result({ runId, stepId, attempt, token, input }: RunStepCommand, how: 'succeeded' | 'failed' | 'released' | 'forged'): InboxMessage {
    const { node } = input as { node: string };
    const about = { stepId, attempt, worker: 'w' };
    const body =
      how === 'failed'
        ? { ...about, outcome: 'failed' as const, error: { name: 'Scripted', message: 'as the program says', kind: 'technical' as const } }
        : how === 'released'
          ? { ...about, outcome: 'released' as const }
          : { ...about, outcome: 'succeeded' as const, output: { done: how === 'forged' ? 'FORGED' : node } };
    return { v: 1, id: `result-${this.#messages++}`, type: 'result', runId, ts: 0, token, body };
  }

  /** Until it is acknowledged, as the SDK does. */
  #say(message: InboxMessage): void {
    const { clock, random, faults } = this.#world;
    if (faults.strikes('refused')) return void clock.after(random.int(100, 2_000), () => this.#say(message));
    this.#world.receive(message, clock.nowMs + (faults.enabled('clock-skew') && !faults.over ? random.int(-2_000, 2_000) : 0));
    if (faults.strikes('answer-lost')) clock.after(random.int(100, 9_000), () => this.#say(message));
  }

  #count({ key }: RunStepCommand): void {
    this.executed.set(key, (this.executed.get(key) ?? 0) + 1);
  }
}

/** Every step service of a test: takes commands off their topics and runs what stands behind them. */
import { readCommand, type Command } from '@baton/contracts';
import type { CommandSource } from '@baton/ports';
import { Attempt, type AttemptSurroundings } from './attempt.ts';
import type { Implementations } from './steps.ts';

export class StepServices {
  /** In the order they came; a command that came twice stands here twice. */
  readonly commands: Command[] = [];
  readonly #implementations: Implementations;
  readonly #around: AttemptSurroundings;
  /** By command key; also those that have ended. */
  readonly #attempts = new Map<string, Attempt>();
  #closed = false;
  #changed = Promise.withResolvers<void>();

  constructor(implementations: Implementations, around: Omit<AttemptSurroundings, 'changed'>) {
    this.#implementations = implementations;
    this.#around = { ...around, changed: () => this.#ring() };
  }

  async subscribe(source: CommandSource, crashed: (error: Error) => void): Promise<void> {
    const services = new Set([...this.#implementations.keys()].map((key) => key.slice(0, key.indexOf('/'))));
    for (const service of services) {
      await source.subscribe(service, { command: async ({ value }) => this.#take(readCommand(value ?? new Uint8Array())), crashed });
    }
  }

  /** Attempts that will go on without time passing. */
  get busy(): readonly Attempt[] {
    return [...this.#attempts.values()].filter((attempt) => attempt.busy);
  }

  /** Resolves when the next attempt begins, ends, falls asleep or wakes up, or all is closed. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Tells every open attempt that its result is not wanted any more; no other begins. */
  close(): void {
    this.#closed = true;
    for (const attempt of this.#attempts.values()) attempt.abandon('draining');
    this.#ring();
  }

  async #take(command: Command): Promise<void> {
    if (this.#closed) return;
    this.commands.push(command);
    const known = this.#attempts.get(command.key);
    if (command.t === 'abandon-step') return known?.abandon(command.why);
    if (known !== undefined) return known.repeat();
    const step = this.#implementations.get(`${command.service}/${command.step}`);
    if (step === undefined) throw new Error(`There is no implementation of ${command.service}/${command.step}`);
    const attempt = new Attempt(command, this.#around);
    this.#attempts.set(command.key, attempt);
    this.#ring();
    // Not awaited: the command counts as handed over at once, since this process does not die.
    void attempt.run(step);
  }

  #ring(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

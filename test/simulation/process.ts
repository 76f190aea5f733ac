/**
 * One orchestrator as its machine sees it: its clock, its calls over the network, its end. A call can go wrong on the way
 * there, at the server, and on the way back; a process can end or stand still at each of its calls.
 */
import { OperatingError } from '@baton/contracts';
import type { Clock } from '@baton/ports';
import type { World } from './world.ts';

export class Process {
  readonly name: string;
  readonly clock: Clock;
  readonly #world: World;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #held: (() => void)[] = [];

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    const skewMs = world.faults.strikes('clock-skew', 5) ? world.random.int(-3_000, 3_000) : 0;
    this.clock = { nowMs: () => world.clock.nowMs + (world.faults.over ? 0 : skewMs), after: (delayMs, task) => world.clock.after(delayMs, () => this.when(task)) };
  }

  get state(): 'running' | 'frozen' | 'dead' {
    return this.#state;
  }

  /** Now, when it wakes up, or never. */
  when(run: () => void): void {
    if (this.#state === 'running') run();
    else if (this.#state === 'frozen') this.#held.push(run);
  }

  crash(): void {
    this.#state = 'dead';
    this.#held = [];
    this.#world.ended(this);
  }

  freeze(ms: number): void {
    this.#state = 'frozen';
    this.#world.froze(this);
    this.#world.clock.after(ms, () => this.resume());
  }

  resume(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    this.#world.resumed(this);
    for (const run of this.#held.splice(0)) this.when(run);
  }

  /** @param effect what the server does; it throws where it refuses. */
  call<T>(what: string, effect: () => T): Promise<T> {
    const { random, faults, clock } = this.#world;
    return new Promise((resolve, reject) => {
      this.#point(`${what}: before`);
      this.when(() => {
        const latency = (): number => random.int(0, 9);
        const refuse = (retry: 'yes' | 'unknown', afterMs: number): void => void clock.after(afterMs, () => this.when(() => reject(new OperatingError('unavailable', `${what}: ${retry === 'yes' ? 'refused' : 'no answer'}`, { retry }))));
        if (faults.strikes('refused')) return refuse('yes', latency());
        if (faults.strikes('request-lost')) return refuse('unknown', random.int(20, 12_000));
        if (faults.strikes('late-effect')) {
          const givenUpMs = random.int(10, 2_000);
          clock.after(givenUpMs + random.int(0, 20_000), () => {
            try {
              effect();
            } catch {
              // Nobody hears the refusal.
            }
          });
          return refuse('unknown', givenUpMs);
        }
        clock.after(latency(), () => {
          let value: T;
          try {
            value = effect();
          } catch (error) {
            clock.after(latency(), () => this.when(() => reject(error)));
            return;
          }
          this.#point(`${what}: after`);
          if (faults.strikes('answer-lost')) return refuse('unknown', random.int(20, 12_000));
          clock.after(latency(), () => this.when(() => resolve(value)));
        });
      });
    });
  }

  #point(where: string): void {
    if (this.#state !== 'running') return;
    const { faults, random } = this.#world;
    if (faults.strikes('crash', 0.2)) {
      faults.count(`crash at ${where}`);
      this.crash();
    } else if (faults.strikes('freeze', 0.2)) {
      faults.count(`freeze at ${where}`);
      this.freeze(random.int(500, 40_000));
    }
  }
}

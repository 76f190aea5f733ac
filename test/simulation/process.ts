/**
 * One process as its machine sees it: its clock, its calls over the network, its end. A call can go wrong on the way
 * there, at the server, and on the way back; a process can end or stand still at each of its calls.
 */
import { OperatingError } from '@baton/contracts';
import type { Clock } from '@baton/ports';
import type { FaultName } from './faults.ts';
import type { World } from './world.ts';

/** What distinguishes kinds of processes: which faults end and stop them, and who is told. */
export interface Life {
  readonly dies: FaultName;
  readonly freezes: FaultName;
  /** How much more often than the class of the fault says, at each point. */
  readonly factor: number;
  /**
   * Its code runs on in the void after its end: nothing that it does has an effect, but what it holds of the machine's can
   * be given back.
   */
  readonly haunts: boolean;
  ended(process: Process): void;
  froze(process: Process): void;
  resumed(process: Process): void;
}

/**
 * Calls that are made seldom are struck more often: a thousand worlds are to have seen a process end, and one stand still, at each. And
 * between a commit and what one run tells another lies nothing but one of them.
 */
const MORE_OFTEN: ReadonlyMap<string, number> = new Map([['inbox.send', 20], ...['view.scan', 'checkpoint.begin', 'checkpoint.add', 'checkpoint.commit', 'checkpoint.read', 'dead-letters.put', 'wake-ups.schedule'].map((call) => [call, 5] as const)]);
const MOST_SKEW_MS = 3_000;
/** Beyond what the engine believes of a producer's clock, in both directions. */
const MOST_JUMP_MS = 90_000;

export class Process {
  readonly name: string;
  readonly clock: Clock;
  readonly #world: World;
  readonly #life: Life;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #held: (() => void)[] = [];
  #skewMs: number;

  constructor(world: World, name: string, life: Life) {
    this.#world = world;
    this.#life = life;
    this.name = name;
    this.#skewMs = world.faults.strikes('clock-skew', 5) ? world.random.int(-MOST_SKEW_MS, MOST_SKEW_MS) : 0;
    this.clock = { nowMs: () => world.clock.nowMs + (world.faults.over ? 0 : this.#skewMs), after: (delayMs, task) => world.clock.after(delayMs, () => this.when(task)) };
  }

  get state(): 'running' | 'frozen' | 'dead' {
    return this.#state;
  }

  /** Now, when it wakes up, or never. */
  when(run: () => void): void {
    if (this.#state === 'running' || (this.#state === 'dead' && this.#life.haunts)) run();
    else if (this.#state === 'frozen') this.#held.push(run);
  }

  crash(): void {
    if (this.#state === 'dead') return;
    const held = this.#held.splice(0);
    this.#state = 'dead';
    this.#life.ended(this);
    for (const run of held) this.when(run);
  }

  freeze(ms: number): void {
    this.#state = 'frozen';
    this.#life.froze(this);
    this.#world.clock.after(ms, () => this.resume());
  }

  resume(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    this.#life.resumed(this);
    for (const run of this.#held.splice(0)) this.when(run);
  }

  /** Somebody, or something, sets its clock. */
  clockJumps(): void {
    this.#skewMs = this.#world.random.int(-MOST_JUMP_MS, MOST_JUMP_MS);
  }

  /** @param effect what the server does; it throws where it refuses. */
  call<T>(what: string, effect: () => T): Promise<T> {
    const { random, faults, clock } = this.#world;
    return new Promise((resolve, reject) => {
      this.point(`${what}: before`);
      this.when(() => {
        if (this.#state === 'dead') return reject(new OperatingError('unavailable', `${what}: this process has ended`, { retry: 'no' }));
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
          this.point(`${what}: after`);
          if (faults.strikes('answer-lost')) return refuse('unknown', random.int(20, 12_000));
          const answersMs = faults.strikes('answer-late') ? random.int(10, 8_000) : latency();
          clock.after(answersMs, () => this.when(() => resolve(value)));
        });
      });
    });
  }

  /** A place where it may end or stand still. */
  point(where: string): void {
    if (this.#state !== 'running') return;
    const { faults, random } = this.#world;
    const { dies, freezes } = this.#life;
    const factor = this.#life.factor * (MORE_OFTEN.get(where.slice(0, where.indexOf(':'))) ?? 1);
    if (faults.strikes(dies, factor)) {
      faults.count(`${dies} at ${where}`);
      this.crash();
    } else if (faults.strikes(freezes, factor)) {
      faults.count(`${freezes} at ${where}`);
      this.freeze(random.int(500, 40_000));
    }
  }
}

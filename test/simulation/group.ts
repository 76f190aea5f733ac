/** The consumer group of the inbox: who reads which partition, from where. Positions are a hint and may be anything. */
import type { InboxHandler, InboxSubscription } from '@baton/ports';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** What of a world it needs. */
export type GroupWorld = Pick<World, 'clock' | 'random' | 'faults' | 'without' | 'inbox'> & { readonly watch: Pick<World['watch'], 'committed'> };
type Machine = Pick<Process, 'state' | 'when'>;

const SESSION_MS = 6_000;

export class Group {
  readonly #world: GroupWorld;
  readonly #members = new Map<Machine, Member>();
  readonly #committed: number[];

  constructor(world: GroupWorld, partitions: number) {
    this.#world = world;
    this.#committed = Array.from({ length: partitions }, () => 0);
  }

  join(process: Machine, handler: InboxHandler): InboxSubscription {
    const member = new Member(this.#world, process, handler);
    this.#members.set(process, member);
    this.rebalance();
    return {
      seek: (partition, offset) => {
        if (!this.#world.without.has('position-from-history')) member.seek(partition, offset);
      },
      commit: (partition, offset) => {
        if (process.state !== 'running' || !member.owns(partition)) return;
        this.#committed[partition] = offset;
        this.#world.watch.committed(partition, offset);
      },
      stop: async () => {
        member.leave();
        this.#members.delete(process);
        this.rebalance();
      },
    };
  }

  /** Its session times out, unless it is back by then. */
  silent(process: Machine): void {
    this.#world.clock.after(SESSION_MS, () => {
      const member = this.#members.get(process);
      if (member === undefined || process.state === 'running') return;
      member.evicted = true;
      this.rebalance();
    });
  }

  /** Has noticed that it was thrown out, and joins again. */
  back(process: Machine): void {
    this.#world.clock.after(this.#world.random.int(0, 4_000), () => {
      const member = this.#members.get(process);
      if (member === undefined || !member.evicted || process.state !== 'running') return;
      member.evicted = false;
      this.rebalance();
    });
  }

  rebalance(): void {
    const { clock, random } = this.#world;
    clock.after(random.int(0, 400), () => {
      const members = [...this.#members].filter(([process, { evicted }]) => !evicted && process.state !== 'dead').map(([, member]) => member);
      if (members.length === 0) return;
      const turn = random.int(0, members.length - 1);
      for (const [i, member] of members.entries()) {
        const mine = this.#committed.flatMap((_, partition) => ((partition + turn) % members.length === i ? [partition] : []));
        member.process.when(() => member.assign(mine, (partition) => this.#positionOf(partition)));
      }
    });
  }

  #positionOf(partition: number): number {
    const { faults, random, inbox } = this.#world;
    return faults.strikes('offsets-moved', 5) ? random.int(0, inbox.next(partition)) : this.#committed[partition]!;
  }
}

class Member {
  readonly process: Machine;
  evicted = false;
  readonly #world: GroupWorld;
  readonly #handler: InboxHandler;
  readonly #readers = new Map<number, Reader>();
  #left = false;

  constructor(world: GroupWorld, process: Machine, handler: InboxHandler) {
    this.#world = world;
    this.process = process;
    this.#handler = handler;
  }

  owns(partition: number): boolean {
    return this.#readers.has(partition) && !this.evicted;
  }

  seek(partition: number, offset: number): void {
    this.#readers.get(partition)?.seek(offset);
  }

  assign(partitions: readonly number[], positionOf: (partition: number) => number): void {
    if (this.#left) return;
    for (const reader of this.#readers.values()) reader.stop();
    this.#readers.clear();
    for (const partition of partitions) this.#readers.set(partition, new Reader(this.#world, this.process, this.#handler, partition, positionOf(partition)));
    this.#handler.assigned(partitions);
    for (const reader of this.#readers.values()) reader.start();
  }

  leave(): void {
    this.#left = true;
    for (const reader of this.#readers.values()) reader.stop();
    this.#readers.clear();
  }
}

class Reader {
  readonly #world: GroupWorld;
  readonly #process: Machine;
  readonly #handler: InboxHandler;
  readonly #partition: number;
  #position: number;
  #stopped = false;

  constructor(world: GroupWorld, process: Machine, handler: InboxHandler, partition: number, position: number) {
    this.#world = world;
    this.#process = process;
    this.#handler = handler;
    this.#partition = partition;
    this.#position = position;
  }

  start(): void {
    const { clock, random, inbox } = this.#world;
    if (this.#stopped) return;
    const records = inbox.read(this.#partition, this.#position, random.int(1, 12));
    if (records.length === 0) {
      inbox.onNext(this.#partition, () => clock.after(random.int(0, 6), () => this.#process.when(() => this.start())));
      return;
    }
    // The lane finds a skip by it; a batch that says it begins at 0 has none.
    const fetchedFrom = this.#world.without.has('inbox-contiguity') ? 0 : this.#position;
    const endOffset = inbox.next(this.#partition);
    this.#position = records.at(-1)!.offset + 1;
    // What was fetched before a seek comes all the same.
    clock.after(random.int(0, 6), () =>
      this.#process.when(() => {
        if (!this.#stopped) void this.#handler.records({ partition: this.#partition, fetchedFrom, records, endOffset }).then(() => this.#process.when(() => this.start()));
      }),
    );
  }

  seek(offset: number): void {
    const wasIdle = this.#position >= this.#world.inbox.next(this.#partition);
    this.#position = offset;
    // A reader that waits for something new must look again.
    if (wasIdle) this.#world.inbox.wake(this.#partition);
  }

  stop(): void {
    this.#stopped = true;
  }
}

/**
 * The command topic and the group of those who serve it: records of a partition are handed over in order and concurrently,
 * and the position moves over those that are settled. Whoever gets a partition begins at its position, so what was not
 * settled comes again, to another process or to the same.
 */
import { partitionOf, type Command, type RunStepCommand } from '@baton/contracts';
import type { CommandHandler, CommandSubscription, LogRecord } from '@baton/ports';
import type { Process } from './process.ts';
import { Topic } from './topic.ts';
import type { World } from './world.ts';

/** What of a world it needs. */
export type CommandWorld = Pick<World, 'clock' | 'random' | 'faults' | 'without' | 'partitions'>;
type Machine = Pick<Process, 'state' | 'when'>;

const SESSION_MS = 6_000;

export class CommandTopic {
  readonly log: Topic;
  readonly topic: string;
  /** By partition and offset. */
  readonly #commands: readonly Command[][];
  readonly #world: CommandWorld;
  readonly #members = new Map<Machine, Member>();
  readonly #settled: readonly Set<number>[];
  readonly #position: number[];
  #handedOver = 0;
  /** Processes that were handed an attempt, by its key. */
  readonly takers = new Map<string, Set<Machine>>();

  constructor(world: CommandWorld, topic: string) {
    this.#world = world;
    this.topic = topic;
    this.log = new Topic(world.partitions);
    this.#commands = Array.from({ length: world.partitions }, () => []);
    this.#settled = Array.from({ length: world.partitions }, () => new Set());
    this.#position = Array.from({ length: world.partitions }, () => 0);
  }

  append(command: Command): void {
    const { clock, faults, random } = this.#world;
    const partition = partitionOf(command.runId, this.log.partitions.length);
    const append = (): void => {
      this.log.append(partition, [{ key: command.runId, value: JSON.stringify(command), timestampMs: clock.nowMs, headers: command.t === 'run-step' && command.trace !== undefined ? { traceparent: command.trace.traceparent } : {} }]);
      this.#commands[partition]!.push(command);
      for (const member of this.#members.values()) member.look(partition);
    };
    append();
    if (faults.strikes('command-twice', 3)) clock.after(random.int(1, 15_000), append);
  }

  join(process: Machine, handler: CommandHandler): CommandSubscription {
    const member = new Member(this.#world, this, process, handler);
    this.#members.set(process, member);
    this.rebalance();
    return {
      pause: () => member.pause(),
      resume: () => member.resume(),
      stop: async () => {
        await member.stop();
        if (this.#members.get(process) !== member) return;
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
      this.#members.delete(process);
      this.rebalance();
      // It notices when it wakes up, and joins again.
      process.when(() => {
        if (process.state !== 'running') return;
        this.#members.set(process, member);
        member.assign([]);
        this.rebalance();
      });
    });
  }

  rebalance(): void {
    const { clock, random } = this.#world;
    clock.after(random.int(0, 400), () => {
      const members = [...this.#members.values()].filter(({ process }) => process.state !== 'dead');
      if (members.length === 0) return;
      const turn = random.int(0, members.length - 1);
      members.forEach((member, i) => {
        const mine = this.#position.flatMap((_, partition) => ((partition + turn) % members.length === i ? [partition] : []));
        member.process.when(() => member.assign(mine));
      });
    });
  }

  positionOf(partition: number): number {
    return this.#position[partition]!;
  }

  /** Only the owner's word counts. */
  settle(member: Member, { partition, offset }: LogRecord): void {
    if (!member.owns(partition) || this.#members.get(member.process) !== member) return;
    const settled = this.#settled[partition]!;
    settled.add(offset);
    while (settled.delete(this.#position[partition]!)) this.#position[partition]!++;
  }

  /** The bytes of a record as they come to a process. */
  bytesFor(process: Machine, record: LogRecord): Uint8Array {
    const { without } = this.#world;
    const command = this.#commands[record.partition]![record.offset]!;
    if (command.t === 'run-step') this.#taken(process, command);
    // With a key of its own, each hand-over looks like an attempt that nobody has seen.
    return without.has('worker-dedup') ? encoder.encode(JSON.stringify({ ...command, key: `${command.key}~${this.#handedOver++}` })) : record.value!;
  }

  #taken(process: Machine, { key }: RunStepCommand): void {
    const takers = this.takers.get(key) ?? new Set();
    this.takers.set(key, takers.add(process));
  }
}

class Member {
  readonly process: Machine;
  readonly #world: CommandWorld;
  readonly #topic: CommandTopic;
  readonly #handler: CommandHandler;
  /** Next offset to hand over, of the partitions it owns. */
  #next = new Map<number, number>();
  readonly #open = new Set<Promise<unknown>>();
  #paused = false;
  #stopped = false;

  constructor(world: CommandWorld, topic: CommandTopic, process: Machine, handler: CommandHandler) {
    this.#world = world;
    this.#topic = topic;
    this.process = process;
    this.#handler = handler;
  }

  owns(partition: number): boolean {
    return this.#next.has(partition);
  }

  assign(partitions: readonly number[]): void {
    this.#next = new Map(partitions.map((partition) => [partition, this.#topic.positionOf(partition)]));
    for (const partition of partitions) this.look(partition);
  }

  pause(): void {
    this.#paused = true;
  }

  /** Takes no more; resolves when what it was handed is settled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#open);
  }

  resume(): void {
    this.#paused = false;
    for (const partition of this.#next.keys()) this.look(partition);
  }

  look(partition: number): void {
    if (this.process.state === 'dead' || !this.owns(partition)) return;
    const { clock, random } = this.#world;
    clock.after(random.int(1, 20), () => this.process.when(() => this.#handOver(partition)));
  }

  #handOver(partition: number): void {
    const next = this.#next.get(partition);
    if (next === undefined || this.#paused || this.#stopped || this.process.state !== 'running') return;
    const records = this.#topic.log.read(partition, next, Number.POSITIVE_INFINITY);
    this.#next.set(partition, next + records.length);
    for (const record of records) {
      const given = { ...record, topic: this.#topic.topic, value: this.#topic.bytesFor(this.process, record) };
      const settled = this.#handler.command(given).then(() => {
        this.#open.delete(settled);
        if (this.process.state === 'running') this.#topic.settle(this, record);
      });
      this.#open.add(settled);
    }
  }
}

const encoder = new TextEncoder();

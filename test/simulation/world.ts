/** A simulated world: logs, view, group, delayed jobs, processes, step services and callers, all from one seed. */
import { definitionKey, partitionOf, topicNames, type Command, type InboxMessage } from '@baton/contracts';
import type { LogRecord, WakeUp } from '@baton/ports';
import { Conductor } from '@baton/runtime';
import { WorldClock } from './clock.ts';
import { Faults, type FaultName } from './faults.ts';
import { Group } from './group.ts';
import { portsOf } from './ports.ts';
import { Process } from './process.ts';
import { SERVICE, type Program } from './programs.ts';
import { Random } from './random.ts';
import type { Without } from './sabotage.ts';
import { StepServices } from './services.ts';
import { Topic } from './topic.ts';
import { View } from './view.ts';

const START_MS = Date.UTC(2026, 0, 1);

export interface WorldOptions {
  readonly seed: number;
  readonly withoutFaults: ReadonlySet<FaultName>;
  readonly without: Without;
}

export class World {
  readonly names = topicNames('sim');
  readonly partitions: number;
  readonly random: Random;
  readonly clock = new WorldClock(START_MS);
  readonly faults: Faults;
  readonly without: Without;
  readonly inbox: Topic;
  readonly history: Topic;
  readonly commands: Command[] = [];
  readonly letters: string[] = [];
  readonly view: View;
  readonly group: Group;
  readonly services: StepServices;
  readonly troubles: string[] = [];
  definitions: readonly LogRecord[] = [];
  readonly #conductors = new Map<Process, Conductor>();
  readonly #wakers = new Map<Process, (wakeUp: WakeUp) => Promise<void>>();
  readonly #waiting: (() => void)[][];
  #jobs = new Map<string, WakeUp>();
  #processes = 0;
  #claims = 0;

  constructor({ seed, withoutFaults, without }: WorldOptions) {
    this.random = new Random(seed);
    this.faults = new Faults(this.random, withoutFaults);
    this.without = without;
    this.partitions = this.random.int(1, 3);
    this.inbox = new Topic(this.partitions);
    this.history = new Topic(this.partitions);
    this.view = new View(this.partitions, { epoch: !without.has('view-epoch-guard'), contiguity: !without.has('view-contiguity-guard'), seq: !without.has('view-seq-guard'), since: !without.has('view-since-guard') });
    this.group = new Group(this, this.partitions, without.has('position-from-history'));
    this.services = new StepServices(this);
    this.#waiting = Array.from({ length: this.partitions }, () => []);
  }

  publish(programs: readonly Program[]): void {
    const records = programs.flatMap(({ workflow }) => workflow.toRecords(SERVICE));
    this.definitions = records.map((record, offset) => ({ partition: 0, offset, timestampMs: START_MS, key: definitionKey(record), value: encoder.encode(JSON.stringify(record)), headers: {} }));
  }

  trouble(what: string): void {
    this.troubles.push(what);
  }

  // Processes

  startProcess(): void {
    const process = new Process(this, `p${this.#processes++}`);
    const conductor = new Conductor(portsOf(this, process), {
      namespace: 'sim',
      historyTopic: this.names.history,
      newOwner: () => `claim-${this.#claims++}`,
      lanes: { batchRecords: 5, batchBytes: 4_000, queuedRecords: 20, cachedRuns: 3, batchesUnderway: 3, underwayBytes: 6_000, viewEveryMs: 50, callDeadlineMs: 3_000, publishDeadlineMs: 6_000, sweepEveryMs: 1_000, sweepGraceMs: 500, sweepLimit: 10, viewCheckEveryMs: 8_000, markEveryMs: 5_000, restartMs: [50, 2_000] },
    });
    this.#conductors.set(process, conductor);
    // A start that fails ends the process, and its machine starts it again.
    conductor.start().catch(() => process.when(() => process.crash()));
  }

  ended(process: Process): void {
    this.#conductors.delete(process);
    this.#wakers.delete(process);
    this.group.silent(process);
    this.clock.after(this.random.int(100, 5_000), () => this.startProcess());
  }

  froze(process: Process): void {
    this.group.silent(process);
  }

  resumed(process: Process): void {
    this.group.back(process);
  }

  get processes(): readonly Process[] {
    return [...this.#conductors.keys()];
  }

  get ready(): boolean {
    return [...this.#conductors.values()].every((conductor) => conductor.health().ready);
  }

  // The inbox

  receive(message: InboxMessage, timestampMs: number): void {
    this.#append(partitionOf(message.runId, this.partitions), { key: message.runId, value: JSON.stringify(message), timestampMs });
  }

  receiveRaw(partition: number, value: string): void {
    this.#append(partition, { key: null, value, timestampMs: this.clock.nowMs });
  }

  #append(partition: number, record: { readonly key: string | null; readonly value: string; readonly timestampMs: number }): void {
    this.inbox.append(partition, [record]);
    this.wakeInbox(partition);
  }

  onInbox(partition: number, look: () => void): void {
    this.#waiting[partition]!.push(look);
  }

  wakeInbox(partition: number): void {
    for (const look of this.#waiting[partition]!.splice(0)) look();
  }

  // Commands

  command(command: Command): void {
    this.commands.push(command);
    this.services.receive(command);
  }

  // Delayed jobs: they live in the same Redis as the view

  schedule(wakeUp: WakeUp): void {
    const key = `${wakeUp.runId}|${wakeUp.timerId}|${wakeUp.ver}`;
    if (this.#jobs.has(key) || this.faults.strikes('wake-ups-lost', 3)) return;
    this.#jobs.set(key, wakeUp);
    this.clock.after(Math.max(0, wakeUp.dueMs - this.clock.nowMs) + this.random.int(0, 800), () => this.#fire(key, wakeUp));
  }

  onWakeUp(process: Process, due: (wakeUp: WakeUp) => Promise<void>): void {
    this.#wakers.set(process, due);
  }

  #fire(key: string, wakeUp: WakeUp): void {
    if (!this.#jobs.has(key)) return;
    const running = [...this.#wakers].filter(([process]) => process.state === 'running');
    if (running.length === 0) return void this.clock.after(1_000, () => this.#fire(key, wakeUp));
    const [, due] = this.random.pick(running);
    if (!this.faults.strikes('wake-up-twice', 5)) this.#jobs.delete(key);
    due(wakeUp).catch(() => {
      this.#jobs.set(key, wakeUp);
      this.clock.after(1_000, () => this.#fire(key, wakeUp));
    });
    if (this.#jobs.has(key)) this.clock.after(this.random.int(0, 5_000), () => this.#fire(key, wakeUp));
  }

  /** Faults that strike the servers and not a call. */
  strikeServers(): void {
    if (this.faults.over) return;
    if (this.faults.strikes('view-wiped')) {
      this.view.wipe();
      this.#jobs = new Map();
    }
    if (this.faults.strikes('view-failover', 2)) this.view.failOver(this.random.int(1, 5));
    if (this.faults.strikes('rebalance', 2)) this.group.rebalance();
    this.clock.after(this.random.int(100, 1_500), () => this.strikeServers());
  }
}

const encoder = new TextEncoder();

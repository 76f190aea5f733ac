/** A simulated world: logs, view, group, delayed jobs, orchestrators, step services and callers, all from one seed. */
import { definitionKey, topicNames, type Command, type InboxMessage } from '@baton/contracts';
import type { PoisonTable } from '@baton/adapter-memory';
import type { LogRecord } from '@baton/ports';
import { Conductor } from '@baton/runtime';
import { CheckpointStore } from './checkpoint-store.ts';
import { WorldClock } from './clock.ts';
import { CommandTopic } from './command-topic.ts';
import { DelayedJobs } from './delayed-jobs.ts';
import { Faults, type FaultName } from './faults.ts';
import { Forger } from './forger.ts';
import { Group } from './group.ts';
import { InboxLog } from './inbox-log.ts';
import { portsOf } from './ports.ts';
import { Process, type Life } from './process.ts';
import { SERVICE, type Program } from './program.ts';
import { Random } from './random.ts';
import { decideWithout } from './sabotage-decide.ts';
import { portsWithout } from './sabotage-ports.ts';
import type { Without } from './sabotage.ts';
import { StepWorkers } from './step-workers.ts';
import { Topic } from './topic.ts';
import { View } from './view.ts';
import { nameOf, Watch } from './watch.ts';

const START_MS = Date.UTC(2026, 0, 1);
/** Nobody checks so late in a simulated world. */
const NEVER_MS = 1_000_000_000;

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
  readonly inbox: InboxLog;
  readonly history: Topic;
  readonly commandTopic: CommandTopic;
  /** Names of the commands that reached their topic. */
  readonly published = new Set<string>();
  /** Ids of dead letters. */
  readonly letters = new Set<string>();
  /** Of the history; undefined where it is kept for ever. */
  readonly retentionMs: number | undefined;
  readonly checkpoints: CheckpointStore | undefined;
  readonly view: View;
  readonly poison: PoisonTable = new Map();
  readonly group: Group;
  readonly jobs: DelayedJobs;
  readonly workers: StepWorkers;
  readonly forger: Forger;
  readonly watch: Watch;
  readonly troubles: string[] = [];
  /** Runs whose results make deciding throw. */
  readonly poisoned = new Set<string>();
  /** Somebody looks after what could not be undone until nothing is parked by it any more. */
  operates = false;
  definitions: readonly LogRecord[] = [];
  readonly #conductors = new Map<Process, Conductor>();
  readonly #orchestrators: Life;
  #processes = 0;
  #claims = 0;

  constructor({ seed, withoutFaults, without }: WorldOptions) {
    this.random = new Random(seed);
    this.faults = new Faults(this.random, withoutFaults);
    this.without = without;
    this.partitions = this.random.int(1, 3);
    this.inbox = new InboxLog(this.partitions);
    this.history = new Topic(this.partitions);
    this.watch = new Watch(this.partitions, this.inbox, (violation) => this.trouble(violation));
    this.retentionMs = this.faults.enabled('history-cut') ? this.random.int(8_000, 40_000) : undefined;
    this.checkpoints = this.random.chance(600) ? new CheckpointStore(this.partitions, this.faults, without.has('checkpoint-whole-check')) : undefined;
    this.view = new View(this.partitions, without);
    this.group = new Group(this, this.partitions);
    this.jobs = new DelayedJobs({ clock: this.clock, faults: this.faults, random: this.random, lagMs: 800 });
    this.commandTopic = new CommandTopic(this, this.names.command(SERVICE));
    this.workers = new StepWorkers(this);
    this.forger = new Forger(this);
    this.#orchestrators = {
      dies: 'crash',
      freezes: 'freeze',
      factor: 0.2,
      haunts: false,
      ended: (process) => {
        this.#conductors.delete(process);
        this.jobs.leave(process);
        this.group.silent(process);
        this.clock.after(this.random.int(100, 5_000), () => this.startProcess());
      },
      froze: (process) => this.group.silent(process),
      resumed: (process) => this.group.back(process),
    };
  }

  publish(programs: readonly Program[]): void {
    const records = programs.flatMap(({ workflow }) => workflow.toRecords(SERVICE));
    this.definitions = records.map((record, offset) => ({ partition: 0, offset, timestampMs: START_MS, key: definitionKey(record), value: encoder.encode(JSON.stringify(record)), headers: {} }));
  }

  /** Something that must not be: the world ends with it. */
  trouble(what: string): void {
    this.troubles.push(what);
  }

  // Orchestrators

  startProcess(): void {
    const process = new Process(this, `p${this.#processes++}`, this.#orchestrators);
    const decide = decideWithout(this.without);
    const conductor = new Conductor(portsWithout(portsOf(this, process), this), {
      namespace: 'sim',
      historyTopic: this.names.history,
      newOwner: () => `claim-${this.#claims++}`,
      decide: (state, message, facts) => {
        if (message.type === 'result' && this.poisoned.has(message.runId) && state?.status === 'running') throw new Error('This message cannot be decided on');
        return decide(state, message, facts);
      },
      lanes: {
        batchRecords: 5, batchBytes: 4_000, queuedRecords: 20, cachedRuns: 3, batchesUnderway: 3, underwayBytes: 6_000, viewEveryMs: 50, callDeadlineMs: 3_000, publishDeadlineMs: 6_000,
        sweepEveryMs: 1_000, sweepGraceMs: 500, sweepLimit: 10, viewCheckEveryMs: this.without.has('view-check') ? NEVER_MS : 8_000, markEveryMs: 5_000, restartMs: [50, 2_000],
        // A fleet in the middle of an upgrade: each writes what it may, all read everything.
        carryEveryMs: 6_000, historyVersion: this.random.pick([1, 2, 2]),
      },
    });
    this.#conductors.set(process, conductor);
    // A start that fails ends the process, and its machine starts it again.
    conductor.start().catch(() => process.when(() => process.crash()));
  }

  /** Of all kinds. */
  get processes(): readonly Process[] {
    return [...this.#conductors.keys(), ...this.workers.processes];
  }

  get orchestrators(): readonly Process[] {
    return [...this.#conductors.keys()];
  }

  get ready(): boolean {
    return [...this.#conductors.values()].every((conductor) => conductor.health().ready);
  }

  // Commands

  command(command: Command): void {
    this.watch.published(command);
    this.published.add(nameOf(command));
    this.commandTopic.append(command);
    if (command.t === 'run-step') this.forger.sees(command);
  }

  /** An orchestrator puts a message into the inbox: of a timer, or what one run tells another. */
  told(message: InboxMessage, nowMs: number): void {
    if (message.type !== 'timer') this.watch.talk.sent(message);
    this.inbox.receive(message, nowMs);
  }

  /** As far as the promise goes that what was carried forward is enough. */
  cutHistory(): void {
    for (let partition = 0; partition < this.partitions; partition++) {
      this.history.cut(partition, Math.max(this.watch.carriedFrom(partition), this.checkpoints?.safeFirst(partition) ?? 0));
    }
  }

  /** Redis is emptied, or fails over. */
  strikeView(): void {
    if (this.faults.strikes('view-wiped')) {
      this.view.wipe();
      this.jobs.wipe();
    }
    if (this.faults.strikes('view-failover', 2)) this.view.failOver(this.random.int(1, 5));
  }

  /** Faults that strike the servers and the machines, and not a call. */
  strikeServers(): void {
    const { faults, random } = this;
    if (faults.over) return;
    this.strikeView();
    if (faults.strikes('history-cut', 3)) this.cutHistory();
    if (faults.strikes('rebalance', 2)) random.pick([this.group, this.commandTopic]).rebalance();
    if (faults.strikes('worker-stopped', 2)) this.workers.stopOne();
    if (faults.strikes('clock-jump', 2)) random.pick(this.processes)?.clockJumps();
    this.clock.after(random.int(100, 1_500), () => this.strikeServers());
  }
}

const encoder = new TextEncoder();

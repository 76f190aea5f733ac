/**
 * The orchestrator without its vendors: a lane per assigned partition, the catalogue of definitions, the wake-ups.
 * What it runs on is given as ports.
 */
import { PLATFORM_DEFAULTS, deadLetterOf, partitionOf, type Policy } from '@baton/contracts';
import type { BlobStore, Checkpoints, Clock, CommandBus, DeadLetters, Definitions, HistoryLog, InboxSender, InboxSource, InboxSubscription, LogRecord, PoisonWatch, RuntimeObserver, StateIndex, TaskTokens, WakeUp, WakeUps } from '@baton/ports';
import { decide, type Decide } from '@baton/core';
import { DefinitionCatalogue } from '@baton/workflow';
import { withDeadline } from './deadline.ts';
import { Lane, type LaneState } from './lane/lane.ts';
import { DEFAULT_LANE_OPTIONS, type LaneOptions } from './lane/options.ts';
import type { Surroundings } from './lane/surroundings.ts';
import { timerMessage } from './timer-message.ts';
import { WakeUpGate, type WakeUpGateOptions } from './wake-up-gate.ts';

export interface ConductorPorts {
  readonly history: HistoryLog;
  readonly inbox: InboxSource;
  readonly sender: InboxSender;
  readonly index: StateIndex;
  readonly bus: CommandBus;
  readonly deadLetters: DeadLetters;
  readonly definitions: Definitions;
  readonly wakeUps: WakeUps;
  /** Absent: a message that kills the process kills each that follows. */
  readonly poison?: PoisonWatch;
  readonly clock: Clock;
  readonly tokens: TaskTokens;
  readonly observer: RuntimeObserver;
  /** Where runs are carried forward to beside the history. Absent: only there. */
  readonly checkpoints?: Checkpoints;
  /** Where results go that are too large for the history; the same for all orchestrators, and for steps. Absent: they fail their state. */
  readonly blobs?: BlobStore;
}

export interface ConductorOptions {
  readonly namespace: string;
  /** Name of the history topic, for dead letters. */
  readonly historyTopic: string;
  /** Unique per claim; the runtime has no chance of its own. */
  readonly newOwner: () => string;
  readonly policy?: Policy;
  /** What a message means for a run. Default: the core's; the simulator gives others, which lack a protection. */
  readonly decide?: Decide;
  readonly engineVersion?: string;
  readonly lanes?: Partial<LaneOptions>;
  /** How delayed jobs that are due come into the inbox. */
  readonly wakeUps?: Partial<WakeUpGateOptions>;
  /** Told when the inbox consumer has died for good: the process should end. */
  readonly onCrash?: (error: Error) => void;
}

export interface ConductorHealth {
  /** Joined the group, and every assigned lane is ready. */
  readonly ready: boolean;
  /** Nothing has died for good and every lane moves. */
  readonly alive: boolean;
  readonly lanes: readonly { readonly partition: number; readonly state: LaneState; readonly detail: string; readonly lag: number; readonly carriedMs: number | undefined }[];
  readonly problem?: string;
}

/** A rush of due jobs is let in at a rate that a process on two cores keeps up with. */
const DEFAULT_WAKE_UPS: WakeUpGateOptions = { perSecond: 1_000, lagOfLane: 100, longestWaitMs: 10_000 };

/** A lane with work that has not moved for so long is taken for dead. */
const STUCK_AFTER_MS = 120_000;

export class Conductor {
  readonly catalogue = new DefinitionCatalogue();
  readonly #ports: ConductorPorts;
  readonly #surroundings: Surroundings;
  readonly #onCrash: ((error: Error) => void) | undefined;
  readonly #lanes = new Map<number, Lane>();
  readonly #gate: WakeUpGate;
  readonly #leaving = new Map<number, Promise<void>>();
  #subscription: InboxSubscription | undefined;
  #following: { stop(): Promise<void> } | undefined;
  #assigned = false;
  #crash: Error | undefined;
  #stopped = false;

  constructor(ports: ConductorPorts, options: ConductorOptions) {
    this.#ports = ports;
    this.#onCrash = options.onCrash;
    this.#gate = new WakeUpGate(ports.clock, { ...DEFAULT_WAKE_UPS, ...options.wakeUps }, () => [...this.#lanes.values()]);
    this.#surroundings = {
      ...ports,
      checkpoints: ports.checkpoints,
      blobs: ports.blobs,
      historyTopic: options.historyTopic,
      catalogue: this.catalogue,
      missingDefinitions: new Set(),
      decide: options.decide ?? decide,
      policy: options.policy ?? PLATFORM_DEFAULTS,
      eventSource: `/baton/${options.namespace}`,
      newOwner: options.newOwner,
      engineVersion: options.engineVersion ?? '0.1.0',
      options: { ...DEFAULT_LANE_OPTIONS, ...options.lanes },
      subscription: () => {
        if (this.#subscription === undefined) throw new Error('Expected a lane only after the inbox was subscribed');
        return this.#subscription;
      },
    };
  }

  /** Resolves once definitions are known and the group was asked to join. */
  async start(): Promise<void> {
    const { definitions, inbox, wakeUps } = this.#ports;
    this.#following = await definitions.follow((records) => this.#learn(records));
    await wakeUps.start((wakeUp) => this.#wake(wakeUp));
    const early: (readonly number[])[] = [];
    const subscription = await inbox.subscribe({
      assigned: (partitions) => {
        if (this.#subscription === undefined) early.push(partitions);
        else this.#assign(partitions);
      },
      records: async (batch) => {
        await this.#lanes.get(batch.partition)?.offer(batch);
      },
      crashed: (error) => {
        this.#crash = error;
        this.#onCrash?.(error);
      },
    });
    this.#subscription = subscription;
    const latest = early.at(-1);
    if (latest !== undefined) this.#assign(latest);
  }

  /** Finishes what is in hand, writes positions down, leaves the group. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#gate.end();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop('drain')));
    await Promise.all(this.#leaving.values());
    await this.#subscription?.stop();
    await this.#ports.wakeUps.stop();
    await this.#following?.stop();
  }

  health(): ConductorHealth {
    const nowMs = this.#ports.clock.nowMs();
    const lanes = [...this.#lanes.values()].map((lane) => ({ partition: lane.partition, state: lane.state, detail: lane.detail, lag: lane.lag, carriedMs: lane.carriedMs }));
    const stuck = [...this.#lanes.values()].find((lane) => nowMs - lane.progressMs > STUCK_AFTER_MS && lane.state === 'ready');
    const problem = this.#crash?.message ?? (stuck === undefined ? undefined : `The lane of partition ${stuck.partition} has not moved for ${STUCK_AFTER_MS / 1_000} s`);
    return {
      ready: !this.#stopped && this.#assigned && this.#crash === undefined && lanes.every((lane) => lane.state === 'ready'),
      alive: this.#crash === undefined && stuck === undefined,
      lanes: lanes.sort((a, b) => a.partition - b.partition),
      ...(problem !== undefined && { problem }),
    };
  }

  async #wake(wakeUp: WakeUp): Promise<void> {
    const { clock, sender } = this.#ports;
    await this.#gate.pass();
    // After a rush a hundred thousand jobs may be left of timers that the sweepers have fired.
    const late = clock.nowMs() - wakeUp.dueMs > this.#surroundings.options.sweepGraceMs;
    if (late && !(await this.#isArmed(wakeUp))) return;
    await sender.send([timerMessage(wakeUp, 'wake-up', clock.nowMs())]);
  }

  /** What is due and armed in the view is found by the sweeper too, also where the view has it later; so nothing is lost by asking it. */
  async #isArmed({ runId, timerId, ver }: WakeUp): Promise<boolean> {
    const { clock, index, inbox } = this.#ports;
    try {
      return await withDeadline(clock, this.#surroundings.options.callDeadlineMs, 'asking whether a timer is armed', index.isArmed(partitionOf(runId, inbox.partitions), { runId, timerId, ver }));
    } catch {
      return true;
    }
  }

  #assign(partitions: readonly number[]): void {
    if (this.#stopped) return;
    this.#assigned = true;
    const mine = new Set(partitions);
    for (const [partition, lane] of this.#lanes) {
      if (mine.has(partition)) continue;
      this.#lanes.delete(partition);
      const left = lane.stop('lost').finally(() => {
        if (this.#leaving.get(partition) === left) this.#leaving.delete(partition);
      });
      this.#leaving.set(partition, left);
    }
    for (const partition of mine) {
      const known = this.#lanes.get(partition);
      // After a rebalance the consumer fetches from the group's offsets; only the lane knows its position.
      if (known !== undefined) known.reseek();
      else void this.#open(partition);
    }
  }

  async #open(partition: number): Promise<void> {
    const lane = new Lane(partition, this.#surroundings);
    this.#lanes.set(partition, lane);
    await this.#leaving.get(partition);
    if (this.#lanes.get(partition) === lane && !this.#stopped) lane.start();
  }

  #learn(records: readonly LogRecord[]): void {
    const refused = this.catalogue.accept(records);
    for (const hash of this.#surroundings.missingDefinitions) if (this.catalogue.byHash(hash) !== undefined) this.#surroundings.missingDefinitions.delete(hash);
    if (refused.length === 0) return;
    const { definitions, deadLetters, observer, clock } = this.#ports;
    const letters = refused.flatMap(({ offset, code, detail }) => {
      const record = records.find((candidate) => candidate.offset === offset);
      return record === undefined ? [] : [deadLetterOf(record, { topic: definitions.topic, reason: code, detail, foundBy: 'orchestrator', foundMs: clock.nowMs() })];
    });
    for (const letter of letters) observer.deadLettered(letter);
    // The topic is read from its beginning by every process, so a letter that could not be written now is written by the next.
    deadLetters.put(letters).catch((error: unknown) => observer.lane({ partition: -1, what: 'failed', detail: `dead letters of definitions: ${String(error)}` }));
  }
}

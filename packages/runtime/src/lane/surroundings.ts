import type { Policy } from '@baton/contracts';
import type { Decide } from '@baton/core';
import type { BlobStore, Checkpoints, Clock, CommandBus, DeadLetters, HistoryLog, InboxSender, InboxSource, InboxSubscription, PoisonWatch, RuntimeObserver, StateIndex, TaskTokens, WakeUps } from '@baton/ports';
import type { DefinitionCatalogue } from '@baton/workflow';
import type { LaneOptions } from './options.ts';

/** Everything a lane needs from outside. */
export interface Surroundings {
  readonly history: HistoryLog;
  readonly inbox: InboxSource;
  readonly sender: InboxSender;
  /** Name of the history topic, for dead letters. */
  readonly historyTopic: string;
  readonly index: StateIndex;
  readonly bus: CommandBus;
  readonly deadLetters: DeadLetters;
  readonly wakeUps: WakeUps;
  /** Where runs are carried forward to beside the history; undefined where there is no place for it. */
  readonly checkpoints: Checkpoints | undefined;
  /** For what is too large for the history; undefined where there is no place for it. */
  readonly blobs: BlobStore | undefined;
  readonly poison?: PoisonWatch;
  readonly clock: Clock;
  readonly tokens: TaskTokens;
  readonly observer: RuntimeObserver;
  readonly catalogue: DefinitionCatalogue;
  /** Hashes that were waited for in vain: not waited for again until they arrive. */
  readonly missingDefinitions: Set<string>;
  readonly decide: Decide;
  readonly policy: Policy;
  /** CloudEvents source of lifecycle events, such as /baton/default. */
  readonly eventSource: string;
  /** Unique per claim. */
  readonly newOwner: () => string;
  readonly engineVersion: string;
  readonly options: LaneOptions;
  /** Of the joined group; set once subscribed. */
  readonly subscription: () => InboxSubscription;
}

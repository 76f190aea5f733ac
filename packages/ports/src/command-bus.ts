import type { Command, PublicEvent } from '@baton/contracts';
import type { LogRecord } from './log-record.ts';

/** Publishes what the history holds already; a repetition carries the same keys and ids. */
export interface CommandBus {
  /** Resolves when everything is acknowledged. @throws OperatingError; part of it may be out. */
  publish(batch: { readonly commands: readonly Command[]; readonly events: readonly PublicEvent[] }): Promise<void>;
}

/** A step service's side: commands of one service, shared among its processes. */
export interface CommandSource {
  subscribe(service: string, handler: CommandHandler): Promise<CommandSubscription>;
}

export interface CommandHandler {
  /**
   * One record. The promise resolves when the record may be considered handed over for good: the result or the lease
   * heartbeat is acknowledged, or the record was found bad and is a dead letter. Only then its offset may move.
   * Records of one partition are handed over in order but concurrently. Must not reject.
   */
  command(record: LogRecord & { readonly topic: string }): Promise<void>;
  /** The consumer has died for good; the process should end. */
  crashed(error: Error): void;
}

export interface CommandSubscription {
  /** No more records are handed over until resume: the pool is full. */
  pause(): void;
  resume(): void;
  /** Stops taking records, waits for those handed over, writes positions, leaves the group. */
  stop(): Promise<void>;
}

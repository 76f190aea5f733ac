import { partitionOf, type InboxMessage } from '@baton/contracts';
import type { InboxHandler, InboxSender, InboxSource, InboxSubscription } from '@baton/ports';
import { bytesOf } from './bytes.ts';
import type { Group, GroupMember } from './log/group.ts';
import type { NewRecord } from './log/partition-log.ts';
import { PartitionReader } from './log/partition-reader.ts';
import type { PortParts } from './port-parts.ts';
import type { Session, SessionMember } from './session.ts';
import { traceHeaders } from './trace-headers.ts';

export function inboxSender({ broker, names, session, clock }: PortParts): InboxSender {
  return {
    async send(messages) {
      session.check();
      const timestampMs = clock.nowMs();
      const byPartition = new Map<number, NewRecord[]>();
      for (const message of messages) {
        const partition = partitionOf(message.runId, broker.partitions);
        const records = byPartition.get(partition) ?? [];
        records.push(recordOf(message, timestampMs));
        byPartition.set(partition, records);
      }
      await Promise.all([...byPartition].map(([partition, records]) => broker.append(names.inbox, partition, records)));
      session.check();
    },
  };
}

const recordOf = (message: InboxMessage, timestampMs: number): NewRecord => ({
  key: message.runId,
  value: bytesOf(JSON.stringify(message)),
  headers: traceHeaders(message.trace),
  timestampMs,
});

export function inboxSource({ broker, names, session, namespace }: PortParts): InboxSource {
  const topic = names.inbox;
  const group = `baton.${namespace}.orchestrator`;
  return {
    partitions: broker.partitions,
    topic,
    group,
    async subscribe(handler) {
      session.check();
      const member = new InboxMember(broker.group(group, topic), handler, session);
      await member.join();
      return member;
    },
    async bounds(partition) {
      session.check();
      const { first, next } = broker.log(topic, partition);
      return { first, next };
    },
  };
}

class InboxMember implements InboxSubscription, GroupMember, SessionMember {
  readonly #group: Group;
  readonly #handler: InboxHandler;
  readonly #session: Session;
  readonly #readers = new Map<number, PartitionReader>();
  #stopped = false;

  constructor(group: Group, handler: InboxHandler, session: Session) {
    this.#group = group;
    this.#handler = handler;
    this.#session = session;
  }

  async join(): Promise<void> {
    this.#session.add(this);
    await this.#group.join(this);
  }

  seek(partition: number, offset: number): void {
    this.#readers.get(partition)?.seek(offset);
  }

  commit(partition: number, offset: number): void {
    this.#group.commit(this, partition, offset);
  }

  async stop(): Promise<void> {
    this.abandonReaders();
    this.#session.remove(this);
    await this.#group.leave(this);
  }

  abandon(): void {
    this.abandonReaders();
    void this.#group.leave(this);
  }

  abandonReaders(): void {
    this.#stopped = true;
    for (const reader of this.#readers.values()) reader.stop();
    this.#readers.clear();
  }

  assigned(partitions: readonly number[], from: ReadonlyMap<number, number>): void {
    if (this.#stopped) return;
    for (const [partition, offset] of from) {
      const reader = new PartitionReader(this.#group.logs[partition]!, offset);
      this.#readers.set(partition, reader);
      void this.#deliver(partition, reader);
    }
    // Not in the caller's turn: whoever subscribes holds the subscription before the first assignment.
    setImmediate(() => {
      if (!this.#stopped) this.#guarded(() => this.#handler.assigned(partitions));
    });
  }

  async revoked(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) {
      this.#readers.get(partition)?.stop();
      this.#readers.delete(partition);
    }
  }

  async #deliver(partition: number, reader: PartitionReader): Promise<void> {
    for (let fetched = await reader.next(); fetched !== undefined; fetched = await reader.next()) {
      try {
        await this.#handler.records({ partition, ...fetched, endOffset: reader.log.next });
      } catch (error) {
        return this.#crash(error as Error);
      }
    }
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#crash(error as Error);
    }
  }

  #crash(error: Error): void {
    this.abandon();
    this.#session.remove(this);
    this.#handler.crashed(error);
  }
}

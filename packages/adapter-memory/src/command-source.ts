/** Commands of one service. Records of a partition are handed over in order but concurrently; the position moves over what is settled without a hole. */
import type { CommandHandler, CommandSource, CommandSubscription, LogRecord } from '@baton/ports';
import { Bell } from './log/bell.ts';
import type { Group, GroupMember } from './log/group.ts';
import { PartitionReader } from './log/partition-reader.ts';
import type { PortParts } from './port-parts.ts';
import type { Session, SessionMember } from './session.ts';

/** Handed over and not settled, per partition: what a handler may be holding. */
const UNSETTLED_LIMIT = 1_000;

export function commandSource({ broker, names, session, namespace }: PortParts): CommandSource {
  return {
    async subscribe(service, handler) {
      session.check();
      const topic = names.command(service);
      const member = new CommandMember(broker.group(`baton.${namespace}.${service}`, topic), topic, handler, session);
      await member.join();
      return member;
    },
  };
}

interface Share {
  readonly reader: PartitionReader;
  /** In order; a settled one leaves when everything before it has. */
  readonly handedOver: { readonly offset: number; settled: boolean }[];
  /** Rung whenever something settles or the subscription resumes. */
  readonly bell: Bell;
  /** Resolves when the loop has ended. */
  ended: Promise<void>;
}

class CommandMember implements CommandSubscription, GroupMember, SessionMember {
  readonly #group: Group;
  readonly #topic: string;
  readonly #handler: CommandHandler;
  readonly #session: Session;
  readonly #shares = new Map<number, Share>();
  #paused = false;
  #abandoned = false;

  constructor(group: Group, topic: string, handler: CommandHandler, session: Session) {
    this.#group = group;
    this.#topic = topic;
    this.#handler = handler;
    this.#session = session;
  }

  async join(): Promise<void> {
    this.#session.add(this);
    await this.#group.join(this);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const { bell } of this.#shares.values()) bell.ring();
  }

  async stop(): Promise<void> {
    await this.revoked([...this.#shares.keys()]);
    this.#session.remove(this);
    await this.#group.leave(this);
  }

  abandon(): void {
    this.#abandoned = true;
    for (const { reader, bell } of this.#shares.values()) {
      reader.stop();
      bell.ring();
    }
    this.#shares.clear();
    void this.#group.leave(this);
  }

  assigned(_partitions: readonly number[], from: ReadonlyMap<number, number>): void {
    if (this.#abandoned) return;
    for (const [partition, offset] of from) {
      const share: Share = { reader: new PartitionReader(this.#group.logs[partition]!, offset), handedOver: [], bell: new Bell(), ended: Promise.resolve() };
      this.#shares.set(partition, share);
      share.ended = this.#deliver(partition, share);
    }
  }

  async revoked(partitions: readonly number[]): Promise<void> {
    const leaving = partitions.flatMap((partition) => this.#shares.get(partition) ?? []);
    for (const { reader, bell } of leaving) {
      reader.stop();
      bell.ring();
    }
    await Promise.all(leaving.map(({ ended }) => ended));
    for (const partition of partitions) this.#shares.delete(partition);
  }

  async #deliver(partition: number, share: Share): Promise<void> {
    const { reader, handedOver, bell } = share;
    for (let fetched = await reader.next({ records: 100 }); fetched !== undefined; fetched = await reader.next({ records: 100 })) {
      for (const record of fetched.records) {
        while (!reader.stopped && (this.#paused || handedOver.length >= UNSETTLED_LIMIT)) await bell.wait();
        if (reader.stopped) break;
        void this.#handOver(partition, record, share);
      }
    }
    while (!this.#abandoned && handedOver.length > 0) await bell.wait();
  }

  async #handOver(partition: number, record: LogRecord, { handedOver, bell }: Share): Promise<void> {
    const entry = { offset: record.offset, settled: false };
    handedOver.push(entry);
    try {
      await this.#handler.command({ ...record, topic: this.#topic });
    } catch (error) {
      if (!this.#abandoned) {
        this.abandon();
        this.#session.remove(this);
        this.#handler.crashed(error as Error);
      }
      return;
    }
    entry.settled = true;
    let settledTo: number | undefined;
    while (handedOver[0]?.settled === true) settledTo = handedOver.shift()!.offset + 1;
    if (settledTo !== undefined && !this.#abandoned) this.#group.commit(this, partition, settledTo);
    bell.ring();
  }
}

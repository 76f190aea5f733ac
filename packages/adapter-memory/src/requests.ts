import { partitionOf } from '@baton/contracts';
import type { Clock, LogRecord, RequestSender, RequestSource } from '@baton/ports';
import { bytesOrNull } from './bytes.ts';
import type { Group, GroupMember } from './log/group.ts';
import { PartitionReader } from './log/partition-reader.ts';
import type { PortParts } from './port-parts.ts';
import type { Session, SessionMember } from './session.ts';

/** How long a record that was rejected waits before it is handed over again. */
const RETRY_PAUSE_MS = 500;

export function requestSender({ broker, names, session, clock }: PortParts): RequestSender {
  return {
    async publish({ key, value, headers }) {
      session.check();
      await broker.append(names.requests, partitionOf(key, broker.partitions), [{ key, value: bytesOrNull(value), headers, timestampMs: clock.nowMs() }]);
      session.check();
    },
  };
}

export function requestSource({ broker, names, session, clock, namespace }: PortParts): RequestSource {
  return {
    topic: names.requests,
    async subscribe(handler) {
      session.check();
      const member = new RequestMember(broker.group(`baton.${namespace}.intake`, names.requests), handler, session, clock);
      await member.join();
      return member;
    },
  };
}

type Handler = Parameters<RequestSource['subscribe']>[0];

class RequestMember implements GroupMember, SessionMember {
  readonly #group: Group;
  readonly #handler: Handler;
  readonly #session: Session;
  readonly #clock: Clock;
  readonly #shares = new Map<number, { readonly reader: PartitionReader; readonly ended: Promise<void> }>();
  /** Ends the pauses of those that wait to be tried again. */
  readonly #pauses = new Set<() => void>();
  #abandoned = false;

  constructor(group: Group, handler: Handler, session: Session, clock: Clock) {
    this.#group = group;
    this.#handler = handler;
    this.#session = session;
    this.#clock = clock;
  }

  async join(): Promise<void> {
    this.#session.add(this);
    await this.#group.join(this);
  }

  async stop(): Promise<void> {
    await this.revoked([...this.#shares.keys()]);
    this.#session.remove(this);
    await this.#group.leave(this);
  }

  abandon(): void {
    this.#abandoned = true;
    for (const { reader } of this.#shares.values()) reader.stop();
    for (const end of this.#pauses) end();
    void this.#group.leave(this);
  }

  assigned(_partitions: readonly number[], from: ReadonlyMap<number, number>): void {
    if (this.#abandoned) return;
    for (const [partition, offset] of from) {
      const reader = new PartitionReader(this.#group.logs[partition]!, offset);
      this.#shares.set(partition, { reader, ended: this.#deliver(partition, reader) });
    }
  }

  async revoked(partitions: readonly number[]): Promise<void> {
    const leaving = partitions.flatMap((partition) => this.#shares.get(partition) ?? []);
    for (const { reader } of leaving) reader.stop();
    for (const end of this.#pauses) end();
    await Promise.all(leaving.map(({ ended }) => ended));
    for (const partition of partitions) this.#shares.delete(partition);
  }

  async #deliver(partition: number, reader: PartitionReader): Promise<void> {
    for (let fetched = await reader.next(); fetched !== undefined; fetched = await reader.next()) {
      for (const record of fetched.records) {
        if (!(await this.#handled(record, reader))) return;
        this.#group.commit(this, partition, record.offset + 1);
      }
    }
  }

  /** Tries until it is handled; false where the partition went first. */
  async #handled(record: LogRecord, reader: PartitionReader): Promise<boolean> {
    while (!reader.stopped) {
      try {
        await this.#handler.handle(record);
        return !this.#abandoned;
      } catch {
        await this.#pause();
      }
    }
    return false;
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const takeBack = this.#clock.after(RETRY_PAUSE_MS, () => end());
      const end = (): void => {
        takeBack();
        this.#pauses.delete(end);
        resolve();
      };
      this.#pauses.add(end);
    });
  }
}

/**
 * A consumer group on one topic: hands its partitions out to the members and remembers how far they are.
 *
 * Rebalancing is cooperative where Kafka's (through kafkajs) is eager: a member keeps what it keeps. A partition that
 * moves is given up first (the member settles what it was handed) and only then handed to the other.
 */
import type { PartitionLog } from './partition-log.ts';

export interface GroupMember {
  /** All partitions owned from now on. `from` is the position of those that are new. */
  assigned(partitions: readonly number[], from: ReadonlyMap<number, number>): void;
  /** Stops handing out records of these; resolves when what was handed out is settled and committed. */
  revoked(partitions: readonly number[]): Promise<void>;
}

export class Group {
  readonly logs: readonly PartitionLog[];
  readonly #committed: Map<number, number>;
  readonly #dirty = new Map<number, number>();
  readonly #onCommit: () => void;
  readonly #members = new Map<GroupMember, ReadonlySet<number>>();
  #rebalancing: Promise<void> = Promise.resolve();

  constructor(options: { readonly logs: readonly PartitionLog[]; readonly committed: ReadonlyMap<number, number>; readonly onCommit: () => void }) {
    this.logs = options.logs;
    this.#committed = new Map(options.committed);
    this.#onCommit = options.onCommit;
  }

  committed(partition: number): number | undefined {
    return this.#committed.get(partition);
  }

  /** Only a member that owns the partition may move its position: what a late one says is dropped, as a broker would. */
  commit(member: GroupMember, partition: number, offset: number): void {
    if (this.#members.get(member)?.has(partition) !== true || this.#committed.get(partition) === offset) return;
    this.#committed.set(partition, offset);
    this.#dirty.set(partition, offset);
    this.#onCommit();
  }

  /** Positions that moved since the last call. */
  takeDirty(): readonly (readonly [number, number])[] {
    const moved = [...this.#dirty];
    this.#dirty.clear();
    return moved;
  }

  join(member: GroupMember): Promise<void> {
    this.#members.set(member, new Set());
    return this.#rebalance();
  }

  leave(member: GroupMember): Promise<void> {
    this.#members.delete(member);
    return this.#rebalance();
  }

  #rebalance(): Promise<void> {
    this.#rebalancing = this.#rebalancing.then(() => this.#handOut());
    return this.#rebalancing;
  }

  async #handOut(): Promise<void> {
    const members = [...this.#members.keys()];
    const wanted = new Map(members.map((member, m) => [member, new Set(this.logs.map((_, p) => p).filter((p) => p % members.length === m))]));
    await Promise.all(
      members.map((member) => {
        const lost = [...this.#members.get(member)!].filter((partition) => !wanted.get(member)!.has(partition));
        return lost.length > 0 ? member.revoked(lost) : undefined;
      }),
    );
    for (const [member, partitions] of wanted) {
      const owned = this.#members.get(member);
      // It left while others settled: the next round hands its share out.
      if (owned === undefined) continue;
      const from = new Map([...partitions].filter((p) => !owned.has(p)).map((p) => [p, this.#committed.get(p) ?? this.logs[p]!.first]));
      this.#members.set(member, partitions);
      member.assigned([...partitions], from);
    }
  }
}

/**
 * Reads single partitions from an offset, outside of any consumer group, and asks for their bounds.
 *
 * A group consumer made to stand still (a unique group, everything paused, seek and resume) would join a group, wait for
 * its first rebalance, reset to another offset in silence when its own is gone, and leave the group behind when killed.
 * A fetch by hand has none of that: what is not kept any more is an error here.
 */
import { OperatingError } from '@baton/contracts';
import type { LogRecord } from '@baton/ports';
import { createReaderCluster, type ReaderCluster } from '../client/clients.ts';
import type { RawCluster } from '../client/kafkajs-internals.ts';
import { pause, withDeadline } from '../deadline.ts';
import { isRefusal, protocolErrorOf, toOperatingError } from '../errors.ts';
import type { KafkaSettings } from '../options.ts';
import { toLogRecord } from '../record.ts';

export interface Chunk {
  readonly records: readonly LogRecord[];
  /** Where the next fetch begins; beyond the last record where that was none of ours (a transaction's marker). */
  readonly next: number;
  /** Offset that the next record of the partition will get, as of this fetch. */
  readonly end: number;
}

const CHUNK_BYTES = 1_048_576;
const MOST_CHUNK_BYTES = 67_108_864;

export class PartitionReader {
  readonly #settings: KafkaSettings;
  readonly #isolationLevel: 0 | 1;
  #current: { readonly reader: ReaderCluster; readonly ready: Promise<void> } | undefined;
  readonly #closing = new AbortController();

  constructor(settings: KafkaSettings, isolationLevel: 0 | 1) {
    this.#settings = settings;
    this.#isolationLevel = isolationLevel;
  }

  /**
   * Records from `from` on, as many as fit; none where nothing came within `waitMs`.
   * @throws OperatingError `diverged` where `from` is not kept any more or was never written, `unavailable` otherwise.
   */
  async fetch(topic: string, partition: number, from: number, waitMs: number): Promise<Chunk> {
    for (let bytes = CHUNK_BYTES; ; bytes = Math.min(bytes * 4, MOST_CHUNK_BYTES)) {
      const fetched = await this.#call(topic, `Reading ${topic}/${partition} from offset ${from}`, async (cluster) => {
        const broker = await leaderOf(cluster, topic, partition);
        const { responses } = await broker.fetch({
          maxWaitTime: waitMs,
          minBytes: 1,
          maxBytes: bytes,
          isolationLevel: this.#isolationLevel,
          topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes: bytes }] }],
        });
        return responses[0]?.partitions[0];
      });
      const end = Number(fetched?.highWatermark ?? from);
      const records: LogRecord[] = [];
      let next = from;
      for (const raw of fetched?.messages ?? []) {
        const offset = Number(raw.offset);
        // A batch comes whole, with what lies before the offset that was asked for.
        if (offset < from) continue;
        next = offset + 1;
        if (raw.isControlRecord !== true) records.push(toLogRecord(partition, raw));
      }
      // Compaction leaves empty batches; where one fills the answer alone, more must be asked for to get beyond it.
      if (next === from && end > from && bytes < MOST_CHUNK_BYTES) continue;
      return { records, next, end };
    }
  }

  /** First kept offset and the offset the next record will get. */
  async bounds(topic: string, partition: number): Promise<{ readonly first: number; readonly next: number }> {
    return this.#call(topic, `Reading the bounds of ${topic}/${partition}`, async (cluster) => {
      const ask = async (fromBeginning: boolean): Promise<number> => {
        const answers = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning }]);
        const found = answers[0]?.partitions.find((answer) => answer.partition === partition);
        if (found === undefined) throw new OperatingError('topics_mismatch', `${topic} has no partition ${partition}`, { retry: 'no' });
        return Number(found.offset);
      };
      const [first, next] = await Promise.all([ask(true), ask(false)]);
      return { first, next };
    });
  }

  /** Ends every read that is under way. */
  close(): void {
    this.#closing.abort();
    this.#current?.reader.sockets.cut();
    void this.#current?.reader.cluster.disconnect().catch(() => undefined);
    this.#current = undefined;
  }

  /** Tries until it succeeds, is refused, or the deadline has passed. Connections that failed are replaced, not mended. */
  async #call<T>(topic: string, what: string, ask: (cluster: RawCluster) => Promise<T>): Promise<T> {
    const { readMs, requestMs } = this.#settings.timeouts;
    const untilMs = Date.now() + readMs;
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      if (this.#closing.signal.aborted) throw new OperatingError('unavailable', `${what}: the connection to Kafka was closed`, { retry: 'no' });
      const current = (this.#current ??= this.#open());
      try {
        const { cluster } = current.reader;
        return await withDeadline(requestMs * 2, what, current.ready.then(async () => {
          await cluster.addMultipleTargetTopics([topic]);
          await cluster.refreshMetadataIfNecessary();
          return ask(cluster);
        }));
      } catch (error) {
        if (error instanceof OperatingError && error.retry === 'no') throw error;
        const refusal = protocolErrorOf(error);
        if (refusal === 'OFFSET_OUT_OF_RANGE') throw new OperatingError('diverged', `${what}: this offset is not kept any more, or was never written`, { retry: 'no', cause: error });
        if (this.#closing.signal.aborted || Date.now() + pauseMs >= untilMs) throw toOperatingError(error, what, 'yes');
        if (isRefusal(error)) await current.reader.cluster.refreshMetadata().catch(() => undefined);
        else this.#drop(current);
        await pause(pauseMs, this.#closing.signal);
      }
    }
  }

  #open(): { readonly reader: ReaderCluster; readonly ready: Promise<void> } {
    const reader = createReaderCluster(this.#settings, this.#isolationLevel);
    const ready = reader.cluster.connect();
    ready.catch(() => undefined); // seen by whoever awaits the call
    return { reader, ready };
  }

  #drop(failed: { readonly reader: ReaderCluster }): void {
    failed.reader.sockets.cut();
    void failed.reader.cluster.disconnect().catch(() => undefined);
    if (this.#current?.reader === failed.reader) this.#current = undefined;
  }
}

async function leaderOf(cluster: RawCluster, topic: string, partition: number) {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw new OperatingError('topics_mismatch', `${topic} has no partition ${partition}`, { retry: 'no' });
  return cluster.findBroker({ nodeId });
}

import type { LogRecord } from '@baton/ports';
import type { Chunk, PartitionReader } from './partition-reader.ts';

/** How long a fetch at the end of the log is held by the broker. All reads of a process share a connection, which answers in order. */
const WAIT_AT_END_MS = 100;

/** Reads a partition from `from` up to and including `to`, in chunks of bounded size. Reading past the end waits. */
export async function* readStretch(reader: PartitionReader, { topic, partition, from, to }: { readonly topic: string; readonly partition: number; readonly from: number; readonly to: number }): AsyncGenerator<readonly LogRecord[]> {
  if (from > to) return;
  let ahead: Promise<Chunk> | undefined = reader.fetch(topic, partition, from, WAIT_AT_END_MS);
  for (let next = from; next <= to; ) {
    const chunk: Chunk = await (ahead ?? reader.fetch(topic, partition, next, WAIT_AT_END_MS));
    next = chunk.next;
    // The next chunk is on its way while this one is folded.
    ahead = next <= to && next < chunk.end ? reader.fetch(topic, partition, next, WAIT_AT_END_MS) : undefined;
    ahead?.catch(() => undefined); // awaited in the next round, unless the caller leaves
    const last = chunk.records.at(-1)?.offset ?? -1;
    if (last > to) yield chunk.records.filter(({ offset }) => offset <= to);
    else if (chunk.records.length > 0) yield chunk.records;
  }
}

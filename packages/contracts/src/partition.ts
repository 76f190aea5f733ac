/**
 * Which partition a run lives on. The engine names the partition itself and never leaves it to a client's default
 * partitioner; the function is Kafka's murmur2 all the same, so a producer in another language that keys its record
 * by run id with the Java default lands on the same partition.
 * Source: org.apache.kafka.common.utils.Utils#murmur2 and BuiltInPartitioner#partitionForKey.
 */
import { encodeUtf8 } from './text.ts';

const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** @param length how many bytes of `data` count; default all. */
export function murmur2(data: Uint8Array, length: number = data.length): number {
  let h = SEED ^ length;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    k = Math.imul(k, M);
    k ^= k >>> R;
    k = Math.imul(k, M);
    h = Math.imul(h, M) ^ k;
  }
  const rest = length & 3;
  if (rest === 3) h ^= data[whole + 2]! << 16;
  if (rest >= 2) h ^= data[whole + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ data[whole]!, M);
  h ^= h >>> 13;
  h = Math.imul(h, M);
  h ^= h >>> 15;
  return h;
}

/** @param partitions how many partitions inbox and history have; fixed for the life of a namespace. */
export function partitionOf(key: string, partitions: number): number {
  return (hashOf(key) & 0x7fffffff) % partitions;
}

const room = new Uint8Array(256);

/** Ids are short ASCII, where a character is its byte; an encoder for each would cost more than the hash. */
function hashOf(key: string): number {
  const { length } = key;
  if (length > room.length) return murmur2(encodeUtf8(key));
  for (let i = 0; i < length; i++) {
    const unit = key.charCodeAt(i);
    if (unit > 0x7f) return murmur2(encodeUtf8(key));
    room[i] = unit;
  }
  return murmur2(room, length);
}

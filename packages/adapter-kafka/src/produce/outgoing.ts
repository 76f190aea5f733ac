/** What is to be written, sorted into stretches that stay together: records of one partition, contiguous in the log. */
import { OperatingError } from '@baton/contracts';
import type { Message } from 'kafkajs';

export interface OutgoingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | Uint8Array | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Written as one, in this order, with nothing in between. */
export interface Stretch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly Message[];
  /** Upper bound of what it takes in a record batch. */
  readonly bytes: number;
}

/** Attributes, lengths, deltas and counts of a record in Kafka's format v2; generous. */
const RECORD_OVERHEAD = 40;
const HEADER_OVERHEAD = 10;
/** Header of a record batch, 61 bytes, rounded up. */
export const BATCH_OVERHEAD = 128;

/** Buffers, so that kafkajs need not measure and encode the text again; it would also write a plain Uint8Array as text. */
export function toMessage(record: OutgoingRecord): { readonly message: Message; readonly bytes: number } {
  const value = record.value === null ? null : toBuffer(record.value);
  const key = record.key === null ? null : Buffer.from(record.key, 'utf8');
  let bytes = RECORD_OVERHEAD + (value?.length ?? 0) + (key?.length ?? 0);
  const headers = record.headers;
  if (headers !== undefined) for (const name in headers) bytes += HEADER_OVERHEAD + Buffer.byteLength(name) + Buffer.byteLength(headers[name]!);
  return { message: { key, value, partition: record.partition, ...(headers !== undefined && { headers }) }, bytes };
}

function toBuffer(value: string | Uint8Array): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/**
 * One stretch of records that must stay together.
 * @throws OperatingError `payload_too_large`, before anything is sent.
 */
export function asOneStretch(topic: string, partition: number, records: readonly Omit<OutgoingRecord, 'topic' | 'partition'>[], maxBytes: number): Stretch {
  let bytes = BATCH_OVERHEAD;
  const messages = records.map((record) => {
    const encoded = toMessage({ topic, partition, ...record });
    bytes += encoded.bytes;
    return encoded.message;
  });
  if (bytes > maxBytes) throw tooLarge(topic, bytes, maxBytes, records[0]?.key ?? null, 'write less at once');
  return { topic, partition, messages, bytes };
}

/**
 * Stretches of records that need no togetherness: one per partition, more where the broker's limit asks for it. The order
 * of records within a partition is kept.
 * @throws OperatingError `payload_too_large` where a single record is over the limit, before anything is sent.
 */
export function asStretches(records: readonly OutgoingRecord[], maxBytesOf: (topic: string) => number): readonly Stretch[] {
  const open = new Map<string, { topic: string; partition: number; messages: Message[]; bytes: number }>();
  const stretches: Stretch[] = [];
  for (const record of records) {
    const maxBytes = maxBytesOf(record.topic);
    const { message, bytes } = toMessage(record);
    if (bytes + BATCH_OVERHEAD > maxBytes) throw tooLarge(record.topic, bytes + BATCH_OVERHEAD, maxBytes, record.key, 'put what is large into an artifact and send its reference');
    const place = `${record.topic}|${record.partition}`;
    let stretch = open.get(place);
    if (stretch === undefined || stretch.bytes + bytes > maxBytes) {
      stretch = { topic: record.topic, partition: record.partition, messages: [], bytes: BATCH_OVERHEAD };
      open.set(place, stretch);
      stretches.push(stretch);
    }
    stretch.messages.push(message);
    stretch.bytes += bytes;
  }
  return stretches;
}

function tooLarge(topic: string, bytes: number, maxBytes: number, key: string | null, advice: string): OperatingError {
  return new OperatingError('payload_too_large', `Expected at most ${maxBytes} bytes for ${topic}, but found ${bytes} (key ${key ?? 'null'}); ${advice}`, { retry: 'no' });
}

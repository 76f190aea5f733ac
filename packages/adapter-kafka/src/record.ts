import type { LogRecord } from '@baton/ports';
import type { RawRecord } from './client/kafkajs-internals.ts';

const LOG_APPEND_TIME = 1;
const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** Anybody may have written the record, so nothing here may throw: bytes that are no UTF-8 become U+FFFD. */
export function toLogRecord(partition: number, record: RawRecord): LogRecord {
  return {
    partition,
    offset: Number(record.offset),
    timestampMs: Number(record.timestamp),
    ...(record.batchContext?.timestampType === LOG_APPEND_TIME && { stampedByBroker: true }),
    key: record.key?.toString('utf8') ?? null,
    value: record.value,
    headers: headersOf(record.headers),
  };
}

/** Of a header that is there several times the last counts, as in most clients. */
function headersOf(raw: RawRecord['headers']): Readonly<Record<string, string>> {
  if (raw === undefined) return NO_HEADERS;
  const names = Object.keys(raw);
  if (names.length === 0) return NO_HEADERS;
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const name of names) {
    const value = raw[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined && last !== null) headers[name] = last.toString('utf8' as never);
  }
  return { ...headers };
}

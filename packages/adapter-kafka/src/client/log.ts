/**
 * kafkajs's log, brought to a level that a person on call can live with: its errors are mostly reports about retries
 * that go well, so what is an error is decided here, where the outcome is known. Payloads and credentials are never
 * passed on, because only named fields are.
 */
import { logLevel, type logCreator } from 'kafkajs';
import type { KafkaLog } from '../options.ts';

const FIELDS = ['groupId', 'memberId', 'broker', 'topic', 'partition', 'retryCount', 'retryTime', 'error', 'cause'] as const;

/** Part of normal life, or told elsewhere once its outcome is known: rebalances, restarts, retries, and whatever kafkajs says while it pauses. */
const NORMAL = [/rebalanc/i, /^Pausing fetching/, /^Resuming fetching/, /^Starting$/, /^Stopped$/, /^Response [A-Z]/, /^Crash: /, /^Restarting the consumer/, /^Response without match/, /Consumer has joined the group/, /consumer not running/, /Limiting retries for the idempotent producer/, /This client was closed/, /brokers array is empty/];

/** A broker that is away is met by every client, several times a second; one line in so many milliseconds says it. */
const CONNECTION = /Connection error|Failed to connect|Connection timeout|Failed to send messages|timed out$/;
const CONNECTION_EVERY_MS = 10_000;

const toldMs = new WeakMap<KafkaLog, number>();

export function kafkajsLog(log: KafkaLog): logCreator {
  const connectionLevel = (): 'warn' | 'debug' => {
    const nowMs = Date.now();
    if (nowMs - (toldMs.get(log) ?? 0) < CONNECTION_EVERY_MS) return 'debug';
    toldMs.set(log, nowMs);
    return 'warn';
  };
  return () =>
    ({ level, log: entry }) => {
      const { message } = entry;
      const fields: Record<string, string | number | boolean> = {};
      for (const name of FIELDS) {
        const value: unknown = entry[name];
        if (typeof value === 'string' || typeof value === 'number') fields[name] = value;
      }
      const normal = level > logLevel.WARN || NORMAL.some((pattern) => pattern.test(message)) || (typeof fields['error'] === 'string' && /rebalanc/i.test(fields['error']));
      log({ level: normal ? 'debug' : CONNECTION.test(message) ? connectionLevel() : 'warn', message: `kafkajs: ${message}`, fields });
    };
}

/**
 * kafkajs's log, brought to a level that a person on call can live with: its errors are mostly reports about retries
 * that go well, so what is an error is decided here, where the outcome is known. Payloads and credentials are never
 * passed on, because only named fields are.
 */
import { logLevel, type logCreator } from 'kafkajs';
import type { KafkaLog } from '../options.ts';

const FIELDS = ['groupId', 'memberId', 'broker', 'topic', 'partition', 'retryCount', 'retryTime', 'error', 'cause'] as const;

/** Part of normal life: rebalances, restarts of a broker, and whatever kafkajs tells while it pauses and resumes. */
const NORMAL = [/rebalanc/i, /^Pausing fetching/, /^Resuming fetching/, /^Starting$/, /^Stopped$/, /^Response [A-Z]/, /Consumer has joined the group/, /consumer not running/, /Limiting retries for the idempotent producer/, /This client was closed/];

export function kafkajsLog(log: KafkaLog): logCreator {
  return () =>
    ({ level, log: entry }) => {
      const { message } = entry;
      const fields: Record<string, string | number | boolean> = {};
      for (const name of FIELDS) {
        const value: unknown = entry[name];
        if (typeof value === 'string' || typeof value === 'number') fields[name] = value;
      }
      const normal = NORMAL.some((pattern) => pattern.test(message)) || (typeof fields['error'] === 'string' && /rebalanc/i.test(fields['error']));
      const mapped = normal || level > logLevel.WARN ? 'debug' : /^Crash: /.test(message) ? 'error' : 'warn';
      log({ level: mapped, message: `kafkajs: ${message}`, fields });
    };
}

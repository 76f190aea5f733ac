/** kafkajs's errors as ours: what happened, what to do, and honestly whether trying again can help. */
import { OperatingError, type ErrorCode } from '@baton/contracts';
import { DeadlinePassed } from './deadline.ts';

/** Kafka's own name of the error, such as MESSAGE_TOO_LARGE; kafkajs wraps it several times. */
export function protocolErrorOf(error: unknown): string | undefined {
  for (let current = error as { type?: unknown; cause?: unknown } | undefined, depth = 0; current != null && depth < 6; current = current.cause as typeof current, depth++) {
    if (typeof current.type === 'string') return current.type;
  }
  return undefined;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'topics_mismatch',
  MESSAGE_TOO_LARGE: 'payload_too_large',
  RECORD_LIST_TOO_LARGE: 'payload_too_large',
  OFFSET_OUT_OF_RANGE: 'diverged',
};

export function toOperatingError(error: unknown, what: string, retry: 'yes' | 'no' | 'unknown'): OperatingError {
  if (error instanceof OperatingError) return error;
  const type = protocolErrorOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return new OperatingError((type !== undefined && CODES[type]) || 'unavailable', `${what}: ${message}${type === undefined || message.includes(type) ? '' : ` (${type})`}`, { retry, cause: error });
}

/** True where the broker gave an answer: the connection works, and something in the request does not. */
export function isRefusal(error: unknown): boolean {
  return !(error instanceof DeadlinePassed) && protocolErrorOf(error) !== undefined;
}

/** The message that a dead letter goes out as: as it was, or with another value under the same key and business id. */
import {
  ContractError,
  encodeUtf8,
  FAILURES_HEADER,
  fromBase64,
  isJsonObject,
  parseJson,
  readCommand,
  readInboxMessage,
  readRequestEvent,
  REPLAY_OF_HEADER,
  type DeadLetter,
  type Json,
} from '@baton/contracts';
import type { DeadLetters } from '@baton/ports';
import { Refusal } from '../refusal.ts';

export type Replay = Parameters<DeadLetters['resend']>[0];

/**
 * @param value replaces the letter's own; must be what the topic takes, or it would only come back.
 * @throws Refusal where the letter does not hold all of its value, ContractError where the new value does not fit.
 */
export function replayOf(letter: DeadLetter, value: Json | undefined): Replay {
  const headers = { ...letter.headers, [REPLAY_OF_HEADER]: letter.id, [FAILURES_HEADER]: String(letter.failures) };
  const bytes = value === undefined ? ownValue(letter) : encodeUtf8(JSON.stringify(marked(letter, value)));
  if (value !== undefined && bytes !== null) requireFitting(letter, bytes, headers);
  return { topic: letter.topic, partition: letter.partition, key: letter.key, value: bytes, headers };
}

function ownValue(letter: DeadLetter): Uint8Array | null {
  if (letter.value === null) return null;
  const bytes = fromBase64(letter.value);
  if (bytes.byteLength < letter.valueBytes) {
    throw new Refusal('payload_too_large', `The letter keeps ${bytes.byteLength} of ${letter.valueBytes} bytes, so it cannot be sent again as it was; give the whole value`);
  }
  return isInbox(letter) ? markedBytes(letter, bytes) : bytes;
}

/** An inbox message says in itself that it is a replay; bytes that are no JSON object go as they are. */
function markedBytes(letter: DeadLetter, bytes: Uint8Array): Uint8Array {
  try {
    const value = parseJson(bytes);
    return isJsonObject(value) ? encodeUtf8(JSON.stringify({ ...value, replayOf: letter.id.slice(0, 256) })) : bytes;
  } catch (error) {
    if (error instanceof ContractError) return bytes;
    throw error;
  }
}

const marked = (letter: DeadLetter, value: Json): Json => (isInbox(letter) && isJsonObject(value) ? { ...value, replayOf: letter.id.slice(0, 256) } : value);

function requireFitting(letter: DeadLetter, bytes: Uint8Array, headers: Readonly<Record<string, string>>): void {
  if (isInbox(letter)) {
    const message = readInboxMessage(bytes);
    if (letter.key !== null && message.runId !== letter.key) {
      throw new Refusal('schema', `Expected a message for the run ${letter.key}, whose letter this is, but found one for ${message.runId}`, { problems: [{ field: '/value/runId', message: `must be ${letter.key}` }] });
    }
  } else if (/\.requests\.v\d+$/.test(letter.topic)) {
    readRequestEvent({ value: bytes, headers });
  } else if (/\.cmd\..+\.v\d+$/.test(letter.topic)) {
    readCommand(bytes);
  }
}

const isInbox = (letter: DeadLetter): boolean => /\.inbox\.v\d+$/.test(letter.topic);

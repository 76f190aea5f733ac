/**
 * What may stand in a log line. Keys that sound like a secret lose their value, strings lose control characters (a value
 * cannot begin a line of its own or colour a terminal), credentials in URLs and signed tokens are cut out, and everything
 * is bounded: a log line is no place for a payload.
 */
import { types } from 'node:util';

const SECRET_KEY = /pass|secret|token|authorization|cookie/i;
const REDACTED = '[redacted]';
const MAX_STRING = 2_048;
const MAX_STACK = 8_192;
const MAX_DEPTH = 6;
const MAX_ENTRIES = 64;

// C0 but tab, DEL, C1, line and paragraph separators, and the marks that turn the direction of text.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;
const SIGNED_TOKEN = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;

export type Fields = Readonly<Record<string, unknown>>;

export function safeFields(fields: Fields): Record<string, unknown> {
  return safeObject(fields, 0, new Set());
}

/** One line, without control characters, credentials or tokens. */
export function safeText(text: string, max: number = MAX_STRING): string {
  const cut = text.length > max ? `${text.slice(0, max)}… (${text.length} characters)` : text;
  return cut.replace(CONTROL, ' ').replace(URL_CREDENTIALS, `$1${REDACTED}@`).replace(SIGNED_TOKEN, REDACTED);
}

function safeObject(object: object, depth: number, above: Set<object>): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  const entries = Object.entries(object);
  for (const [key, value] of entries.slice(0, MAX_ENTRIES)) {
    const name = safeText(key, 128);
    safe[name] = SECRET_KEY.test(key) && value !== undefined ? REDACTED : safeValue(value, depth, above);
  }
  if (entries.length > MAX_ENTRIES) safe['…'] = `${entries.length - MAX_ENTRIES} more`;
  return safe;
}

function safeValue(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[circular]';
  if (depth >= MAX_DEPTH) return '[deeper]';
  above.add(value);
  try {
    if (value instanceof Error || types.isNativeError(value)) return safeError(value, depth + 1, above);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) {
      const items = value.slice(0, MAX_ENTRIES).map((item) => safeValue(item, depth + 1, above));
      return value.length > MAX_ENTRIES ? [...items, `… ${value.length - MAX_ENTRIES} more`] : items;
    }
    if ('toJSON' in value && typeof value.toJSON === 'function') return safeValue((value.toJSON as () => unknown)(), depth + 1, above);
    return safeObject(value, depth + 1, above);
  } catch {
    return '[unreadable]';
  } finally {
    above.delete(value);
  }
}

function safeError(error: Error & { code?: unknown }, depth: number, above: Set<object>): Record<string, unknown> {
  return {
    name: safeText(error.name),
    message: safeText(error.message),
    ...(error.code !== undefined && { code: safeValue(error.code, depth, above) }),
    // The stack keeps its line breaks as a list, so that each frame stays readable in JSON.
    ...(error.stack !== undefined && { stack: error.stack.slice(0, MAX_STACK).split('\n').slice(1, 16).map((line) => safeText(line.trim())) }),
    ...(error.cause !== undefined && { cause: safeValue(error.cause, depth, above) }),
  };
}

/** Log lines as JSON on standard output, one for each event that matters, with the trace they belong to. */
import { trace } from '@opentelemetry/api';
import { pino, stdTimeFunctions } from 'pino';
import { safeFields, safeText, type Fields } from './safe-fields.ts';
import type { LogLevel } from './log-level.ts';
import { standardOutput } from './standard-output.ts';

export interface Log {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
  fatal(fields: Fields, message: string): void;
  /** A log whose lines all carry these fields. */
  child(fields: Fields): Log;
}

export interface LogOptions {
  readonly service: string;
  /** Default info. */
  readonly level?: LogLevel;
  /** Default: standard output, see standard-output.ts. */
  readonly destination?: { write(line: string): void };
}

/** Fields first, then what happened in plain words. Field names are camel-case; an error goes into `err`. */
export function createLog(options: LogOptions): Log {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: traceFields,
      // Errors come out of safeFields as plain objects already; pino's own serializer would undo their bounds.
      serializers: { err: (err: unknown) => err },
    },
    options.destination ?? standardOutput(),
  );
  return wrap(logger, () => ({}));
}

/** What is bound is made safe with the first line that is written: many a child never says anything. */
function wrap(logger: pino.Logger, bound: () => Record<string, unknown>): Log {
  const line = (level: 'debug' | 'info' | 'warn' | 'error' | 'fatal') => (fields: Fields, message: string) => {
    if (logger.isLevelEnabled(level)) logger[level]({ ...bound(), ...safeFields(fields) }, '%s', safeText(message));
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error'), fatal: line('fatal'), child: (fields) => wrap(logger, once(() => ({ ...bound(), ...safeFields(fields) }))) };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function traceFields(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

/** Says nothing. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, fatal: () => {}, child: () => silentLog };

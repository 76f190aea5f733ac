/**
 * Spans as Baton writes them: around the work on one record, and after the fact with ids derived from what they stand for.
 * Everything here is a no-op while telemetry is off; trace contexts are passed on all the same.
 */
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Attributes, type Context, type Link, type Span } from '@opentelemetry/api';
import { suppressTracing, TraceState } from '@opentelemetry/core';
import { spanIdsOf, TraceContext } from '@baton/contracts';
import { safeText } from '../log/safe-fields.ts';
import type { SettableIds } from './settable-ids.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface WrittenSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Absent: the root of its trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
  /** Epoch milliseconds. */
  readonly endMs: number;
  readonly attributes?: SpanAttributes;
  /** Default `unset`. */
  readonly status?: { readonly code: 'unset' | 'ok' | 'error'; readonly message?: string };
  /** Default internal. */
  readonly kind?: SpanKindName;
  readonly links?: readonly TraceContext[];
  /** Whether the trace is kept, from the flags of its context. Default true. */
  readonly sampled?: boolean;
}

const KINDS: Readonly<Record<SpanKindName, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

let derivedIds: SettableIds | undefined;

/** Tells this file whose ids the running SDK takes; undefined when it stops. */
export function useIds(ids: SettableIds | undefined): void {
  derivedIds = ids;
}

/** Whether anybody takes the spans, so that what goes into one need not be worked out for nobody. */
export const spansAreWritten = (): boolean => derivedIds !== undefined;

const tracer = () => trace.getTracer('@baton');

/** Writes a span whose ids, start and end are known already. Writing the same span twice is harmless: the ids are the same. */
export function writeSpan(span: WrittenSpan): void {
  if (derivedIds === undefined || span.sampled === false) return;
  const parent =
    span.parentSpanId === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { traceId: span.traceId, spanId: span.parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  const options = { kind: KINDS[span.kind ?? 'internal'], startTime: span.startMs, attributes: clean(span.attributes), links: (span.links ?? []).map(linkTo) };
  const written = derivedIds.use(span, () => tracer().startSpan(span.name, options, parent));
  const { code, message } = span.status ?? { code: 'unset' };
  if (code !== 'unset') written.setStatus({ code: code === 'ok' ? SpanStatusCode.OK : SpanStatusCode.ERROR, ...(message !== undefined && { message: safeText(message, 512) }) });
  written.end(Math.max(span.startMs, span.endMs));
}

export interface TraceOptions {
  /** Default consumer. */
  readonly kind?: SpanKindName;
}

/**
 * Runs `work` inside a span that continues the trace a record came with; without one it begins a new trace. What is
 * active around the call does not matter, so the context of a fetched batch never leaks into its records.
 */
export async function withTrace<T>(from: TraceContext | undefined, name: string, attributes: SpanAttributes, work: (span: ActiveSpan) => Promise<T> | T, options: TraceOptions = {}): Promise<T> {
  const parent = from === undefined ? ROOT_CONTEXT : contextOf(from);
  // Nobody takes spans: the trace that came goes on as it is.
  if (!spansAreWritten()) return context.with(parent, () => work({ set: () => undefined, fail: () => undefined }));
  const span = tracer().startSpan(name, { kind: KINDS[options.kind ?? 'consumer'], attributes: clean(attributes) }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work({ set: (more) => void span.setAttributes(clean(more)), fail: (message) => failed(span, message) }));
  } catch (error) {
    failed(span, error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    span.end();
  }
}

export interface ActiveSpan {
  set(attributes: SpanAttributes): void;
  /** Marks the span as failed without throwing. */
  fail(message: string): void;
}

/** The context to put into a record or a job that is being written now; undefined outside any trace. */
export function currentTrace(): TraceContext | undefined {
  const span = trace.getSpanContext(context.active());
  if (span === undefined || !trace.isSpanContextValid(span)) return undefined;
  const tracestate = span.traceState?.serialize();
  const flags = (span.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
  return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}`, ...(tracestate !== undefined && tracestate !== '' && tracestate.length <= 512 && { tracestate }) };
}

/**
 * Runs `work` without automatic spans. For loops that carry the records of many runs at once, such as a lane, whose
 * spans are written after the fact: a client library would otherwise open a trace of its own for each send, and write
 * that into the headers of the records.
 */
export function untraced<T>(work: () => T): T {
  return context.with(suppressTracing(context.active()), work);
}

function contextOf(from: TraceContext): Context {
  const { traceId, spanId, flags } = spanIdsOf(from);
  const traceState = from.tracestate === undefined ? undefined : new TraceState(from.tracestate);
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true, ...(traceState !== undefined && { traceState }) });
}

function linkTo(from: TraceContext): Link {
  const { traceId, spanId, flags } = spanIdsOf(from);
  return { context: { traceId, spanId, traceFlags: Number.parseInt(flags, 16) } };
}

function failed(span: Span, message: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: safeText(message, 512) });
}

function clean(attributes: SpanAttributes | undefined): Attributes {
  return Object.fromEntries(Object.entries(attributes ?? {}).filter((entry): entry is [string, string | number | boolean | string[]] => entry[1] !== undefined));
}

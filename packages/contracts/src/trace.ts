/** W3C Trace Context (https://www.w3.org/TR/trace-context/) as it travels in records and jobs. */
import { z } from 'zod';
import { hash128, sha256Hex } from './hash.ts';

export const TraceContext = z.strictObject({
  traceparent: z.string().regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/, 'Expected a W3C traceparent of version 00'),
  tracestate: z.string().max(512).optional(),
});
export type TraceContext = z.infer<typeof TraceContext>;

/**
 * The trace context of headers, or undefined where there is none or it is malformed: a bad header never refuses a
 * message. A bad tracestate is left out and the parent kept, as the recommendation says.
 */
export function readTraceContext(headers: Readonly<Record<string, string | undefined>>): TraceContext | undefined {
  const traceparent = TraceContext.shape.traceparent.safeParse(headers['traceparent']);
  if (!traceparent.success) return undefined;
  const tracestate = TraceContext.shape.tracestate.safeParse(headers['tracestate']);
  return { traceparent: traceparent.data, ...(tracestate.success && tracestate.data !== undefined && { tracestate: tracestate.data }) };
}

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: string;
}

export function spanIdsOf(trace: TraceContext): SpanIds {
  const [, traceId = '', spanId = '', flags = '01'] = trace.traceparent.split('-');
  return { traceId, spanId, flags };
}

/** Span ids are derived, so whoever takes a run over goes on in the same spans. */
export function runSpanId(runId: string): string {
  return sha256Hex(`span\n${runId}`).slice(0, 16);
}
export function attemptSpanId(attemptKey: string): string {
  return sha256Hex(`span\n${attemptKey}`).slice(0, 16);
}
/** The trace of a run that was started without one. */
export function derivedTraceId(runId: string): string {
  return hash128(`trace\n${runId}`);
}

/** The context below which everything of a run hangs: the run's own span, in the trace its request brought or in one of its own. */
export function runTraceContext(runId: string, request: TraceContext | undefined): TraceContext {
  const parent = request === undefined ? undefined : spanIdsOf(request);
  return {
    traceparent: `00-${parent?.traceId ?? derivedTraceId(runId)}-${runSpanId(runId)}-${parent?.flags ?? '01'}`,
    ...(request?.tracestate !== undefined && { tracestate: request.tracestate }),
  };
}

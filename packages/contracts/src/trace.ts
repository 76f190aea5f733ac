/** W3C Trace Context (https://www.w3.org/TR/trace-context/) as it travels in records and jobs. */
import { z } from 'zod';
import { hash128, sha256Hex } from './hash.ts';

export const TraceContext = z.strictObject({
  traceparent: z.string().regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/, 'Expected a W3C traceparent of version 00'),
  tracestate: z.string().max(512).optional(),
});
export type TraceContext = z.infer<typeof TraceContext>;

/** The trace context of a header, or undefined where it is absent or malformed: a bad header never refuses a message. */
export function readTraceContext(headers: Readonly<Record<string, string | undefined>>): TraceContext | undefined {
  const parsed = TraceContext.safeParse({
    traceparent: headers['traceparent'],
    ...(headers['tracestate'] !== undefined && { tracestate: headers['tracestate'] }),
  });
  return parsed.success ? parsed.data : undefined;
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

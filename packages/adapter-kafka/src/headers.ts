/**
 * Headers that records carry beside their value. Few: every header is paid for by each record on the hot path, so what
 * the topic says already (that it is JSON, of which kind) is not said again.
 */
import type { TraceContext } from '@baton/contracts';

/** A CloudEvent in structured mode, as the Kafka protocol binding asks for. */
export const STRUCTURED_CLOUDEVENT = { 'content-type': 'application/cloudevents+json; charset=UTF-8' } as const;

/** The trace travels as W3C headers, where instrumentation of any client finds it. */
export function traceHeaders(trace: TraceContext | undefined): Record<string, string> {
  if (trace === undefined) return {};
  return { traceparent: trace.traceparent, ...(trace.tracestate !== undefined && { tracestate: trace.tracestate }) };
}

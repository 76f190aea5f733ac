/** Headers that records carry beside their value, so that one can be told and traced without parsing it. */
import type { TraceContext } from '@baton/contracts';

export const CONTENT_TYPE = 'content-type';
/** What kind of record it is, such as `result` or `run-step`. */
export const TYPE_HEADER = 'baton-type';
export const JSON_TYPE = 'application/json';
/** A CloudEvent in structured mode, as the Kafka protocol binding asks for. */
export const STRUCTURED_CLOUDEVENT_TYPE = 'application/cloudevents+json; charset=UTF-8';

/** The trace travels as W3C headers, where instrumentation of any client finds it. */
export function headersFor(type: string, contentType: string, trace?: Partial<TraceContext>): Record<string, string> {
  return {
    [CONTENT_TYPE]: contentType,
    [TYPE_HEADER]: type,
    ...(trace?.traceparent !== undefined && { traceparent: trace.traceparent }),
    ...(trace?.tracestate !== undefined && { tracestate: trace.tracestate }),
  };
}

import type { TraceContext } from '@baton/contracts';

export const traceHeaders = (trace: TraceContext | undefined): Readonly<Record<string, string>> =>
  trace === undefined ? {} : { traceparent: trace.traceparent, ...(trace.tracestate !== undefined && { tracestate: trace.tracestate }) };

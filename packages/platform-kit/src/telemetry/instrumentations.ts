/** The automatic instrumentations and the modules that must be seen while they load. */
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { keepInstrumentations, preparedInstrumentations } from './prepared-instrumentations.ts';

/** Client and server libraries that the platform talks through. Logs carry the trace by themselves, so pino needs none. */
const INSTRUMENTED = 'http,express,ioredis,kafkajs,undici';
/** Loaded as ES modules, these must pass through the hook; built-ins under both of their names. */
export const HOOKED_MODULES = ['http', 'https', 'node:http', 'node:https', 'express', 'ioredis', 'kafkajs'];

const PROBES = new Set(['/livez', '/readyz', '/metrics']);

/** Made once in a process, before what they instrument is loaded. Which ones: OTEL_NODE_ENABLED_INSTRUMENTATIONS, when set. */
export function prepareInstrumentations(): void {
  process.env['OTEL_NODE_ENABLED_INSTRUMENTATIONS'] ??= INSTRUMENTED;
  if (preparedInstrumentations().length > 0) return;
  keepInstrumentations(getNodeAutoInstrumentations({
    '@opentelemetry/instrumentation-http': { ignoreIncomingRequestHook: ({ url }) => PROBES.has(url?.split('?')[0] ?? '') },
    '@opentelemetry/instrumentation-ioredis': { requireParentSpan: true, dbStatementSerializer: (command) => command },
    '@opentelemetry/instrumentation-undici': { requireParentforSpans: true },
  }));
}

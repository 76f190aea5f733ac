/**
 * Traces and metrics of a service by OpenTelemetry. Metrics are always collected, for /metrics; traces and metrics are
 * sent by OTLP over HTTP only where OTEL_EXPORTER_OTLP_ENDPOINT (or the variable of one signal) says where to.
 *
 *   T1  A collector that is missing, slow or silent never slows or stops a run: everything is queued in bounded memory,
 *       sent with a short time-out, and dropped beyond that.
 *   T2  Stopping waits for the last batch two seconds at most.
 */
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Log } from '../log/log.ts';

export interface TelemetryOptions {
  /** `service.name`, unless OTEL_SERVICE_NAME says otherwise. */
  readonly service: string;
  /** Baton's namespace, as a resource attribute. */
  readonly namespace?: string;
  readonly log: Log;
  /** Default process.env. The OTEL_* variables are those of the OpenTelemetry specification. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Further processors, for tests. */
  readonly spanProcessors?: readonly SpanProcessor[];
}

export interface Telemetry {
  /** The body of /metrics, in Prometheus's text format. */
  metricsText(): Promise<string>;
  /** Sends what is queued and stops; never takes longer than `withinMs` (default 2,000) and never throws. */
  stop(withinMs?: number): Promise<void>;
}

/** At most one may run in a process. The SDK is loaded here and not before: tests of steps should not pay for it. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const env = options.env ?? process.env;
  if (env['OTEL_SDK_DISABLED'] === 'true') return { metricsText: async () => '', stop: async () => {} };
  const { startSdk } = await import('./sdk.ts');
  return startSdk(options, env);
}

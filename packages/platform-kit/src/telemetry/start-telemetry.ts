/**
 * Traces and metrics of a service by OpenTelemetry. Metrics are always collected, for /metrics; traces and metrics are
 * sent by OTLP over HTTP only where OTEL_EXPORTER_OTLP_ENDPOINT (or the variable of one signal) says where to.
 *
 *   T1  A collector that is missing, slow or silent never slows or stops a run: everything is queued in bounded memory,
 *       sent with a short time-out, and dropped beyond that.
 *   T2  Stopping waits for the last batch two seconds at most.
 */
import { context, diag, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { globalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { envDetector, resourceFromAttributes, serviceInstanceIdDetector } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader, type IMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { systemClock } from '../clock/system-clock.ts';
import type { Log } from '../log/log.ts';
import { preparedInstrumentations } from './instrumentations.ts';
import { metersRunning } from './meters.ts';
import { logTelemetryTrouble } from './quiet-trouble.ts';
import { samplerFromEnvironment } from './sampler.ts';
import { SettableIds } from './settable-ids.ts';
import { useIds } from './spans.ts';

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

const EXPORT_TIMEOUT_MS = 5_000;
const METRICS_INTERVAL_MS = 30_000;

/** At most one may run in a process. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const env = options.env ?? process.env;
  if (env['OTEL_SDK_DISABLED'] === 'true') return { metricsText: async () => '', stop: async () => {} };
  logTelemetryTrouble(options.log, systemClock);
  const prometheus = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer('', false, undefined, true, true);
  const ids = new SettableIds();
  const spanProcessors = [...traceExport(env), ...(options.spanProcessors ?? [])];
  const sdk = new NodeSDK({
    serviceName: env['OTEL_SERVICE_NAME'] ?? options.service,
    resource: resourceFromAttributes({ 'process.pid': process.pid, ...(options.namespace !== undefined && { 'baton.namespace': options.namespace }) }),
    resourceDetectors: [serviceInstanceIdDetector, envDetector],
    sampler: samplerFromEnvironment(env),
    idGenerator: ids,
    // Baggage from outside is not taken on: it would travel on through every message.
    textMapPropagator: new W3CTraceContextPropagator(),
    spanProcessors,
    metricReaders: [prometheus, ...metricExport(env)],
    logRecordProcessors: [],
    instrumentations: [...preparedInstrumentations()],
  });
  sdk.start();
  useIds(spanProcessors.length > 0 ? ids : undefined);
  metersRunning(true);
  return {
    async metricsText() {
      const { resourceMetrics } = await prometheus.collect();
      return serializer.serialize(resourceMetrics);
    },
    async stop(withinMs = 2_000) {
      useIds(undefined);
      metersRunning(false);
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
      });
      await Promise.race([sdk.shutdown().catch(globalErrorHandler), deadline]);
      clearTimeout(timer);
      // The globals take a new provider only after the old one has been taken away.
      for (const api of [trace, metrics, logs, context, propagation, diag]) api.disable();
    },
  };
}

/** One exporter where the variables name a place and do not say none. */
function wanted(env: Readonly<Record<string, string | undefined>>, signal: 'TRACES' | 'METRICS'): boolean {
  const endpoint = env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return endpoint !== undefined && endpoint !== '' && env[`OTEL_${signal}_EXPORTER`] !== 'none';
}

function timeoutMs(env: Readonly<Record<string, string | undefined>>): number {
  const set = Number(env['OTEL_EXPORTER_OTLP_TIMEOUT'] ?? Number.NaN);
  return Number.isFinite(set) && set > 0 ? set : EXPORT_TIMEOUT_MS;
}

function exporterUrl(env: Readonly<Record<string, string | undefined>>, signal: 'TRACES' | 'METRICS'): string {
  const own = env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  if (own !== undefined && own !== '') return own;
  return `${(env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '').replace(/\/+$/, '')}/v1/${signal.toLowerCase()}`;
}

function traceExport(env: Readonly<Record<string, string | undefined>>): SpanProcessor[] {
  if (!wanted(env, 'TRACES')) return [];
  const exporter = new OTLPTraceExporter({ url: exporterUrl(env, 'TRACES'), timeoutMillis: timeoutMs(env) });
  return [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000, exportTimeoutMillis: timeoutMs(env) + 500, maxQueueSize: 4_096, maxExportBatchSize: 512 })];
}

function metricExport(env: Readonly<Record<string, string | undefined>>): IMetricReader[] {
  if (!wanted(env, 'METRICS')) return [];
  const exporter = new OTLPMetricExporter({ url: exporterUrl(env, 'METRICS'), timeoutMillis: timeoutMs(env) });
  return [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: METRICS_INTERVAL_MS, exportTimeoutMillis: timeoutMs(env) + 500 })];
}

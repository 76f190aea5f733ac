/** OpenTelemetry's SDK, put together for a service; see start-telemetry.ts. */
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
import { preparedInstrumentations } from './prepared-instrumentations.ts';
import { metersRunning } from './meters.ts';
import { logTelemetryTrouble } from './quiet-trouble.ts';
import { samplerFromEnvironment } from './sampler.ts';
import { SettableIds } from './settable-ids.ts';
import { useIds } from './spans.ts';
import type { Telemetry, TelemetryOptions } from './start-telemetry.ts';

const EXPORT_TIMEOUT_MS = 5_000;
const METRICS_INTERVAL_MS = 30_000;

type Environment = Readonly<Record<string, string | undefined>>;

export function startSdk(options: TelemetryOptions, env: Environment): Telemetry {
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
function wanted(env: Environment, signal: 'TRACES' | 'METRICS'): boolean {
  const endpoint = env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return endpoint !== undefined && endpoint !== '' && env[`OTEL_${signal}_EXPORTER`] !== 'none';
}

function timeoutMs(env: Environment): number {
  const set = Number(env['OTEL_EXPORTER_OTLP_TIMEOUT'] ?? Number.NaN);
  return Number.isFinite(set) && set > 0 ? set : EXPORT_TIMEOUT_MS;
}

function exporterUrl(env: Environment, signal: 'TRACES' | 'METRICS'): string {
  const own = env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  if (own !== undefined && own !== '') return own;
  return `${(env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '').replace(/\/+$/, '')}/v1/${signal.toLowerCase()}`;
}

function traceExport(env: Environment): SpanProcessor[] {
  if (!wanted(env, 'TRACES')) return [];
  const exporter = new OTLPTraceExporter({ url: exporterUrl(env, 'TRACES'), timeoutMillis: timeoutMs(env) });
  return [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000, exportTimeoutMillis: timeoutMs(env) + 500, maxQueueSize: 4_096, maxExportBatchSize: 512 })];
}

function metricExport(env: Environment): IMetricReader[] {
  if (!wanted(env, 'METRICS')) return [];
  const exporter = new OTLPMetricExporter({ url: exporterUrl(env, 'METRICS'), timeoutMillis: timeoutMs(env) });
  return [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: METRICS_INTERVAL_MS, exportTimeoutMillis: Math.min(timeoutMs(env) + 500, METRICS_INTERVAL_MS) })];
}

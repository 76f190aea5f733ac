import './platform-hash.ts';

export { openDiskBlobStore, type DiskBlobStoreOptions } from './blobs/disk-blob-store.ts';
export { systemClock } from './clock/system-clock.ts';
export { ConfigError, type ConfigProblem } from './config/config-error.ts';
export { PLATFORM_SETTINGS } from './config/platform-settings.ts';
export { readConfig, type Environment, type Need, type PlatformConfig } from './config/read-config.ts';
export { Secret } from './config/secret.ts';
export { commaList, flag, setting, wholeNumber, type Setting, type Settings, type SettingValues } from './config/setting.ts';
export { createHealth, type Health, type HealthAnswer, type HealthCheck, type HealthOptions } from './health/health.ts';
export { serveHealth, type HealthServer } from './health/serve-health.ts';
export { LOG_LEVELS, type LogLevel } from './log/log-level.ts';
export { createLog, silentLog, type Log, type LogOptions } from './log/log.ts';
export { safeFields, safeText, type Fields } from './log/safe-fields.ts';
export { installShutdown, type Shutdown, type ShutdownOptions, type ShutdownProcess } from './shutdown/shutdown.ts';
export { counter, DURATION_BUCKETS_SECONDS, gauge, histogram, observedGauge, type Counter, type Gauge, type Histogram, type InstrumentOptions, type Labels, type Reading } from './telemetry/meters.ts';
export { currentTrace, spansAreWritten, untraced, withTrace, writeSpan, type ActiveSpan, type SpanAttributes, type SpanKindName, type TraceOptions, type WrittenSpan } from './telemetry/spans.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry/start-telemetry.ts';
export { hmacTaskTokens, type TaskTokenOptions } from './tokens/task-tokens.ts';

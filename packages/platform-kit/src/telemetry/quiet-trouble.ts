/** What OpenTelemetry has to complain about, such as a collector that is away: one line a minute, with the number of those left out. */
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import type { Clock } from '@baton/ports';
import type { Log } from '../log/log.ts';

const QUIET_MS = 60_000;

export function logTelemetryTrouble(log: Log, clock: Pick<Clock, 'nowMs'>): void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  const complain = (trouble: unknown): void => {
    if (clock.nowMs() - lastMs < QUIET_MS) {
      leftOut += 1;
      return;
    }
    lastMs = clock.nowMs();
    log.warn({ trouble: trouble instanceof Error ? trouble.message || trouble.name : String(trouble), ...(leftOut > 0 && { leftOut }) }, 'telemetry cannot be delivered; runs go on');
    leftOut = 0;
  };
  const nothing = (): void => {};
  const told = (message: string, ...rest: unknown[]): void => complain(rest.find((one) => one instanceof Error) ?? message);
  // Unless somebody asked for OpenTelemetry's own diagnostics.
  if (process.env['OTEL_LOG_LEVEL'] === undefined) {
    diag.setLogger({ error: told, warn: told, info: nothing, debug: nothing, verbose: nothing }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }
  setGlobalErrorHandler(complain);
}

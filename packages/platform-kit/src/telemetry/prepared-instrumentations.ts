/** Where the preload leaves its instrumentations for startTelemetry; on the global object, since both may come from different copies of this package. */
import type { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';

export type Instrumentation = ReturnType<typeof getNodeAutoInstrumentations>[number];

const MADE = Symbol.for('baton.telemetry.instrumentations');
const holder = globalThis as { [MADE]?: readonly Instrumentation[] };

export function keepInstrumentations(made: readonly Instrumentation[]): void {
  holder[MADE] = made;
}

/** What the preload has made; none without it. */
export function preparedInstrumentations(): readonly Instrumentation[] {
  return holder[MADE] ?? [];
}

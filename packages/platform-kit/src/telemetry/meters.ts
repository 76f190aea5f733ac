/**
 * Counters, histograms and gauges with bounded series. Instruments may be declared before telemetry starts; without it
 * they count nothing.
 *
 * Names: `baton.<subject>.<what>` in lower case with underscores, or one word in Pascal case where a product asks for
 * that name; units as UCUM (`s`, `By`, `1`), and a name of the first kind ends with its unit: `_seconds`, `_bytes`. A label has a fixed, small set of values: never a run id, a file name or a message.
 */
import { metrics, ValueType, type Counter as OtelCounter, type Gauge as OtelGauge, type Histogram as OtelHistogram, type Meter, type ObservableCallback } from '@opentelemetry/api';

export interface InstrumentOptions<L extends string> {
  readonly description: string;
  /** UCUM; default `1`. */
  readonly unit?: string;
  readonly labels?: readonly L[];
  /** Different values that one label may take; what comes after them counts as `other`. Default 100. */
  readonly maxLabelValues?: number;
}

export type Labels<L extends string> = Readonly<Record<L, string>>;

export interface Counter<L extends string> {
  /** Default 1. */
  add(labels: Labels<L>, by?: number): void;
}
export interface Histogram<L extends string> {
  record(labels: Labels<L>, value: number): void;
}
export interface Gauge<L extends string> {
  set(labels: Labels<L>, value: number): void;
}

const METER = '@baton';
const NAME = /^(baton(\.[a-z][a-z0-9_]*)+|([A-Z][a-z0-9]*)+)$/;
const DEFAULT_MAX_LABEL_VALUES = 100;
/** Seconds, from the five milliseconds of a fast hop to the ten minutes of a long step. */
export const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export function counter<L extends string = never>(name: string, options: InstrumentOptions<L>): Counter<L> {
  const instrument = perProvider<OtelCounter>(name, options.unit, (meter) => meter.createCounter(name, about(options)));
  const bounded = labelBound(options);
  return { add: (labels, by = 1) => instrument().add(by, bounded(labels)) };
}

/** @param options `buckets`: upper bounds; default DURATION_BUCKETS_SECONDS. */
export function histogram<L extends string = never>(name: string, options: InstrumentOptions<L> & { readonly buckets?: readonly number[] }): Histogram<L> {
  const advice = { explicitBucketBoundaries: [...(options.buckets ?? DURATION_BUCKETS_SECONDS)] };
  const instrument = perProvider<OtelHistogram>(name, options.unit, (meter) => meter.createHistogram(name, { ...about(options), advice }));
  const bounded = labelBound(options);
  return { record: (labels, value) => instrument().record(value, bounded(labels)) };
}

export function gauge<L extends string = never>(name: string, options: InstrumentOptions<L>): Gauge<L> {
  const instrument = perProvider<OtelGauge>(name, options.unit, (meter) => meter.createGauge(name, about(options)));
  const bounded = labelBound(options);
  return { set: (labels, value) => instrument().record(value, bounded(labels)) };
}

export type Reading<L extends string> = readonly [labels: Labels<L>, value: number];

/**
 * A gauge that is asked for its values when metrics are collected; `read` must return at once.
 * @returns a function that ends it.
 */
export function observedGauge<L extends string = never>(name: string, options: InstrumentOptions<L>, read: () => readonly Reading<L>[]): () => void {
  checkName(name, options.unit);
  const bounded = labelBound(options);
  const callback: ObservableCallback = (result) => {
    for (const [labels, value] of read()) result.observe(value, bounded(labels));
  };
  let stop = (): void => {};
  const start = (): void => {
    const instrument = metrics.getMeter(METER).createObservableGauge(name, about(options));
    instrument.addCallback(callback);
    stop = () => instrument.removeCallback(callback);
  };
  observed.add(start);
  if (running) start();
  return () => {
    observed.delete(start);
    stop();
  };
}

const observed = new Set<() => void>();
let running = false;

/** Tells the observed gauges that a meter provider is there, or no longer is. */
export function metersRunning(now: boolean): void {
  running = now;
  if (now) for (const start of observed) start();
}

/** The API's meters are bound to the provider there was when they were made, so an instrument is made again when another provider comes. */
function perProvider<T>(name: string, unit: string | undefined, make: (meter: Meter) => T): () => T {
  checkName(name, unit);
  let made: { readonly provider: object; readonly instrument: T } | undefined;
  return () => {
    const provider = metrics.getMeterProvider();
    if (made?.provider !== provider) made = { provider, instrument: make(metrics.getMeter(METER)) };
    return made.instrument;
  };
}

const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

function checkName(name: string, unit: string | undefined): void {
  const suffix = UNIT_SUFFIXES[unit ?? ''];
  if (suffix !== undefined && name.startsWith('baton.') && !name.endsWith(suffix)) throw new TypeError(`Expected ${name} to end with ${suffix}, since its unit is ${unit}`);
  if (!NAME.test(name)) throw new TypeError(`Expected a metric named baton.<subject>.<what> in lower case, or one word in Pascal case, but found ${JSON.stringify(name)}`);
}

const about = (options: InstrumentOptions<string>) => ({ description: options.description, unit: options.unit ?? '1', valueType: ValueType.DOUBLE });

function labelBound<L extends string>(options: InstrumentOptions<L>): (labels: Labels<L>) => Record<string, string> {
  const most = options.maxLabelValues ?? DEFAULT_MAX_LABEL_VALUES;
  const seen = new Map<string, Set<string>>((options.labels ?? []).map((label) => [label, new Set()]));
  return (labels) => {
    const bounded: Record<string, string> = {};
    for (const [label, values] of seen) {
      const value = labels[label as L] ?? '';
      if (values.size < most) values.add(value);
      bounded[label] = values.has(value) ? value : 'other';
    }
    return bounded;
  };
}

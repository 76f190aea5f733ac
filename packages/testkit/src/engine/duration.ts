/** A length of time on the engine's clock; the parts add up. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly ms?: number;
}

const PARTS_MS: Readonly<Record<string, number>> = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000, ms: 1 };

/** @throws TypeError naming the part that is none, or is not a number from 0 on. */
export function durationMs(duration: Duration): number {
  const parts = Object.entries(duration);
  if (parts.length === 0) throw new TypeError('Expected a duration such as { seconds: 60 }, but found {}');
  return parts.reduce((sum, [part, value]: [string, unknown]) => {
    const unitMs = PARTS_MS[part];
    if (unitMs === undefined) throw new TypeError(`Expected a duration of ${Object.keys(PARTS_MS).join(', ')}, but found ${JSON.stringify(part)}`);
    if (typeof value !== 'number' || !(value >= 0 && value < Infinity)) throw new TypeError(`${part}: expected a number from 0 on, but found ${String(value)}`);
    return sum + value * unitMs;
  }, 0);
}

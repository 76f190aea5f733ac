/**
 * What it costs when an orchestrator goes: from the moment it was told to stop, killed or frozen, to the first transition
 * under somebody else's claim, for each partition that it owned. Pure.
 */
import type { RoleEvent } from './role.ts';

export interface Assignment {
  readonly role: string;
  readonly atMs: number;
  readonly partitions: readonly number[];
}

/** A claim, and the first transition that counts by it. */
export interface Tenure {
  readonly partition: number;
  readonly claimedMs: number;
  /** Undefined where it never got to one. */
  readonly firstTransitionMs: number | undefined;
}

export type Departure = 'told to stop' | 'killed' | 'frozen';

export interface Takeover {
  readonly role: string;
  readonly how: Departure;
  readonly atMs: number;
  readonly partition: number;
  readonly pauseMs: number;
  /** Nothing else was wrong meanwhile. */
  readonly alone: boolean;
}

export interface TakeoverFacts {
  readonly events: readonly RoleEvent[];
  readonly assignments: readonly Assignment[];
  readonly tenures: readonly Tenure[];
  /** In which nothing else was wrong. */
  readonly quiet: readonly Interval[];
}

/** Epoch milliseconds. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was hit is whole again, but the others may still be catching up. */
const SETTLED_AFTER_MS = 10_000;

/** The times of faults beside which nothing else was wrong, by plan or by chance. */
export function quietTimes(performed: readonly { readonly alone: boolean; readonly injectedMs: number; readonly wholeMs?: number }[]): readonly Interval[] {
  return performed.flatMap((fault) => {
    const { alone, injectedMs, wholeMs } = fault;
    if (wholeMs === undefined) return [];
    const others = performed.filter((other) => other !== fault && other.injectedMs <= wholeMs && (other.wholeMs ?? Infinity) + SETTLED_AFTER_MS >= injectedMs);
    return alone || others.length === 0 ? [{ fromMs: injectedMs, toMs: wholeMs }] : [];
  });
}

const isDeparture = (what: RoleEvent['what']): what is Departure => what === 'told to stop' || what === 'killed' || what === 'frozen';

export function takeovers({ events, assignments, tenures, quiet }: TakeoverFacts): readonly Takeover[] {
  const found: Takeover[] = [];
  for (const { role, what, atMs } of events) {
    if (!isDeparture(what)) continue;
    const began = events.findLast((event) => event.role === role && event.what === 'started' && event.atMs <= atMs)?.atMs ?? 0;
    const owned = assignments.findLast((assignment) => assignment.role === role && assignment.atMs <= atMs && assignment.atMs >= began);
    for (const partition of owned?.partitions ?? []) {
      const next = tenures.filter((tenure) => tenure.partition === partition && tenure.claimedMs >= atMs && tenure.firstTransitionMs !== undefined).map(({ firstTransitionMs }) => firstTransitionMs!);
      if (next.length === 0) continue;
      const untilMs = Math.min(...next);
      found.push({ role, how: what, atMs, partition, pauseMs: untilMs - atMs, alone: quiet.some(({ fromMs, toMs }) => fromMs <= atMs && untilMs <= toMs) });
    }
  }
  return found;
}

/** From a process's log: which partitions of the inbox it was given, and when. */
export function assignmentsIn(role: string, log: string, group: string): readonly Assignment[] {
  const found: Assignment[] = [];
  for (const line of log.split('\n')) {
    if (!line.includes('Partitions were assigned') || !line.includes(`"${group}"`)) continue;
    const { time, partitions } = JSON.parse(line) as { readonly time: string; readonly partitions: string };
    found.push({ role, atMs: Date.parse(time), partitions: partitions.split(',').filter((text) => text !== '').map(Number) });
  }
  return found;
}

export interface Pauses {
  readonly count: number;
  readonly medianMs: number;
  readonly worstMs: number;
}

export function pausesOf(of: readonly Pick<Takeover, 'pauseMs'>[]): Pauses | undefined {
  const sorted = of.map(({ pauseMs }) => pauseMs).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  return { count: sorted.length, medianMs: sorted[Math.floor((sorted.length - 1) / 2)]!, worstMs: sorted.at(-1)! };
}

/**
 * When a step service, or what hands commands out to all of them, was hit, so that a command may have been executed again: from
 * what was done to them, and from what they say themselves. What was done to others explains no repetition (I12). Pure.
 */
import type { Disturbance } from '@baton/invariants';
import type { PerformedFault } from './perform.ts';
import type { RoleEvent } from './role.ts';

export interface DisturbanceFacts {
  readonly workers: readonly string[];
  readonly events: readonly RoleEvent[];
  readonly performed: readonly Pick<PerformedFault, 'kind' | 'target' | 'injectedMs' | 'wholeMs'>[];
  /** When a worker said that its reading broke off, or that a change of hands found it in the middle of something. */
  readonly warnings: readonly { readonly role: string; readonly atMs: number }[];
  /** So long nobody may have noticed that it began, or that it is over. */
  readonly sessionMs: number;
}

/** From its signal to its end. */
const DYING_MS = 1_000;

/** As the ledger names a process. */
export const processOf = (pid: number): string => `process ${pid}`;

export function disturbances({ workers, events, performed, warnings, sessionMs }: DisturbanceFacts): readonly Disturbance[] {
  const found: Disturbance[] = [];
  const lives = events.filter(({ role, what }) => what === 'started' && workers.includes(role)).map(({ role, pid, atMs }) => ({ role, process: processOf(pid), fromMs: atMs, toMs: events.find((next) => next.role === role && next.what === 'started' && next.atMs > atMs)?.atMs ?? Infinity }));
  /** Each process that this worker was in that time. */
  const hit = (role: string, fromMs: number, toMs: number): void => {
    for (const life of lives) if (life.role === role && life.fromMs <= toMs && life.toMs >= fromMs) found.push({ process: life.process, fromMs, toMs });
  };
  for (const { role, what, pid, atMs } of events) {
    if (!workers.includes(role)) continue;
    if (what === 'killed') found.push({ process: processOf(pid), fromMs: atMs, toMs: atMs + DYING_MS });
    // It may have been gone for a while when that was noticed.
    if (what === 'ended by itself') found.push({ process: processOf(pid), fromMs: atMs - sessionMs, toMs: atMs });
    if (what === 'frozen') found.push({ process: processOf(pid), fromMs: atMs, toMs: (events.find((later) => later.role === role && later.what === 'thawed' && later.atMs >= atMs)?.atMs ?? Infinity) + sessionMs });
  }
  for (const { kind, target, injectedMs, wholeMs = Infinity } of performed) {
    if (kind !== 'kill-broker' && !kind.endsWith('-kafka')) continue;
    const toMs = wholeMs + sessionMs;
    if (target === 'everybody' || kind === 'kill-broker') found.push({ fromMs: injectedMs, toMs });
    else hit(target, injectedMs, toMs);
  }
  for (const { role, atMs } of warnings) hit(role, atMs - sessionMs, atMs);
  return found;
}

/** From a worker's log. */
export function warningsIn(role: string, log: string): DisturbanceFacts['warnings'] {
  return log
    .split('\n')
    .filter((line) => line.includes('may run twice') || line.includes('Reading was interrupted'))
    .map((line) => ({ role, atMs: Date.parse((JSON.parse(line) as { readonly time: string }).time) }));
}

/** Carries a plan out on the stage: each fault at its time, or when what it needs for itself is free again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults/index.ts';
import { claimsOf, type FaultKind, type PlannedFault } from './plan.ts';
import type { Stage } from './stage.ts';

export interface PerformedFault extends PlannedFault {
  /** Epoch milliseconds. */
  readonly injectedMs: number;
  /** When what was hit was whole again; undefined where it was not within its time. */
  readonly wholeMs?: number;
}

export interface Performance {
  readonly performed: readonly PerformedFault[];
  /** Of the ones that are there at the moment. */
  readonly present: readonly PlannedFault[];
  /** Faults that could not be done or taken back, a sentence each. */
  readonly troubles: readonly string[];
  /** Resolves when the time is over and everything is taken back; what has not begun by then is left out. */
  readonly over: Promise<void>;
}

export interface PerformOptions {
  readonly faults: Readonly<Record<FaultKind, Fault>>;
  readonly durationMs: number;
  /** Between the beginnings of two faults. Default 700 ms. */
  readonly leastGapMs?: number;
}

export function perform(plan: readonly PlannedFault[], stage: Stage, { faults, durationMs, leastGapMs = 700 }: PerformOptions): Performance {
  const performed: PerformedFault[] = [];
  const present = new Set<PlannedFault>();
  const troubles: string[] = [];
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  /** The end of the last fault that claims something, by what it claims. */
  const free = new Map<string, Promise<void>>();

  let lastMs = -Infinity;
  /** What had to wait for one that was alone does not come all at once after it. */
  function slot(): Promise<void> {
    lastMs = Math.max(elapsedMs(), lastMs + leastGapMs);
    return sleep(Math.max(0, lastMs - elapsedMs()));
  }

  async function one(planned: PlannedFault, after: Promise<unknown>): Promise<void> {
    await sleep(Math.max(0, planned.atMs - elapsedMs()));
    await after;
    // Those that are left out wait for nobody.
    if (elapsedMs() >= durationMs) return;
    await slot();
    if (elapsedMs() >= durationMs) return;
    present.add(planned);
    let injectedMs = Date.now();
    try {
      if (planned.alone) await stage.whole();
      injectedMs = Date.now();
      const heal = await faults[planned.kind].inject(stage, planned);
      await sleep(Math.max(0, injectedMs + planned.durationMs - Date.now()));
      await heal();
      if (planned.alone) await stage.whole();
      performed.push({ ...planned, injectedMs, wholeMs: Date.now() });
    } catch (error) {
      troubles.push(`${planned.kind} of ${planned.target} at ${Math.round(planned.atMs / 1_000)} s: ${(error as Error).message.split('\n')[0]}`);
      performed.push({ ...planned, injectedMs });
    } finally {
      present.delete(planned);
    }
  }

  const all = plan.map((planned) => {
    const claims = claimsOf(planned, stage.cast);
    const done = one(planned, Promise.all(claims.map((claim) => free.get(claim))));
    for (const claim of claims) free.set(claim, done);
    return done;
  });
  return {
    performed,
    get present() {
      return [...present];
    },
    troubles,
    over: Promise.all(all).then(() => undefined),
  };
}

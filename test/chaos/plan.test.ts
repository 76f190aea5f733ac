import { describe, expect, it } from '@jest/globals';
import { claimsOf, FAULT_KINDS, planFaults, type PlanOptions } from './plan.ts';
import { castOf } from './stage.ts';

const cast = castOf({ orchestrators: 3, workers: 3 });
const options = (seed: number, change: Partial<PlanOptions> = {}): PlanOptions => ({ seed, durationMs: 600_000, sessionMs: 10_000, cast, ...change });
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

describe('a plan of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planFaults(options(7))).toEqual(planFaults(options(7)));
    expect(planFaults(options(8))).not.toEqual(planFaults(options(7)));
  });

  it('has every kind, and at least 60 faults in ten minutes, in order of time', () => {
    for (const seed of SEEDS) {
      const plan = planFaults(options(seed));
      expect({ seed, kinds: new Set(plan.map(({ kind }) => kind)).size, enough: plan.length >= 60 }).toEqual({ seed, kinds: FAULT_KINDS.length, enough: true });
      expect(plan.map(({ atMs }) => atMs)).toEqual(plan.map(({ atMs }) => atMs).sort((a, b) => a - b));
      expect(plan.at(-1)!.atMs).toBeLessThan(600_000);
    }
  });

  it('freezes processes for longer than the session time-out', () => {
    const frozen = SEEDS.flatMap((seed) => planFaults(options(seed, { sessionMs: 20_000 }))).filter(({ kind }) => kind.startsWith('freeze-'));
    expect(frozen.length).toBeGreaterThan(0);
    expect(Math.min(...frozen.map(({ durationMs }) => durationMs))).toBeGreaterThan(20_000);
  });

  it('has only the kinds it is asked for', () => {
    const kinds = ['kill-worker', 'flush-redis'] as const;
    expect(new Set(planFaults(options(1, { kinds })).map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  it('has one so many seconds after the other where it is asked for', () => {
    const plan = planFaults(options(1, { kinds: ['kill-orchestrator'], everyMs: 10_000, durationMs: 300_000 }));
    expect(plan.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 30 }, (_, i) => 3_000 + i * 10_000));
  });

  it('lets nothing else happen beside a fault that is alone, and measures kills and restarts so', () => {
    const plan = SEEDS.flatMap((seed) => planFaults(options(seed)));
    const alone = plan.filter((fault) => fault.alone);
    expect(new Set(alone.map(({ kind }) => kind))).toEqual(new Set(['kill-orchestrator', 'rolling-restart']));
    const claims = new Set(claimsOf(alone[0]!, cast));
    for (const fault of plan) expect(claimsOf(fault, cast).filter((claim) => !claims.has(claim))).toEqual([]);
  });

  it('has what shares something come one after the other', () => {
    const fault = { atMs: 0, durationMs: 0, alone: false } as const;
    const shared = (a: readonly string[], b: readonly string[]): boolean => a.some((claim) => b.includes(claim));
    const roll = claimsOf({ ...fault, kind: 'rolling-restart', target: 'orchestrators' }, cast);
    expect(shared(roll, claimsOf({ ...fault, kind: 'kill-orchestrator', target: 'orchestrator-2' }, cast))).toBe(true);
    expect(shared(roll, claimsOf({ ...fault, kind: 'kill-worker', target: 'worker-2' }, cast))).toBe(false);
    expect(shared(claimsOf({ ...fault, kind: 'flush-redis', target: 'redis' }, cast), claimsOf({ ...fault, kind: 'kill-redis', target: 'redis' }, cast))).toBe(true);
    expect(shared(claimsOf({ ...fault, kind: 'cut-kafka', target: 'gateway' }, cast), claimsOf({ ...fault, kind: 'slow-kafka', target: 'everybody' }, cast))).toBe(true);
  });
});

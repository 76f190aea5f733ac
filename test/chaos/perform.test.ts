import { describe, expect, it } from '@jest/globals';
import { eventually } from '../e2e/eventually.ts';
import type { Fault } from './faults/index.ts';
import { perform } from './perform.ts';
import { FAULT_KINDS, type FaultKind, type PlannedFault } from './plan.ts';
import { castOf, type Stage } from './stage.ts';

const LONG_MS = 60_000;
const planned = (kind: FaultKind, target: string, change: Partial<PlannedFault> = {}): PlannedFault => ({ atMs: 0, kind, target, durationMs: 0, alone: false, ...change });

/** A stage of which nothing is used but who is there and whether it is whole, and faults that last until they are let go. */
function rehearsal() {
  const injected: string[] = [];
  const letGo = new Map<string, () => void>();
  let whole = 0;
  const fault: Fault = {
    async inject(_stage, { kind, target }) {
      const name = `${kind} ${target}`;
      injected.push(name);
      if (target === 'nowhere') throw new Error('There is no such place');
      return () => new Promise((healed) => letGo.set(name, healed));
    },
  };
  const stage = { cast: castOf({ orchestrators: 2, workers: 2 }), whole: async () => void whole++ } as unknown as Stage;
  const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, fault])) as Record<FaultKind, Fault>;
  return {
    injected,
    wholes: () => whole,
    begin: (plan: readonly PlannedFault[], durationMs = LONG_MS, leastGapMs = 1) => perform(plan, stage, { faults, durationMs, leastGapMs }),
    async heal(name: string) {
      (await eventually(() => letGo.get(name), `${name} to be there`))();
    },
  };
}

describe('a plan that is carried out', () => {
  it('has faults of one process come one after the other, and those of others at the same time', async () => {
    const { begin, heal, injected } = rehearsal();
    const { over, performed } = begin([planned('kill-worker', 'worker-1'), planned('freeze-worker', 'worker-1'), planned('kill-worker', 'worker-2')]);
    await heal('kill-worker worker-2');
    expect(injected).toEqual(['kill-worker worker-1', 'kill-worker worker-2']);
    await heal('kill-worker worker-1');
    await heal('freeze-worker worker-1');
    await over;
    expect(performed.map(({ kind, target }) => `${kind} ${target}`)).toEqual(['kill-worker worker-2', 'kill-worker worker-1', 'freeze-worker worker-1']);
    for (const { injectedMs, wholeMs } of performed) expect(wholeMs).toBeGreaterThanOrEqual(injectedMs);
  });

  it('waits for all others before one that is alone, has the system whole before and after it, and the others wait for that', async () => {
    const { begin, heal, injected, wholes } = rehearsal();
    const { over } = begin([planned('flush-redis', 'redis'), planned('kill-orchestrator', 'orchestrator-1', { alone: true }), planned('kill-worker', 'worker-1')]);
    await heal('flush-redis redis');
    await eventually(() => injected.length === 2, 'the second');
    expect(wholes()).toBe(1);
    await heal('kill-orchestrator orchestrator-1');
    await heal('kill-worker worker-1');
    await over;
    expect(wholes()).toBe(2);
    expect(injected).toEqual(['flush-redis redis', 'kill-orchestrator orchestrator-1', 'kill-worker worker-1']);
  });

  it('goes on after a fault that could not be done, and says so', async () => {
    const { begin, heal } = rehearsal();
    const { over, troubles, performed } = begin([planned('kill-worker', 'nowhere', { atMs: 2 }), planned('freeze-worker', 'nowhere'), planned('kill-gateway', 'gateway')]);
    await heal('kill-gateway gateway');
    await over;
    expect(troubles).toHaveLength(2);
    expect(troubles.join()).toContain('kill-worker of nowhere at 0 s: There is no such place');
    expect(performed.filter(({ wholeMs }) => wholeMs === undefined)).toHaveLength(2);
  });

  it('leaves out what could not begin in its time', async () => {
    const { begin, heal, injected } = rehearsal();
    const { over, performed } = begin([planned('kill-worker', 'worker-1'), planned('kill-worker', 'worker-2', { atMs: 2_100 })], 2_000);
    await heal('kill-worker worker-1');
    await over;
    expect(injected).toEqual(['kill-worker worker-1']);
    expect(performed).toHaveLength(1);
  });

  it('is over as soon as its time is, however many faults are left', async () => {
    const { begin, injected } = rehearsal();
    await begin([planned('kill-worker', 'worker-1', { atMs: 1 }), planned('kill-worker', 'worker-2', { atMs: 1 }), planned('kill-gateway', 'gateway', { atMs: 1 })], 0, 3_600_000).over;
    expect(injected).toEqual([]);
  });
});

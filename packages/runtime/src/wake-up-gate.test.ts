/** Delayed jobs that are due at once after a downtime (F56). */
import { describe, expect, it } from '@jest/globals';
import { manualClock } from '@baton/adapter-memory';
import { WakeUpGate, type LaneLoad } from './wake-up-gate.ts';

const options = { perSecond: 100, lagOfLane: 10, longestWaitMs: 5_000 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const calm = (lag: number): LaneLoad => ({ lag, timersRush: false });

function rush(count: number, lanes: () => readonly LaneLoad[]) {
  const clock = manualClock();
  const gate = new WakeUpGate(clock, options, lanes);
  let passed = 0;
  for (let i = 0; i < count; i++) void gate.pass().then(() => passed++);
  return {
    passed: () => passed,
    async after(ms: number): Promise<number> {
      for (let at = 0; at < ms; at += 50) {
        clock.advance(50);
        await turn();
      }
      return passed;
    },
  };
}

describe('a rush of due jobs', () => {
  it('is let in at a rate', async () => {
    const jobs = rush(1_000, () => [calm(0), calm(0)]);
    await turn();
    expect(jobs.passed()).toBe(20);
    expect(await jobs.after(1_000)).toBe(120);
  });

  it('waits while the lanes are behind, but not for ever', async () => {
    let lag = 21;
    const jobs = rush(10, () => [calm(lag), calm(0)]);
    expect(await jobs.after(1_000)).toBe(0);
    lag = 20;
    expect(await jobs.after(50)).toBe(10);
    const stuck = rush(10, () => [calm(1_000_000)]);
    expect(await stuck.after(4_900)).toBe(0);
    expect(await stuck.after(200)).toBe(10);
  });

  it('stands back while the sweeper of a lane fires the same timers, but not for ever (F56)', async () => {
    let timersRush = true;
    const lanes = (): readonly LaneLoad[] => [calm(0), { lag: 0, timersRush }];
    const jobs = rush(10, lanes);
    expect(await jobs.after(1_000)).toBe(0);
    timersRush = false;
    expect(await jobs.after(50)).toBe(10);
    timersRush = true;
    const others = rush(10, lanes);
    expect(await others.after(4_900)).toBe(0);
    expect(await others.after(200)).toBe(10);
  });
});

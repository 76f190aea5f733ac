import { describe, expect, it } from '@jest/globals';
import { manualClock, systemClock } from './index.ts';

describe('manualClock', () => {
  it('stands still until it is moved', () => {
    const clock = manualClock(1_000);
    expect(clock.nowMs()).toBe(1_000);
    clock.advance(5);
    expect(clock.nowMs()).toBe(1_005);
  });

  it('runs what falls due on the way at its own time, in order of due time and of registration', () => {
    const clock = manualClock(0);
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name}@${clock.nowMs()}`);
    clock.after(30, note('c'));
    clock.after(10, note('a'));
    clock.after(30, note('d'));
    clock.after(31, note('later'));
    clock.after(10, () => void clock.after(5, note('b')));
    clock.advance(30);
    expect(ran).toEqual(['a@10', 'b@15', 'c@30', 'd@30']);
    expect(clock.nextDueMs()).toBe(31);
  });

  it('does not run what was taken back', () => {
    const clock = manualClock(0);
    let ran = false;
    clock.after(1, () => void (ran = true))();
    clock.advance(10);
    expect(ran).toBe(false);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  it('refuses to go back', () => {
    expect(() => manualClock().advance(-1)).toThrow(RangeError);
  });
});

describe('systemClock', () => {
  it('waits for delays that a timer of Node would run at once', async () => {
    const clock = systemClock();
    let early = false;
    const takeBack = clock.after(2_147_483_648, () => void (early = true));
    await new Promise<void>((resolve) => clock.after(5, resolve));
    takeBack();
    expect(early).toBe(false);
  });
});

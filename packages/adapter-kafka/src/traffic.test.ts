import { describe, expect, it } from '@jest/globals';
import { Traffic } from './traffic.ts';

function setUp() {
  let nowMs = 1_000;
  return { traffic: new Traffic(() => nowMs), passes: (ms: number) => (nowMs += ms) };
}

describe('traffic', () => {
  it('is light before anything is known, and for a burst that a single run makes', () => {
    const { traffic, passes } = setUp();
    expect(traffic.heavy).toBe(false);
    traffic.passed(14);
    passes(50);
    expect(traffic.heavy).toBe(false);
  });

  it('is heavy after a window with many records, until a window without', () => {
    const { traffic, passes } = setUp();
    for (let i = 0; i < 5; i++) {
      traffic.passed(4);
      passes(10);
    }
    expect(traffic.heavy).toBe(true);
    passes(49);
    expect(traffic.heavy).toBe(true);
    passes(1);
    expect(traffic.heavy).toBe(false);
  });

  it('is light again at once after a long silence', () => {
    const { traffic, passes } = setUp();
    traffic.passed(1_000);
    passes(60_000);
    expect(traffic.heavy).toBe(false);
  });
});

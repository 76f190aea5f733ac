import { describe, expect, it } from '@jest/globals';
import { MemoryCurve } from './memory-curve.ts';

const MIB = 2 ** 20;
const curve = (points: readonly (readonly [done: number, mib: number])[]): MemoryCurve => {
  const made = new MemoryCurve();
  for (const [done, mib] of points) made.add({ done, bytes: mib * MIB });
  return made;
};

describe('a curve of memory', () => {
  it('says how much is added by each unit of work, from where it is asked', () => {
    const steep = curve([[0, 50], [100, 300], [200, 302], [300, 304], [400, 306]]);
    expect(steep.growthMiB({ from: 100, unit: 100 })).toBeCloseTo(2);
    expect(steep.growthMiB({ from: 0, unit: 100 })).toBeGreaterThan(40);
  });

  it('is flat where it goes up and down around one size', () => {
    expect(Math.abs(curve([[0, 300], [1, 310], [2, 290], [3, 310], [4, 300]]).growthMiB({ from: 0, unit: 1 }))).toBeLessThan(1);
  });

  it('has a peak of all and a median of a part', () => {
    const bumpy = curve([[0, 10], [1, 900], [2, 30], [3, 20], [4, 40]]);
    expect(bumpy.peakMiB()).toBe(900);
    expect(bumpy.medianMiB(2, 4)).toBe(30);
    expect(bumpy.medianMiB(5, 6)).toBeNaN();
  });
});

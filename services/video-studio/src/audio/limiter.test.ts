import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyGain, peakCeiling } from './limiter.ts';

const sampleRate = 22_050;
const ceiling = Math.ceil(peakCeiling * 32_768);

describe('gain', () => {
  it('never passes the ceiling, whatever the sound and the factor', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 3_000 }), fc.double({ min: 0.1, max: 10, noNaN: true }), (samples, gain) => {
        const out = applyGain({ sampleRate, samples: Int16Array.from(samples) }, gain).samples;
        return out.every((sample) => Math.abs(sample) <= ceiling);
      }),
    );
  });

  it('is exact where there is room', () => {
    const samples = Int16Array.from({ length: 1_000 }, (_, index) => Math.round(5_000 * Math.sin(index / 5)));
    expect(applyGain({ sampleRate, samples }, 2).samples).toEqual(samples.map((sample) => sample * 2));
  });

  it('comes down before a peak and goes back after it', () => {
    const samples = new Int16Array(sampleRate).fill(10_000);
    samples[10_000] = 30_000;
    const { samples: out } = applyGain({ sampleRate, samples }, 2);
    expect(out[9_000]).toBe(20_000);
    expect(out[9_999]).toBeLessThan(19_000);
    expect(out[10_001]).toBeLessThan(19_000);
    expect(out[sampleRate - 1]).toBeGreaterThan(19_900);
  });
});

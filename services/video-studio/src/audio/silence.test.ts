import { describe, expect, it } from '@jest/globals';
import { pausesWithin, trimSilence } from './silence.ts';

const sampleRate = 10_000;
const silence = (seconds: number): number[] => new Array<number>(seconds * sampleRate).fill(3);
const tone = (seconds: number): number[] => Array.from({ length: seconds * sampleRate }, (_, index) => (index % 2 === 0 ? 9_000 : -9_000));
const pcm = (...pieces: number[][]) => ({ sampleRate, samples: Int16Array.from(pieces.flat()) });

describe('silence', () => {
  it('is taken from both ends but for 20 ms', () => {
    expect(trimSilence(pcm(silence(0.5), tone(1), silence(0.3))).samples.length / sampleRate).toBeCloseTo(1.04, 3);
  });

  it('stays inside a sentence', () => {
    expect(trimSilence(pcm(tone(1), silence(0.5), tone(1))).samples.length / sampleRate).toBeCloseTo(2.5, 3);
  });

  it('leaves nothing of a sentence without sound', () => {
    expect(trimSilence(pcm(silence(1))).samples.length).toBe(0);
  });

  it('shows where the voice pauses, not where the sentence begins or ends', () => {
    expect(pausesWithin(pcm(silence(0.2), tone(1), silence(0.2), tone(1), silence(0.02), tone(1), silence(0.4)))).toEqual([expect.closeTo(1.3, 3)]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calmPacing, layOut } from './timeline.ts';

const sampleRate = 22_050;

describe('timeline', () => {
  it('puts sentences and pauses one after the other', () => {
    const { scenes, sentences, expectedSeconds, frames } = layOut([{ id: 'a', sentenceSamples: [sampleRate, 2 * sampleRate] }, { id: 'b', sentenceSamples: [sampleRate] }], { sampleRate, pacing: calmPacing });
    expect(sentences.map((one) => one.startSample / sampleRate)).toEqual([0.7, 2.1, 5.3].map((seconds) => expect.closeTo(seconds, 4)));
    expect(expectedSeconds).toBeCloseTo(0.7 + 1 + 0.4 + 2 + 0.5 + 0.7 + 1 + 0.5 + 1.2, 6);
    expect(frames).toBe(240);
    expect(scenes).toEqual([{ id: 'a', firstFrame: 0, frames: 138, fadeFrames: 0 }, { id: 'b', firstFrame: 138, frames: 102, fadeFrames: 15 }]);
  });

  it('is at most half a frame off however many scenes there are, and leaves no frame out', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 50 }), fc.constantFrom(16_000, 22_050, 44_100), (lengths, rate) => {
        const timeline = layOut(lengths.map((sentenceSamples, index) => ({ id: String(index), sentenceSamples })), { sampleRate: rate, pacing: calmPacing });
        expect(Math.abs(timeline.frames / 30 - timeline.expectedSeconds)).toBeLessThanOrEqual(1 / 60 + 1e-9);
        let next = 0;
        for (const scene of timeline.scenes) {
          expect(scene.firstFrame).toBe(next);
          expect(scene.fadeFrames).toBeLessThan(scene.frames);
          next += scene.frames;
        }
        expect(next).toBe(timeline.frames);
        const last = timeline.sentences.at(-1);
        expect((last?.startSample ?? 0) + (last?.samples ?? 0)).toBeLessThan(timeline.samples);
      }),
    );
  });

  it('shows a new slide fully before its first word', () => {
    const { scenes, sentences } = layOut([{ id: 'a', sentenceSamples: [1] }, { id: 'b', sentenceSamples: [1] }], { sampleRate, pacing: calmPacing });
    const [, second] = scenes;
    expect((sentences[1]?.startSample ?? 0) / sampleRate).toBeGreaterThan(((second?.firstFrame ?? 0) + (second?.fadeFrames ?? 0)) / 30);
  });
});

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { openText2wav } from '../speech/text2wav.ts';
import { isInstalled } from '../testing/programs.ts';
import { integratedLoudness, loudnessBlocks } from './loudness.ts';
import { formatWav } from './wav.ts';

const sine = (amplitude: number, about: { sampleRate: number; seconds: number }) => ({
  sampleRate: about.sampleRate,
  samples: Int16Array.from({ length: about.seconds * about.sampleRate }, (_, index) => Math.round(amplitude * 32_767 * Math.sin((2 * Math.PI * 997 * index) / about.sampleRate))),
});

describe('loudness', () => {
  // ITU-R BS.1770: 997 Hz at full scale in one channel is −3.01 LKFS; so in two channels it is 0.
  it.each([16_000, 22_050, 44_100, 48_000])('is what the standard says of 997 Hz at −20 dB, at %i Hz', (sampleRate) => {
    expect(integratedLoudness(loudnessBlocks(sine(0.1, { sampleRate, seconds: 3 })))).toBeCloseTo(-20, 1);
  });

  it('does not count silence', () => {
    const blocks = loudnessBlocks(sine(0.1, { sampleRate: 48_000, seconds: 2 }));
    const quiet = loudnessBlocks(sine(0, { sampleRate: 48_000, seconds: 20 }));
    expect(integratedLoudness([...blocks, ...quiet])).toBeCloseTo(-20, 1);
  });

  it('does not count what is more than 10 LU below the rest', () => {
    const blocks = loudnessBlocks(sine(0.1, { sampleRate: 48_000, seconds: 3 }));
    const faint = loudnessBlocks(sine(0.01, { sampleRate: 48_000, seconds: 6 }));
    expect(integratedLoudness([...blocks, ...faint])).toBeCloseTo(-20, 1);
  });

  it('measures a word shorter than one block', () => {
    expect(integratedLoudness(loudnessBlocks(sine(0.1, { sampleRate: 48_000, seconds: 0.2 })))).toBeGreaterThan(-25);
  });

  it('is minus infinity for silence', () => {
    expect(integratedLoudness(loudnessBlocks(sine(0, { sampleRate: 48_000, seconds: 1 })))).toBe(-Infinity);
  });

  const withFfmpeg = isInstalled('ffmpeg', '-version') ? it : it.skip;
  withFfmpeg('agrees with ffmpeg about a spoken sentence', async () => {
    const speech = await openText2wav();
    const pcm = await speech.speak('The fund invests in companies of every size, around the world, chosen one by one.', { name: 'en-gb', wordsPerMinute: 155, pitch: 50 }, { signal: new AbortController().signal });
    const { stderr } = spawnSync('ffmpeg', ['-hide_banner', '-i', 'pipe:0', '-af', 'pan=stereo|c0=c0|c1=c0,ebur128', '-f', 'null', '-'], { input: formatWav(pcm), encoding: 'utf8' });
    const theirs = Number(/Integrated loudness:\s+I:\s+(-[\d.]+) LUFS/.exec(stderr)?.[1]);
    expect(Math.abs(integratedLoudness(loudnessBlocks(pcm)) - theirs)).toBeLessThan(0.3);
  });
});

import type { Pcm } from './wav.ts';

/** Below this a voice is not heard: −48 dB of full scale. */
const audibleAmplitude = 130;
/** Kept at both ends, so that no breath of a consonant is cut. */
const marginSeconds = 0.02;

/** Takes away the silence a voice puts before and after a sentence; pauses are the film's own decision. Without any sound the result is empty. */
export function trimSilence(pcm: Pcm): Pcm {
  const { samples, sampleRate } = pcm;
  let first = 0;
  while (first < samples.length && Math.abs(samples[first] ?? 0) < audibleAmplitude) first += 1;
  let last = samples.length - 1;
  while (last > first && Math.abs(samples[last] ?? 0) < audibleAmplitude) last -= 1;
  if (first >= samples.length) return { sampleRate, samples: new Int16Array(0) };
  const margin = Math.round(marginSeconds * sampleRate);
  return { sampleRate, samples: samples.slice(Math.max(0, first - margin), Math.min(samples.length, last + 1 + margin)) };
}

/** The middles of the pauses of at least `minSeconds` inside a sentence, in seconds from its start: where a caption may change without cutting a word. */
export function pausesWithin(pcm: Pcm, minSeconds = 0.08): number[] {
  const { samples, sampleRate } = pcm;
  const pauses: number[] = [];
  let silentFrom: number | undefined = 0;
  for (const [index, sample] of samples.entries()) {
    const silent = Math.abs(sample) < audibleAmplitude * 2;
    if (silent) { silentFrom ??= index; continue; }
    if (silentFrom !== undefined && silentFrom > 0 && index - silentFrom >= minSeconds * sampleRate) pauses.push((silentFrom + index) / 2 / sampleRate);
    silentFrom = undefined;
  }
  return pauses;
}

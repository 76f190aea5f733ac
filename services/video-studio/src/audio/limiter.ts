import type { Pcm } from './wav.ts';

/** Peaks stay below this part of full scale: −2 dB leaves room for what resampling and AAC add. */
export const peakCeiling = 10 ** (-2 / 20);

const lookAheadSeconds = 0.005;
const releaseSeconds = 0.08;

/**
 * Brings a sentence to the film's level without clipping.
 * Where the gain would pass the ceiling it is taken down in time before the peak and let go slowly after it, which the ear does not notice as it would a cut-off peak.
 */
export function applyGain(pcm: Pcm, gain: number): Pcm {
  const { samples, sampleRate } = pcm;
  const ahead = Math.max(1, Math.round(lookAheadSeconds * sampleRate));
  const needed = new Float64Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) {
    const level = (Math.abs(samples[index] ?? 0) / 32_768) * gain;
    needed[index] = level > peakCeiling ? peakCeiling / level : 1;
  }
  const held = slidingMinimum(needed, ahead);
  const release = 1 - Math.exp(-1 / (releaseSeconds * sampleRate));
  const attack = 1 - Math.exp(-4 / ahead);
  const out = new Int16Array(samples.length);
  let envelope = 1;
  for (let index = 0; index < samples.length; index += 1) {
    const target = held[index] ?? 1;
    envelope += (target - envelope) * (target < envelope ? attack : release);
    // The smooth envelope may arrive a little late at the very peak: there the exact need counts.
    const factor = Math.min(envelope, needed[index] ?? 1);
    out[index] = Math.round((samples[index] ?? 0) * gain * factor);
  }
  return { sampleRate, samples: out };
}

/** For every sample the least value from it to `ahead` samples later. */
function slidingMinimum(values: Float64Array, ahead: number): Float64Array {
  const out = new Float64Array(values.length);
  const queue: number[] = [];
  let head = 0;
  for (let index = values.length - 1; index >= 0; index -= 1) {
    while (queue.length > head && (values[queue[queue.length - 1] ?? 0] ?? 1) >= (values[index] ?? 1)) queue.pop();
    queue.push(index);
    while ((queue[head] ?? 0) > index + ahead) head += 1;
    out[index] = values[queue[head] ?? 0] ?? 1;
  }
  return out;
}

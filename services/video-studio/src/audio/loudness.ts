import type { Pcm } from './wav.ts';

/**
 * Loudness after ITU-R BS.1770-4 (the measure of EBU R128), of sound that is played on both of two channels.
 * Sentences are measured one by one and gated together, so a long film never blocks the event loop and pauses do not count.
 */

const blockSeconds = 0.4;
const stepSeconds = 0.1;
const absoluteGateLufs = -70;
const relativeGateLu = -10;
/** The same mono signal on left and right: twice the power. */
const channels = 2;

/** Mean squares of the K-weighted 400 ms blocks of one sentence, on full scale 1. */
export function loudnessBlocks(pcm: Pcm): number[] {
  const weighted = kWeighted(pcm);
  const block = Math.round(blockSeconds * pcm.sampleRate);
  const step = Math.round(stepSeconds * pcm.sampleRate);
  const squares = new Float64Array(weighted.length + 1);
  for (let index = 0; index < weighted.length; index += 1) squares[index + 1] = (squares[index] ?? 0) + (weighted[index] ?? 0) ** 2;
  const blocks: number[] = [];
  const lastStart = Math.max(0, weighted.length - block);
  for (let start = 0; start <= lastStart; start += step) {
    const end = Math.min(start + block, weighted.length);
    blocks.push(((squares[end] ?? 0) - (squares[start] ?? 0)) / Math.max(1, end - start));
  }
  return blocks;
}

/** Integrated loudness in LUFS of all blocks together; `-Infinity` for silence. */
export function integratedLoudness(blocks: readonly number[]): number {
  const audible = blocks.filter((power) => lufs(power) > absoluteGateLufs);
  if (audible.length === 0) return -Infinity;
  const gate = lufs(mean(audible)) + relativeGateLu;
  return lufs(mean(audible.filter((power) => lufs(power) > gate)));
}

const lufs = (power: number): number => -0.691 + 10 * Math.log10(channels * power);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Biquad { b0: number; b1: number; b2: number; a1: number; a2: number }

function kWeighted(pcm: Pcm): Float64Array {
  const signal = Float64Array.from(pcm.samples, (sample) => sample / 32_768);
  return filtered(filtered(signal, headShelf(pcm.sampleRate)), lowCut(pcm.sampleRate));
}

// The standard tabulates both filters for 48 kHz only. These are the analogue prototypes behind the table
// (centre frequency, gain, quality), brought to any rate by the bilinear transform.
function headShelf(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

function lowCut(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}

function filtered(signal: Float64Array, { b0, b1, b2, a1, a2 }: Biquad): Float64Array {
  const out = new Float64Array(signal.length);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let index = 0; index < signal.length; index += 1) {
    const x = signal[index] ?? 0;
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    out[index] = y;
  }
  return out;
}

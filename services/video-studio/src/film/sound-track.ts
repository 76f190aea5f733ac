import { readFile } from 'node:fs/promises';
import { applyGain } from '../audio/limiter.ts';
import { integratedLoudness } from '../audio/loudness.ts';
import { parseWav } from '../audio/wav.ts';
import type { NarratedSentence } from './narration.ts';
import type { Timeline } from './timeline.ts';

/** A whisper is not made into a shout. */
const maxGain = 10;
/** Bytes of one piece of silence. */
const pieceBytes = 64 * 1024;

/** The factor that brings the whole narration to the wanted loudness. One factor for all, so emphasis between sentences stays. */
export function narrationGain(sentences: readonly NarratedSentence[], targetLufs: number): number {
  const loudness = integratedLoudness(sentences.flatMap((sentence) => sentence.loudness));
  return Number.isFinite(loudness) ? Math.min(maxGain, 10 ** ((targetLufs - loudness) / 20)) : 1;
}

/**
 * The film's sound from its first sample to its last: 16-bit stereo PCM, the same on both sides.
 * One sentence at a time is in memory.
 */
export async function* soundTrack(timeline: Timeline, sentences: readonly NarratedSentence[], gain: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const [index, placed] of timeline.sentences.entries()) {
    const sentence = sentences[index];
    if (sentence === undefined) throw new Error(`Expected sentence ${index + 1} to be narrated`);
    yield* silence(placed.startSample - at);
    const { samples } = applyGain(parseWav(await readFile(sentence.path)), gain);
    yield stereo(samples);
    at = placed.startSample + samples.length;
  }
  yield* silence(timeline.samples - at);
}

function* silence(samples: number): Generator<Uint8Array> {
  for (let left = samples * 4; left > 0; left -= pieceBytes) yield new Uint8Array(Math.min(left, pieceBytes));
}

function stereo(samples: Int16Array): Uint8Array {
  const bytes = Buffer.alloc(samples.length * 4);
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index] ?? 0;
    bytes.writeInt16LE(sample, index * 4);
    bytes.writeInt16LE(sample, index * 4 + 2);
  }
  return bytes;
}

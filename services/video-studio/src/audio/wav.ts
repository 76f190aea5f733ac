/** Mono 16-bit PCM, the one form in which narration travels between our parts. */
export interface Pcm {
  readonly sampleRate: number;
  readonly samples: Int16Array;
}

/**
 * Reads a mono 16-bit PCM WAV.
 * A program that writes to a pipe cannot go back and fill in the sizes, so a data size beyond the end means "until the end".
 * @throws Error naming what is wrong: not a WAV, not mono 16-bit PCM, no data.
 */
export function parseWav(bytes: Uint8Array): Pcm {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new Error(`Expected a WAV file, but got ${bytes.length} bytes of something else`);
  let sampleRate: number | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(at) === 'fmt ' && body + 16 <= bytes.length) {
      const [format, channels, bits] = [view.getUint16(body, true), view.getUint16(body + 2, true), view.getUint16(body + 14, true)];
      if (format !== 1 || channels !== 1 || bits !== 16) throw new Error(`Expected mono 16-bit PCM, but the WAV has format ${format}, ${channels} channels, ${bits} bits`);
      sampleRate = view.getUint32(body + 4, true);
      if (sampleRate < 8_000 || sampleRate > 192_000) throw new Error(`Expected 8 to 192 kHz, but the WAV says ${sampleRate} Hz`);
    }
    if (tag(at) === 'data') {
      if (sampleRate === undefined) throw new Error('Expected the WAV format before its data');
      const count = Math.floor(Math.min(size, bytes.length - body) / 2);
      const samples = new Int16Array(count);
      for (let index = 0; index < count; index += 1) samples[index] = view.getInt16(body + index * 2, true);
      return { sampleRate, samples };
    }
    at = body + size + (size % 2);
  }
  throw new Error('Expected sound in the WAV, but it has no data');
}

/** Writes mono 16-bit PCM as a WAV. */
export function formatWav(pcm: Pcm): Uint8Array {
  const bytes = new Uint8Array(44 + pcm.samples.length * 2);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string): void => { for (let index = 0; index < 4; index += 1) bytes[at + index] = text.charCodeAt(index); };
  tag(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  tag(8, 'WAVE');
  tag(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, pcm.sampleRate, true);
  view.setUint32(28, pcm.sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, pcm.samples.length * 2, true);
  for (const [index, sample] of pcm.samples.entries()) view.setInt16(44 + index * 2, sample, true);
  return bytes;
}

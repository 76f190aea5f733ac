import { describe, expect, it } from '@jest/globals';
import { formatWav, parseWav } from './wav.ts';

const pcm = { sampleRate: 22_050, samples: Int16Array.from([0, 1, -1, 32_767, -32_768]) };

describe('wav', () => {
  it('reads what it wrote', () => {
    expect(parseWav(formatWav(pcm))).toEqual(pcm);
  });

  it('reads to the end where a program that wrote to a pipe left the sizes open', () => {
    const bytes = formatWav(pcm);
    const view = new DataView(bytes.buffer);
    view.setUint32(4, 0x7fff_f024, true);
    view.setUint32(40, 0x7fff_f000, true);
    expect(parseWav(bytes)).toEqual(pcm);
  });

  it('passes over chunks it does not know', () => {
    const bytes = formatWav(pcm);
    const list = Buffer.from([0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0]);
    expect(parseWav(Buffer.concat([bytes.subarray(0, 36), list, bytes.subarray(36)]))).toEqual(pcm);
  });

  it.each([
    ['something else', () => Buffer.from('<html>not a sound at all</html>'), 'Expected a WAV file'],
    ['nothing', () => Buffer.alloc(0), 'Expected a WAV file'],
    ['two channels', () => { const bytes = formatWav(pcm); bytes[22] = 2; return bytes; }, 'Expected mono 16-bit PCM'],
    ['no data', () => formatWav(pcm).subarray(0, 36), 'it has no data'],
  ])('refuses %s by saying what it is', (_, bytes, message) => {
    expect(() => parseWav(bytes())).toThrow(message);
  });
});

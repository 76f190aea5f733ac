import type { Cue } from '../../captions/cue.ts';

/**
 * The sample description of a 3GPP timed text track (TS 26.245, box `tx3g`): white, centred at the bottom, on a
 * transparent ground; players show it in their own font.
 */
export function timedTextDescription(): Buffer {
  const fontName = Buffer.from('Serif', 'latin1');
  const style = Buffer.from([0, 0, 0, 0, 0, 1, 0, 18, 255, 255, 255, 255]);
  const header = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 1, 0xff]), // flags, centred, at the bottom
    Buffer.from([0, 0, 0, 0]), // background: transparent
    Buffer.alloc(8), // text box: the whole track
    style,
  ]);
  const fontTable = Buffer.concat([uint32(8 + 2 + 3 + fontName.length), Buffer.from('ftab', 'latin1'), Buffer.from([0, 1, 0, 1, fontName.length]), fontName]);
  return Buffer.concat([header, fontTable]);
}

/** The captions as samples of such a track, in milliseconds. The muxer itself fills the time between them with empty ones. */
export function timedTextSamples(cues: readonly Cue[]): { startMs: number; durationMs: number; sample: Buffer }[] {
  return cues.map((cue) => {
    const utf8 = Buffer.from(cue.lines.join('\n'), 'utf8');
    const startMs = Math.round(cue.startSeconds * 1000);
    return { startMs, durationMs: Math.round(cue.endSeconds * 1000) - startMs, sample: Buffer.concat([uint16(utf8.length), utf8]) };
  });
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

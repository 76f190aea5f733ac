/** Reads which characters a WOFF 1 font can draw. Renderers draw a missing glyph as nothing, so somebody has to ask first. */
import { inflateSync } from 'node:zlib';

/**
 * Code points with a glyph.
 *
 * @throws RangeError for bytes that are no WOFF font with a Unicode character map (format 4 or 12).
 */
export function glyphCoverage(woff: Uint8Array): ReadonlySet<number> {
  const cmap = readTable(woff, 'cmap');
  const view = viewOf(cmap);
  const covered = new Set<number>();
  for (let index = 0; index < view.getUint16(2); index += 1) {
    const offset = view.getUint32(4 + index * 8 + 4);
    const format = view.getUint16(offset);
    if (format === 4) readSegments(view, offset, covered);
    if (format === 12) readGroups(view, offset, covered);
  }
  if (covered.size === 0) throw new RangeError('Expected a font with a Unicode character map of format 4 or 12');
  return covered;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readTable(woff: Uint8Array, tag: string): Uint8Array {
  const view = viewOf(woff);
  if (view.byteLength < 44 || view.getUint32(0) !== 0x774f4646) throw new RangeError('Expected a WOFF 1 font');
  for (let index = 0; index < view.getUint16(12); index += 1) {
    const entry = 44 + index * 20;
    if (String.fromCharCode(...woff.subarray(entry, entry + 4)) !== tag) continue;
    const [offset, packed, length] = [view.getUint32(entry + 4), view.getUint32(entry + 8), view.getUint32(entry + 12)];
    const bytes = woff.subarray(offset, offset + packed);
    return packed < length ? inflateSync(bytes) : bytes;
  }
  throw new RangeError(`Expected a font with a ${tag} table`);
}

function readSegments(view: DataView, offset: number, covered: Set<number>): void {
  const segments = view.getUint16(offset + 6) / 2;
  const ends = offset + 14;
  const starts = ends + segments * 2 + 2;
  const deltas = starts + segments * 2;
  const ranges = deltas + segments * 2;
  for (let segment = 0; segment < segments; segment += 1) {
    const end = view.getUint16(ends + segment * 2);
    const start = view.getUint16(starts + segment * 2);
    const range = view.getUint16(ranges + segment * 2);
    for (let code = start; code <= end && code !== 0xffff; code += 1) {
      const at = ranges + segment * 2 + range + (code - start) * 2;
      const glyph = range === 0 ? (code + view.getInt16(deltas + segment * 2)) & 0xffff : view.getUint16(at);
      if (glyph !== 0) covered.add(code);
    }
  }
}

function readGroups(view: DataView, offset: number, covered: Set<number>): void {
  for (let group = 0; group < view.getUint32(offset + 12); group += 1) {
    const at = offset + 16 + group * 12;
    for (let code = view.getUint32(at); code <= view.getUint32(at + 4); code += 1) covered.add(code);
  }
}

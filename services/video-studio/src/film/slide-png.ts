import { frameHeight, frameWidth } from '../video/picture.ts';

/** What is wrong with a slide, or undefined. Reads only the first 33 bytes and the end: a damaged middle is the decoder's to find. */
export function slideProblem(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  if (bytes.length < 45 || signature.some((value, index) => bytes[index] !== value) || view.getUint32(12) !== 0x49484452) return 'Expected a PNG, but the file is something else';
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width !== frameWidth || height !== frameHeight) return `Expected a PNG of ${frameWidth}×${frameHeight}, but it is ${width}×${height}`;
  if (view.getUint32(bytes.length - 8) !== 0x49454e44) return 'Expected a whole PNG, but its end is missing';
  return undefined;
}

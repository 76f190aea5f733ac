import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from '@jest/globals';
import { drawSlide } from '../testing/slides.ts';
import { slideProblem } from './slide-png.ts';

describe('slide', () => {
  it('is fine as a PNG of 1920×1080', () => {
    expect(slideProblem(drawSlide(1))).toBeUndefined();
  });

  it.each([
    ['a PNG of another size', () => drawSlide(1, { width: 1280, height: 720 }), 'Expected a PNG of 1920×1080, but it is 1280×720'],
    ['a JPEG', () => createCanvas(1920, 1080).toBuffer('image/jpeg'), 'Expected a PNG, but the file is something else'],
    ['an empty file', () => new Uint8Array(0), 'Expected a PNG, but the file is something else'],
    ['a PNG that was cut off', () => drawSlide(1).subarray(0, 5_000), 'Expected a whole PNG, but its end is missing'],
  ])('is refused as %s', (_, bytes, problem) => {
    expect(slideProblem(bytes())).toBe(problem);
  });
});

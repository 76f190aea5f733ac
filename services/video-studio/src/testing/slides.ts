import { createCanvas } from '@napi-rs/canvas';

/** A slide that differs from others by its number. Default: the film's size. */
export function drawSlide(number: number, { width = 1920, height = 1080 } = {}): Uint8Array {
  const canvas = createCanvas(width, height);
  const pen = canvas.getContext('2d');
  pen.fillStyle = `hsl(${(number * 67) % 360}, 45%, ${number % 2 === 0 ? 25 : 80}%)`;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = number % 2 === 0 ? '#fff' : '#000';
  for (let row = 0; row < 8; row += 1) pen.fillRect(200, 200 + row * 80, 300 + ((row * 137 + number * 211) % 1200), 30);
  return canvas.toBuffer('image/png');
}

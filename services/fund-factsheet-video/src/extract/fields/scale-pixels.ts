/** Colours in a drawn scale: which of several areas stands out, and where a row of boxes has its filled one. */
import type { Box } from '../../extracted.ts';
import type { Pixels } from '../../pdf/pdf-page.ts';

type Colour = readonly [number, number, number];

interface Area { readonly mode: Colour; readonly second: Colour | undefined }

/** The index of the one area that differs from all others in its ground or in its ink; undefined in any doubt. */
export function outlierAmong(pixels: Pixels, areas: readonly Box[]): number | undefined {
  const read = areas.map((area) => coloursOf(pixels, area));
  const byGround = onlyOutlier(read.map((area) => area.mode));
  if (byGround !== undefined) return byGround;
  // A scale in the colours of a traffic light: the chosen step's digit is often white on a fuller colour.
  const grounds = read.map((area) => area.mode);
  const ink = onlyOutlier(read.map((area) => area.second ?? [255, 255, 255]));
  const sameGround = grounds.every((colour) => apart(colour, grounds[0] as Colour) < 40);
  return sameGround ? undefined : ink;
}

function onlyOutlier(colours: readonly Colour[]): number | undefined {
  const outliers = colours.flatMap((colour, index) => {
    const others = colours.filter((_, at) => at !== index);
    const alike = others.every((other) => apart(other, others[0] as Colour) < 36);
    return alike && others.every((other) => apart(other, colour) > 60) ? [index] : [];
  });
  return outliers.length === 1 ? outliers[0] : undefined;
}

function coloursOf(pixels: Pixels, [x0, y0, x1, y1]: Box): Area {
  const counts = new Map<number, number>();
  const top = Math.max(0, Math.round((pixels.box[3] - y1) * pixels.scale));
  const bottom = Math.min(pixels.height, Math.round((pixels.box[3] - y0) * pixels.scale));
  const left = Math.max(0, Math.round((x0 - pixels.box[0]) * pixels.scale));
  const right = Math.min(pixels.width, Math.round((x1 - pixels.box[0]) * pixels.scale));
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const key = keyAt(pixels, x, y);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const ranked = [...counts].sort((a, b) => b[1] - a[1]);
  const mode = colourOf(ranked[0]?.[0] ?? 0xfff);
  const second = ranked.map(([key]) => colourOf(key)).find((colour) => apart(colour, mode) > 90);
  return { mode, second };
}

/** Sixteen steps a channel: anti-aliasing and JPEG noise fall together. */
function keyAt(pixels: Pixels, x: number, y: number): number {
  const at = (y * pixels.width + x) * 4;
  const [r = 255, g = 255, b = 255] = pixels.rgba.subarray(at, at + 3);
  return ((r >> 4) << 8) | ((g >> 4) << 4) | (b >> 4);
}

function colourOf(key: number): Colour {
  return [((key >> 8) & 15) * 17, ((key >> 4) & 15) * 17, (key & 15) * 17];
}

function apart(a: Colour, b: Colour): number {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
}

export interface FilledBox { readonly index: number; readonly count: 5 | 7 }

/**
 * A row of five or seven equal boxes, one of them filled. Every line of pixels that crosses the filled box shows it as
 * one run of one colour; the row's ends come from its outline or its fainter boxes. All lines must agree.
 */
export function filledBoxIn(pixels: Pixels): FilledBox | undefined {
  const votes = new Map<string, number>();
  for (let y = 0; y < pixels.height; y += 1) {
    const reading = readLine(pixels, y);
    if (reading !== undefined) votes.set(`${reading.index}/${reading.count}`, (votes.get(`${reading.index}/${reading.count}`) ?? 0) + 1);
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1]);
  const [best, next] = ranked;
  // Boxes are at least 6 points high; a single line that looks like a box is a coincidence.
  if (best === undefined || best[1] < 3 * pixels.scale || (next !== undefined && next[1] > best[1] * 0.34)) return undefined;
  const [index = '', count = ''] = best[0].split('/');
  return { index: Number(index), count: Number(count) as 5 | 7 };
}

interface Run { readonly from: number; readonly to: number; readonly colour: Colour }

function readLine(pixels: Pixels, y: number): FilledBox | undefined {
  const runs: Run[] = [];
  let start = 0;
  for (let x = 1; x <= pixels.width; x += 1) {
    if (x < pixels.width && apart(colourOf(keyAt(pixels, x, y)), colourOf(keyAt(pixels, start, y))) < 30) continue;
    runs.push({ from: start, to: x, colour: colourOf(keyAt(pixels, start, y)) });
    start = x;
  }
  const white = (colour: Colour): boolean => apart(colour, [255, 255, 255]) < 24;
  const inked = runs.filter((run) => !white(run.colour));
  const first = inked[0];
  const last = inked.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const whole = last.to - first.from;
  if (whole < 50 * pixels.scale) return undefined;
  const boxes = joined(runs, white).filter((run) => run.to - run.from > whole * 0.1 && run.to - run.from < whole * 0.24);
  const grounds = boxes.filter((run) => !white(run.colour));
  // All boxes are inked when the others are grey: the odd one out is the filled one.
  const odd = grounds.length === 1 ? grounds[0] : oddOne(grounds);
  if (odd === undefined) return undefined;
  const width = odd.to - odd.from;
  for (const count of [7, 5] as const) {
    const step = whole / count;
    const index = Math.round((odd.from - first.from) / step);
    if (Math.abs(width - step) < step * 0.16 && Math.abs(odd.from - first.from - index * step) < step * 0.16 && index >= 0 && index < count) return { index, count };
  }
  return undefined;
}

/** Runs of one colour that a digit's strokes interrupt are one box. */
function joined(runs: readonly Run[], white: (colour: Colour) => boolean): Run[] {
  const boxes: Run[] = [];
  for (const run of runs) {
    const last = boxes.at(-1);
    const gap = last === undefined ? 0 : run.from - last.to;
    if (last !== undefined && !white(run.colour) && apart(last.colour, run.colour) < 30 && gap < (last.to - last.from) * 0.9) boxes.splice(-1, 1, { ...last, to: run.to });
    else if (!(white(run.colour) && last !== undefined && run.to - run.from < 6)) boxes.push(run);
  }
  return boxes;
}

function oddOne(runs: readonly Run[]): Run | undefined {
  if (runs.length < 3) return undefined;
  const odd = runs.filter((run) => {
    const others = runs.filter((other) => other !== run);
    return others.every((other) => apart(other.colour, run.colour) > 60) && others.every((other) => apart(other.colour, (others[0] as Run).colour) < 36);
  });
  return odd.length === 1 ? odd[0] : undefined;
}

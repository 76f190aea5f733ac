/** How large a process was after how much work. Pure. */
export interface MemoryPoint {
  /** Units of work done so far. */
  readonly done: number;
  readonly bytes: number;
}

const MIB = 2 ** 20;

export class MemoryCurve {
  readonly #points: MemoryPoint[] = [];

  add(point: MemoryPoint): void {
    this.#points.push(point);
  }

  peakMiB(): number {
    return Math.max(...this.#points.map(({ bytes }) => bytes)) / MIB;
  }

  /** The middle one of those taken from `from` to `to`; NaN where there is none. */
  medianMiB(from: number, to: number): number {
    const sizes = this.#within(from, to).map(({ bytes }) => bytes).sort((a, b) => a - b);
    return sizes.length === 0 ? Number.NaN : sizes[Math.floor(sizes.length / 2)]! / MIB;
  }

  /** By how much it grows with each `unit` of work from `from` on: the slope of the line of least squares. NaN where it has no two different points. */
  growthMiB({ from, unit }: { readonly from: number; readonly unit: number }): number {
    const points = this.#within(from, Infinity);
    const mean = (of: (point: MemoryPoint) => number): number => points.reduce((sum, point) => sum + of(point), 0) / points.length;
    const middle = { done: mean(({ done }) => done), bytes: mean(({ bytes }) => bytes) };
    const together = mean(({ done, bytes }) => (done - middle.done) * (bytes - middle.bytes));
    return ((together / mean(({ done }) => (done - middle.done) ** 2)) * unit) / MIB;
  }

  #within(from: number, to: number): readonly MemoryPoint[] {
    return this.#points.filter(({ done }) => done >= from && done <= to);
  }
}

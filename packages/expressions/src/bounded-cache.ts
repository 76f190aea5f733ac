/**
 * What was compiled, by its text. A memo: it changes nothing that can be seen but the time.
 *
 * Two generations: what is used stays, what is not used for a whole generation goes, and no more than `size` twice are held.
 */
export class BoundedCache<T> {
  readonly #size: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  constructor(size: number) {
    this.#size = size;
  }

  get(text: string): T | undefined {
    const found = this.#young.get(text);
    if (found !== undefined) return found;
    const earlier = this.#old.get(text);
    if (earlier !== undefined) this.set(text, earlier);
    return earlier;
  }

  set(text: string, compiled: T): void {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, compiled);
  }
}

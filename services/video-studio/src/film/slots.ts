/** Lets a fixed number of films be made at once; the others wait in order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Waits for a slot. @returns the function that gives it back; further calls of it do nothing.
   * @throws the signal's reason when aborted while waiting.
   */
  async take(signal: AbortSignal, onWait?: (filmsBefore: number) => void): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      onWait?.(this.#waiting.length + 1);
      await new Promise<void>((resolve, reject) => {
        const mine = (): void => { signal.removeEventListener('abort', give); resolve(); };
        const give = (): void => { this.#waiting.splice(this.#waiting.indexOf(mine), 1); reject(signal.reason as Error); };
        this.#waiting.push(mine);
        signal.addEventListener('abort', give, { once: true });
      });
    }
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1; else next();
    };
  }
}

/**
 * Whether many records pass. Under load a wait of a few milliseconds turns many small requests into few full ones, which
 * cost broker and client far less; a lone record must never wait. So whoever could gather asks here first.
 */
export class Traffic {
  readonly #nowMs: () => number;
  #windowStartMs: number;
  #records = 0;
  #heavy = false;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#windowStartMs = nowMs();
  }

  passed(records: number): void {
    this.#turn();
    this.#records += records;
  }

  /** Whether the last full window had at least HEAVY_PER_SECOND records a second. */
  get heavy(): boolean {
    this.#turn();
    return this.#heavy;
  }

  #turn(): void {
    const elapsedMs = this.#nowMs() - this.#windowStartMs;
    if (elapsedMs < WINDOW_MS) return;
    this.#heavy = (this.#records * 1_000) / elapsedMs >= HEAVY_PER_SECOND;
    this.#windowStartMs += elapsedMs;
    this.#records = 0;
  }
}

/** How long to gather under load. Below what a request takes by itself then. */
export const GATHERING_MS = 5;
/** Long enough that one burst of a few records is no load. */
const WINDOW_MS = 50;
const HEAVY_PER_SECOND = 300;

/** So many a second on average, and as many as it holds after a quiet time. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #holds: number;
  /** In thousandths, so that nothing is lost in fractions however often it is asked. */
  #thousandths: number;
  #filledMs: number;

  constructor({ perSecond, holds }: { readonly perSecond: number; readonly holds: number }, nowMs: number) {
    this.#perSecond = perSecond;
    this.#holds = holds;
    this.#thousandths = holds * 1_000;
    this.#filledMs = nowMs;
  }

  /** Whole tokens that are there. */
  available(nowMs: number): number {
    // A clock that goes backwards gives nothing and takes nothing.
    const passedMs = Math.max(0, nowMs - this.#filledMs);
    this.#thousandths = Math.min(this.#holds * 1_000, this.#thousandths + passedMs * this.#perSecond);
    this.#filledMs = nowMs;
    return Math.max(0, Math.floor(this.#thousandths / 1_000));
  }

  /** More than are there leaves a debt. */
  take(count: number): void {
    this.#thousandths -= count * 1_000;
  }
}

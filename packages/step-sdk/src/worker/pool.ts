/**
 * Who may run now. So many attempts run at once in the process, and so many of one step; the others wait in the order
 * they came, and one that its step's own limit holds back lets others pass.
 */
export interface Place {
  readonly step: string;
  /** Of this step at once; absent: as many as the pool has. */
  readonly stepLimit: number | undefined;
  start(): void;
}

export class Pool {
  readonly #limit: number;
  readonly #full: (isFull: boolean) => void;
  readonly #waiting: Place[] = [];
  readonly #running = new Set<Place>();
  #wasFull = false;

  /** @param full told when no more should be taken, and when again. */
  constructor(limit: number, full: (isFull: boolean) => void) {
    this.#limit = limit;
    this.#full = full;
  }

  enter(place: Place): void {
    this.#waiting.push(place);
    this.#admit();
  }

  /** Ends a place, running or waiting; doing it twice is harmless. */
  leave(place: Place): void {
    const index = this.#waiting.indexOf(place);
    if (index >= 0) this.#waiting.splice(index, 1);
    this.#running.delete(place);
    this.#admit();
  }

  #admit(): void {
    for (let i = 0; i < this.#waiting.length && this.#running.size < this.#limit; ) {
      const place = this.#waiting[i]!;
      if (this.#runningOf(place.step) >= (place.stepLimit ?? this.#limit)) {
        i += 1;
        continue;
      }
      this.#waiting.splice(i, 1);
      this.#running.add(place);
      place.start();
    }
    // Commands that their step's own limit holds back may wait, but not without bound.
    const isFull = this.#running.size >= this.#limit || this.#waiting.length >= 4 * this.#limit;
    if (isFull === this.#wasFull) return;
    this.#wasFull = isFull;
    this.#full(isFull);
  }

  #runningOf(step: string): number {
    let count = 0;
    for (const place of this.#running) if (place.step === step) count += 1;
    return count;
  }
}

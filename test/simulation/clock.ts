/** Time of a simulated world: it stands still until everything that could run has run, then jumps to what is due next. */
export class WorldClock {
  #nowMs: number;
  #sequence = 0;
  /** A binary heap by due time, then by registration. */
  readonly #heap: Task[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** @returns a function that takes it back. */
  after(delayMs: number, run: () => void): () => void {
    const task: Task = { dueMs: this.#nowMs + Math.max(0, Math.ceil(delayMs)), sequence: this.#sequence++, run };
    this.#push(task);
    return () => (task.run = undefined);
  }

  /** Runs what is due next. @returns whether there was anything. */
  step(): boolean {
    for (let task = this.#pop(); task !== undefined; task = this.#pop()) {
      if (task.run === undefined) continue;
      this.#nowMs = task.dueMs;
      task.run();
      return true;
    }
    return false;
  }

  /** Runs all that is due up to then, for those who have a time of their own. */
  runTo(nowMs: number): void {
    while ((this.#heap[0]?.dueMs ?? Number.POSITIVE_INFINITY) <= nowMs && this.step());
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  #pop(): Task | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return top;
      const least = left + 1 < heap.length && before(heap[left + 1]!, heap[left]!) ? left + 1 : left;
      if (!before(heap[least]!, heap[at]!)) return top;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

interface Task {
  readonly dueMs: number;
  readonly sequence: number;
  run: (() => void) | undefined;
}

const before = (a: Task, b: Task): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);

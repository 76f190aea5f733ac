/** Time as the runtime sees it; moved by hand in tests. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Runs `task` once after the delay. @returns a function that takes it back. */
  after(delayMs: number, task: () => void): () => void;
}

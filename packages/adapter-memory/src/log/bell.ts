/** Wakes one waiting loop. A ring while nobody waits is remembered, so a loop that looks, finds nothing and then waits misses nothing. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}

/** The next turn of the event loop: deliveries take one each, so that timers and sockets are served between them. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

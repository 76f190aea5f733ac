/** How far a partition is done when its records finish out of order: up to the first one that is not. */
export class Positions {
  readonly #handed = new Map<number, { readonly offset: number; done: boolean }[]>();

  handedOver(partition: number, offset: number): void {
    const entries = this.#handed.get(partition);
    if (entries === undefined) this.#handed.set(partition, [{ offset, done: false }]);
    else entries.push({ offset, done: false });
  }

  /** @returns the offset of the next record to be handed over after a restart, where it has moved. */
  done(partition: number, offset: number): number | undefined {
    const entries = this.#handed.get(partition);
    const entry = entries?.find((candidate) => candidate.offset === offset);
    if (entries === undefined || entry === undefined) return undefined;
    entry.done = true;
    let contiguous = 0;
    while (contiguous < entries.length && entries[contiguous]!.done) contiguous++;
    if (contiguous === 0) return undefined;
    return entries.splice(0, contiguous).at(-1)!.offset + 1;
  }
}

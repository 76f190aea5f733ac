/** What a run has been told, in the model of its program: each signal once by its id, and of those with one name the oldest is taken first. */
import type { Json } from '@baton/contracts';

export interface Told {
  readonly id: string;
  readonly name: string;
  readonly data: Json;
}

export class Mailbox {
  #kept: readonly Told[];
  readonly #known: Set<string>;
  readonly #knewBefore: (id: string) => boolean;

  /** @param before what the run before in the chain leaves: what nobody has taken, and whether it knows an id. */
  constructor(before: { readonly kept: readonly Told[]; readonly knows: (id: string) => boolean } = { kept: [], knows: () => false }) {
    this.#kept = before.kept;
    this.#known = new Set(before.kept.map(({ id }) => id));
    this.#knewBefore = before.knows;
  }

  /** Ids of those that nobody has taken. */
  get ids(): readonly string[] {
    return this.#kept.map(({ id }) => id);
  }

  knows(id: string): boolean {
    return this.#known.has(id) || this.#knewBefore(id);
  }

  has(name: string): boolean {
    return this.#kept.some((told) => told.name === name);
  }

  put(told: Told): void {
    this.#known.add(told.id);
    this.#kept = [...this.#kept, told];
  }

  take(name: string): Told | undefined {
    const oldest = this.#kept.find((told) => told.name === name);
    this.#kept = this.#kept.filter((told) => told !== oldest);
    return oldest;
  }
}

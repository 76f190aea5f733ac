/** What a run of the model undoes before it ends otherwise than well, and how far it has come. */
import type { Json } from '@baton/contracts';
import { canonical } from './canonical.ts';

/** Of the platform, for whoever says nothing of retries. */
const PLATFORM_RETRIES = 3;

export interface Kept {
  /** Where it was done. */
  readonly place: string;
  /** What undoes it is given this. */
  readonly input: Json;
  readonly retries: number | undefined;
}

export const undoPlace = (place: string): string => `the undoing of ${place}`;
export const keeps = (place: string, input: Json): string => `can undo ${place} with ${canonical(input)}`;
export const undoes = (place: string, attempt: number, input: Json): string => `has attempt ${attempt} at ${place} with ${canonical(input)}`;
export const parks = (place: string): string => `is parked by ${place}`;

/** What goes on with it. */
export type UndoHappening = { readonly kind: 'succeeded' | 'failed' | 'released'; readonly place: string; readonly attempt: number } | { readonly kind: 'backoff'; readonly place: string } | { readonly kind: 'retry' } | { readonly kind: 'skip' };

interface Now extends Kept {
  attempt: number;
  retried: number;
  waits: 'attempt' | 'backoff' | 'operator';
}

/** The newest first, one after the other. */
export class Undoing {
  readonly #kept: Kept[] = [];
  #now: Now | undefined;

  keep(kept: Kept): void {
    this.#kept.push(kept);
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  /** Nothing more of it is left. */
  get isOver(): boolean {
    return this.isEmpty && this.#now === undefined;
  }

  get waitsForOperator(): boolean {
    return this.#now?.waits === 'operator';
  }

  /** The attempt that is open. */
  get open(): { readonly place: string; readonly attempt: number } | undefined {
    return this.#now?.waits === 'attempt' ? { place: undoPlace(this.#now.place), attempt: this.#now.attempt } : undefined;
  }

  /** @returns what the run does then. */
  next(): string[] {
    const kept = this.#kept.pop();
    this.#now = kept === undefined ? undefined : { ...kept, attempt: 0, retried: 0, waits: 'attempt' };
    return this.#now === undefined ? [] : this.#try(this.#now);
  }

  /** @returns what the run does then; or, as a text, why that cannot happen. */
  happens(what: UndoHappening): string[] | string {
    const now = this.#now;
    if (now === undefined) return 'nothing is being undone';
    const waits = what.kind === 'retry' || what.kind === 'skip' ? 'operator' : what.kind === 'backoff' ? 'backoff' : 'attempt';
    if ('place' in what && what.place !== undoPlace(now.place)) return `${undoPlace(now.place)} is under way, and not ${what.place}`;
    if (now.waits !== waits || ('attempt' in what && what.attempt !== now.attempt)) return `${undoPlace(now.place)} waits for ${now.waits} ${now.attempt}`;
    switch (what.kind) {
      case 'succeeded':
      case 'skip':
        return this.next();
      case 'retry':
        now.retried = 0;
        return this.#try(now);
      case 'released':
      case 'backoff':
        return this.#try(now);
      case 'failed': {
        const again = now.retried < (now.retries ?? PLATFORM_RETRIES);
        now.retried++;
        now.waits = again ? 'backoff' : 'operator';
        return again ? [] : [parks(undoPlace(now.place))];
      }
    }
  }

  #try(now: Now): string[] {
    now.waits = 'attempt';
    now.attempt++;
    return [undoes(undoPlace(now.place), now.attempt, now.input)];
  }
}

import { OperatingError, type DeadLetter } from '@baton/contracts';
import type { DeadLetterIndex } from '@baton/ports';
import type { Session } from '../session.ts';

export class DeadLetterTable {
  position = 0;
  /** Oldest first. */
  readonly letters = new Map<string, { readonly letter: DeadLetter; readonly place: number; replayedMs?: number }>();
  #places = 0;

  add(letter: DeadLetter): void {
    if (!this.letters.has(letter.id)) this.letters.set(letter.id, { letter, place: ++this.#places });
  }

  wipe(): void {
    this.position = 0;
    this.letters.clear();
  }
}

/** Letters kept; the oldest go first. The topic keeps all that its own limit allows. */
const KEEP_LETTERS = 10_000;

export function deadLetterIndex(table: DeadLetterTable, session: Session): DeadLetterIndex {
  const shown = (entry: { readonly letter: DeadLetter; readonly replayedMs?: number }) => ({ ...entry.letter, ...(entry.replayedMs !== undefined && { replayedMs: entry.replayedMs }) });
  return {
    async position() {
      session.check();
      return table.position;
    },
    async add(letters, nextOffset) {
      session.check();
      for (const letter of letters) table.add(letter);
      table.position = Math.max(table.position, nextOffset);
      for (const id of table.letters.keys()) {
        if (table.letters.size <= KEEP_LETTERS) break;
        table.letters.delete(id);
      }
    },
    async get(id) {
      session.check();
      const entry = table.letters.get(id);
      return entry && shown(entry);
    },
    async list({ limit, cursor }) {
      session.check();
      const before = cursor === undefined ? Infinity : readCursor(cursor);
      const found = [...table.letters.values()].filter(({ place }) => place < before).reverse();
      const page = found.slice(0, limit);
      return { letters: page.map(shown), ...(found.length > limit && page.length > 0 && { nextCursor: String(page.at(-1)!.place) }) };
    },
    async markReplayed(id, atMs) {
      session.check();
      const entry = table.letters.get(id);
      if (entry === undefined) throw new OperatingError('unknown_dead_letter', `There is no dead letter ${id}`, { retry: 'no' });
      const before = entry.replayedMs;
      if (before === undefined) entry.replayedMs = atMs;
      return before;
    },
    async unmarkReplayed(id) {
      session.check();
      delete table.letters.get(id)?.replayedMs;
    },
  };
}

function readCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw new OperatingError('schema', 'Expected a cursor that a list has answered', { retry: 'no' });
  return Number(cursor);
}

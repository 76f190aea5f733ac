import { OperatingError, type DeadLetter } from '@baton/contracts';
import type { DeadLetterIndex } from '@baton/ports';
import type { ViewParts } from './state-index.ts';

/** Letters kept; the oldest go first. The topic keeps all that its own retention allows. */
const KEEP_LETTERS = 10_000;

type Shown = DeadLetter & { readonly replayedMs?: number };

export function deadLetterIndex({ connection, keys }: Pick<ViewParts, 'connection' | 'keys'>): DeadLetterIndex {
  const { script, command } = connection;
  const { position, letters, order, replayed } = keys.letters;
  return {
    async position() {
      return Number((await command('reading the position', (client) => client.get(position))) ?? 0);
    },

    async add(added, nextOffset) {
      await script('add-letters-4', [position, letters, order, replayed], [nextOffset, KEEP_LETTERS, ...added.flatMap((letter) => [letter.id, JSON.stringify(letter)])]);
    },

    async get(id) {
      const [letter, at] = await command('reading a dead letter', (client) => Promise.all([client.hget(letters, id), client.hget(replayed, id)]));
      return letter === null ? undefined : shown(letter, at);
    },

    async list({ limit, cursor }) {
      const below = cursor === undefined ? '+inf' : `(${readCursor(cursor)}`;
      const found = await command('listing dead letters', (client) => client.zrevrangebyscore(order, below, '-inf', 'WITHSCORES', 'LIMIT', 0, limit + 1));
      const ids = found.filter((_, i) => i % 2 === 0).slice(0, limit);
      if (ids.length === 0) return { letters: [] };
      const [bodies, marks] = await command('listing dead letters', (client) => Promise.all([client.hmget(letters, ...ids), client.hmget(replayed, ...ids)]));
      const page = bodies.flatMap((body, i) => (body === null ? [] : [shown(body, marks[i] ?? null)]));
      return { letters: page, ...(found.length > 2 * limit && { nextCursor: found[2 * limit - 1]! }) };
    },

    async markReplayed(id, atMs) {
      const before = (await script('mark-replayed-2', [letters, replayed], [id, atMs])) as string;
      if (before === 'UNKNOWN') throw new OperatingError('unknown_dead_letter', `There is no dead letter ${id}`, { retry: 'no' });
      return before === '' ? undefined : Number(before);
    },

    async unmarkReplayed(id) {
      await command('taking a mark back', (client) => client.hdel(replayed, id));
    },
  };
}

const shown = (letter: string, replayedMs: string | null): Shown => ({ ...(JSON.parse(letter) as DeadLetter), ...(replayedMs !== null && { replayedMs: Number(replayedMs) }) });

function readCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw new OperatingError('schema', 'Expected a cursor that a list has answered', { retry: 'no' });
  return Number(cursor);
}

/**
 * How the view holds the entries of runs: those of one transition as one, since they share what is not their event, and a stream
 * with a quarter of the entries costs Redis a quarter. One alone is written as it is.
 */
import type { HistoryEntry } from '@baton/contracts';

export interface PackedEntries {
  readonly seq: number;
  readonly count: number;
  readonly text: string;
}

type Packed = Omit<HistoryEntry, 'event'> & { readonly events: readonly HistoryEntry['event'][] };

/** @param entries in the order of their transitions. */
export function packed(entries: readonly HistoryEntry[]): PackedEntries[] {
  const found: PackedEntries[] = [];
  for (let from = 0, to = 0; from < entries.length; from = to) {
    const first = entries[from]!;
    for (to = from + 1; to < entries.length && ofOne(first, entries[to]!); ) to++;
    const { seq, tsMs, cause } = first;
    const text = JSON.stringify(to - from === 1 ? first : ({ seq, tsMs, cause, events: entries.slice(from, to).map(({ event }) => event) } satisfies Packed));
    found.push({ seq, count: to - from, text });
  }
  return found;
}

const ofOne = (a: HistoryEntry, b: HistoryEntry): boolean => a.seq === b.seq && a.tsMs === b.tsMs && a.cause === b.cause;

export function unpacked(text: string): HistoryEntry[] {
  const read = JSON.parse(text) as HistoryEntry | Packed;
  if (!('events' in read)) return [read];
  const { events, ...shared } = read;
  return events.map((event) => ({ ...shared, event }));
}

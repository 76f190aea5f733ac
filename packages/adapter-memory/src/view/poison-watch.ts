import type { Aftermath, PoisonWatch } from '@baton/ports';
import type { Session } from '../session.ts';

interface Noted {
  readonly epoch: number;
  ended: boolean;
  deciding: number | undefined;
  suspect: { readonly offset: number; readonly epochs: readonly number[] } | undefined;
}

/** Of all partitions; shared by all connections. */
export type PoisonTable = Map<number, Noted>;

/** @param session of the process that asks. */
export function poisonWatch(table: PoisonTable, session: Pick<Session, 'check'>): PoisonWatch {
  const noted = (partition: number, epoch: number): Noted | undefined => {
    session.check();
    const found = table.get(partition);
    return found?.epoch === epoch ? found : undefined;
  };
  return {
    async begin(partition, { epoch, position }) {
      session.check();
      const before = table.get(partition);
      if (before !== undefined && before.epoch >= epoch) return { died: false };
      const died = before !== undefined && !before.ended;
      const suspect = forgotten(suspectAfter(before, died), position);
      table.set(partition, { epoch, ended: false, deciding: undefined, suspect });
      return aftermath(died, suspect);
    },
    async deciding(partition, { epoch, offset }) {
      const found = noted(partition, epoch);
      if (found !== undefined && !found.ended) found.deciding = offset;
    },
    async decided(partition, { epoch, offset }) {
      const found = noted(partition, epoch);
      if (found === undefined) return;
      if (found.deciding === offset) found.deciding = undefined;
      if (found.suspect?.offset === offset) found.suspect = undefined;
    },
    async ended(partition, { epoch }) {
      const own = noted(partition, epoch);
      if (own !== undefined) {
        own.ended = true;
        own.deciding = undefined;
        return;
      }
      const later = table.get(partition);
      if (later?.suspect === undefined) return;
      const epochs = later.suspect.epochs.filter((one) => one !== epoch);
      later.suspect = epochs.length === 0 ? undefined : { ...later.suspect, epochs };
    },
  };
}

function suspectAfter(before: Noted | undefined, died: boolean): Noted['suspect'] {
  if (!died || before?.deciding === undefined) return before?.suspect;
  const epochs = before.suspect?.offset === before.deciding ? before.suspect.epochs : [];
  return { offset: before.deciding, epochs: [...epochs, before.epoch] };
}

const forgotten = (suspect: Noted['suspect'], position: number): Noted['suspect'] => (suspect !== undefined && suspect.offset >= position ? suspect : undefined);

const aftermath = (died: boolean, suspect: Noted['suspect']): Aftermath => ({ died, ...(suspect !== undefined && { suspect: { offset: suspect.offset, deaths: suspect.epochs.length } }) });

import type { PoisonWatch } from '@baton/ports';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/** Longer than any process needs to be started again; nobody reads it afterwards. */
const KEPT_MS = 7 * 86_400_000;

export function poisonWatch({ connection: { script }, keys }: { readonly connection: Connection; readonly keys: Keys }): PoisonWatch {
  const say = (what: 'begin' | 'deciding' | 'decided' | 'ended', partition: number, epoch: number, offset: number | ''): Promise<unknown> => script('poison-1', [keys.poison(partition)], [what, epoch, offset, KEPT_MS]);
  return {
    async begin(partition, { epoch, position }) {
      const [died, offset, deaths] = (await say('begin', partition, epoch, position)) as [string, string, number];
      return { died: died === '1', ...(offset !== '' && { suspect: { offset: Number(offset), deaths } }) };
    },
    deciding: async (partition, { epoch, offset }) => void (await say('deciding', partition, epoch, offset)),
    decided: async (partition, { epoch, offset }) => void (await say('decided', partition, epoch, offset)),
    ended: async (partition, { epoch }) => void (await say('ended', partition, epoch, '')),
  };
}

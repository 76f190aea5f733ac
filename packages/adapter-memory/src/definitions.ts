import { definitionKey } from '@baton/contracts';
import type { Definitions } from '@baton/ports';
import { bytesOf } from './bytes.ts';
import { follow } from './follow.ts';
import type { PortParts } from './port-parts.ts';

export function definitions({ broker, names, session, clock }: PortParts): Definitions {
  const topic = names.definitions;
  const append = async (lines: readonly { readonly key: string; readonly value: Uint8Array | null }[]): Promise<void> => {
    session.check();
    if (lines.length === 0) return;
    const timestampMs = clock.nowMs();
    await broker.append(topic, 0, lines.map((line) => ({ ...line, headers: {}, timestampMs })));
    session.check();
  };
  return {
    topic,
    publish: (records) => append(records.map((record) => ({ key: definitionKey(record), value: bytesOf(JSON.stringify(record)) }))),
    takeBack: (keys) => append(keys.map((key) => ({ key, value: null }))),
    async follow(seen) {
      session.check();
      const log = broker.log(topic, 0);
      const end = log.next;
      // What is there already is read in this call; the rest comes by itself.
      let position = log.first;
      while (position < end) {
        const records = log.read(position);
        if (records.length === 0) break;
        position = records.at(-1)!.offset + 1;
        seen(records);
      }
      return follow(log, position, session, (records) => seen(records));
    },
  };
}

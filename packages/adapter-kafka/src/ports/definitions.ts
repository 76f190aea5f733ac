import { definitionKey } from '@baton/contracts';
import type { Definitions } from '@baton/ports';
import type { KafkaSettings } from '../options.ts';
import type { Writer } from '../produce/writer.ts';
import { follow, type Following } from '../read/follow.ts';

export function createDefinitions(settings: KafkaSettings, plan: { readonly topic: string; readonly writer: Writer; readonly followings: Set<Following> }): Definitions {
  const { topic, writer, followings } = plan;
  return {
    topic,
    async publish(records) {
      await writer.write(records.map((record) => ({ topic, partition: 0, key: definitionKey(record), value: JSON.stringify(record) })));
    },
    async takeBack(keys) {
      await writer.write(keys.map((key) => ({ topic, partition: 0, key, value: null })));
    },
    async follow(seen) {
      const following = await follow(settings, { topic, from: 0, seen });
      followings.add(following);
      await following.caughtUp;
      return { stop: () => following.stop().finally(() => followings.delete(following)) };
    },
  };
}

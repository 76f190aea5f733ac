import { OperatingError } from '@baton/contracts';
import type { DeadLetters } from '@baton/ports';
import type { KafkaSettings } from '../options.ts';
import type { Writer } from '../produce/writer.ts';
import { follow, type Following } from '../read/follow.ts';
import type { TopicCatalogue } from '../topics/catalogue.ts';

export function createDeadLetters(settings: KafkaSettings, plan: { readonly catalogue: TopicCatalogue; readonly writer: Writer; readonly followings: Set<Following> }): DeadLetters {
  const { catalogue, writer, followings } = plan;
  const { names } = catalogue;
  const topic = names.deadLetters;

  /** Where a record came from and may go back to; the history is written by lanes alone, and a dead letter is no place to go. */
  const refusal = (target: string): string | undefined => {
    if (!target.startsWith(`baton.${settings.namespace}.`)) return `it is no topic of namespace ${settings.namespace}`;
    const service = /^baton\.[^.]+\.cmd\.(.+)\.v1$/.exec(target)?.[1];
    if (target === names.requests || target === names.inbox || target === names.definitions || service !== undefined) return undefined;
    return 'only requests, inbox, definitions and command topics take records back';
  };

  return {
    async put(letters) {
      await writer.write(letters.map((letter) => ({ topic, partition: 0, key: letter.key, value: JSON.stringify(letter), headers: { 'baton-dead-letter': letter.id, 'baton-reason': letter.reason } })));
    },
    async follow(from, seen) {
      const following = await follow(settings, { topic, from, seen });
      followings.add(following);
      return { stop: () => following.stop().finally(() => followings.delete(following)) };
    },
    async resend({ topic: target, partition, key, value, headers }) {
      const why = refusal(target);
      if (why !== undefined) throw new OperatingError('invalid_input', `A record cannot be sent to ${target} again: ${why}`, { retry: 'no' });
      const partitions = await catalogue.require(target);
      if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) throw new OperatingError('invalid_input', `A record cannot be sent to partition ${partition} of ${target} again: it has ${partitions}`, { retry: 'no' });
      await writer.write([{ topic: target, partition, key, value, headers }]);
    },
  };
}

import { partitionOf } from '@baton/contracts';
import type { RequestSender, RequestSource } from '@baton/ports';
import { pause } from '../deadline.ts';
import type { Stretch } from '../group/feed.ts';
import { GroupMember } from '../group/member.ts';
import { groupNames } from '../groups.ts';
import type { KafkaSettings } from '../options.ts';
import type { Writer } from '../produce/writer.ts';
import type { TopicCatalogue } from '../topics/catalogue.ts';

const PAUSE_MS: readonly [number, number] = [500, 10_000];

export function createRequestSource(settings: KafkaSettings, plan: { readonly topic: string; readonly members: Set<GroupMember> }): RequestSource {
  const { topic, members } = plan;
  return {
    topic,
    async subscribe(handler) {
      const underway = new Set<Promise<void>>();
      const handleInOrder = async ({ partition, records }: Stretch, lost: AbortSignal): Promise<void> => {
        for (const record of records) {
          for (let pauseMs = PAUSE_MS[0]; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS[1])) {
            if (lost.aborted) return;
            try {
              await handler.handle(record);
              break;
            } catch (error) {
              settings.log({ level: 'warn', message: 'A request event was not handled; it is tried again after a pause', fields: { topic, partition, offset: record.offset, pauseMs, error: (error as Error).message } });
              await pause(pauseMs, lost);
            }
          }
          member.commit(partition, record.offset + 1);
        }
      };
      const member = await GroupMember.join(settings, {
        groupId: groupNames(settings.namespace).requests,
        topic,
        async deliver(stretch, lost) {
          const handling = handleInOrder(stretch, lost).finally(() => underway.delete(handling));
          underway.add(handling);
          await handling;
        },
        async settled() {
          await Promise.all(underway);
        },
        crashed: (error) => handler.crashed(error),
      });
      members.add(member);
      return { stop: () => member.stop().finally(() => members.delete(member)) };
    },
  };
}

export function createRequestSender(plan: { readonly topic: string; readonly catalogue: TopicCatalogue; readonly writer: Writer }): RequestSender {
  const { topic, catalogue, writer } = plan;
  return {
    async publish({ key, value, headers }) {
      await writer.write([{ topic, partition: partitionOf(key, await catalogue.require(topic)), key, value, headers }]);
    },
  };
}

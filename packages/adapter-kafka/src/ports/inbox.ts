import { partitionOf, type InboxMessage } from '@baton/contracts';
import type { InboxSender, InboxSource } from '@baton/ports';
import { GroupMember } from '../group/member.ts';
import { traceHeaders } from '../headers.ts';
import type { KafkaSettings } from '../options.ts';
import type { OutgoingRecord } from '../produce/outgoing.ts';
import type { Writer } from '../produce/writer.ts';
import type { PartitionReader } from '../read/partition-reader.ts';

export function createInboxSender(plan: { readonly topic: string; readonly partitions: number; readonly writer: Writer }): InboxSender {
  const outgoing = (message: InboxMessage): OutgoingRecord => ({
    topic: plan.topic,
    partition: partitionOf(message.runId, plan.partitions),
    key: message.runId,
    value: JSON.stringify(message),
    headers: traceHeaders(message.trace),
  });
  return { send: async (messages) => plan.writer.write(messages.map(outgoing)) };
}

export function createInboxSource(settings: KafkaSettings, plan: { readonly topic: string; readonly partitions: number; readonly group: string; readonly reader: PartitionReader; readonly members: Set<GroupMember> }): InboxSource {
  const { topic, partitions, group, reader, members } = plan;
  return {
    partitions,
    topic,
    group,
    bounds: (partition) => reader.bounds(topic, partition),
    async subscribe(handler) {
      const member = await GroupMember.join(settings, {
        groupId: group,
        topic,
        assigned: (owned) => handler.assigned(owned),
        deliver: (stretch) => handler.records(stretch),
        crashed: (error) => handler.crashed(error),
      });
      members.add(member);
      return {
        seek: (partition, offset) => member.seek(partition, offset),
        commit: (partition, offset) => member.commit(partition, offset),
        stop: () => member.stop().finally(() => members.delete(member)),
      };
    },
  };
}

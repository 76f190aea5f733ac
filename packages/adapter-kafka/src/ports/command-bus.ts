import { isEmitted, OperatingError, partitionOf, type Command, type PublicEvent } from '@baton/contracts';
import type { CommandBus } from '@baton/ports';
import { STRUCTURED_CLOUDEVENT, traceHeaders } from '../headers.ts';
import type { OutgoingRecord } from '../produce/outgoing.ts';
import type { Writer } from '../produce/writer.ts';
import type { TopicCatalogue } from '../topics/catalogue.ts';

export function createCommandBus(plan: { readonly catalogue: TopicCatalogue; readonly writer: Writer }): CommandBus {
  const { catalogue, writer } = plan;
  const { names } = catalogue;

  return {
    async publish({ commands, events }) {
      const topics = new Map<string, number>();
      const missing = new Set<string>();
      const wanted = new Set(commands.map(({ service }) => names.command(service)));
      const topicOf = (event: PublicEvent): string => (isEmitted(event) ? names.events : names.lifecycle);
      for (const event of events) wanted.add(topicOf(event));
      for (const topic of wanted) {
        const partitions = catalogue.known(topic) ?? (await catalogue.partitions(topic));
        if (partitions === undefined) missing.add(topic);
        else topics.set(topic, partitions);
      }
      const records: OutgoingRecord[] = [];
      for (const command of commands) {
        const topic = names.command(command.service);
        const partitions = topics.get(topic);
        if (partitions !== undefined) records.push(commandRecord(command, topic, partitions));
      }
      for (const event of events) {
        const topic = topicOf(event);
        const partitions = topics.get(topic);
        if (partitions !== undefined) records.push(eventRecord(event, topic, partitions));
      }
      await writer.write(records);
      // What has a topic is out; a service that has none must not hold up the others.
      if (missing.size > 0) {
        await Promise.all([...missing].map((topic) => catalogue.require(topic)));
        throw new OperatingError('topics_mismatch', `The topics ${[...missing].join(', ')} have just come into being; publish again`, { retry: 'yes' });
      }
    },
  };
}

function commandRecord(command: Command, topic: string, partitions: number): OutgoingRecord {
  return {
    topic,
    partition: partitionOf(command.runId, partitions),
    key: command.runId,
    value: JSON.stringify(command),
    headers: traceHeaders(command.t === 'run-step' ? command.trace : undefined),
  };
}

function eventRecord(event: PublicEvent, topic: string, partitions: number): OutgoingRecord {
  const key = isEmitted(event) ? event.runid : event.subject;
  return {
    topic,
    partition: partitionOf(key, partitions),
    key,
    value: JSON.stringify(event),
    // The trace is an attribute of the event itself.
    headers: STRUCTURED_CLOUDEVENT,
  };
}

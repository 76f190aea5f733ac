import { isEmitted, partitionOf } from '@baton/contracts';
import type { CommandBus } from '@baton/ports';
import { bytesOf } from './bytes.ts';
import type { NewRecord } from './log/partition-log.ts';
import type { PortParts } from './port-parts.ts';
import { traceHeaders } from './trace-headers.ts';

export function commandBus({ broker, names, session, clock }: PortParts): CommandBus {
  return {
    async publish({ commands, events }) {
      session.check();
      const timestampMs = clock.nowMs();
      const batches = new Map<string, { topic: string; partition: number; records: NewRecord[] }>();
      const add = (topic: string, key: string, value: unknown, headers: Readonly<Record<string, string>>): void => {
        const partition = partitionOf(key, broker.partitionsOf(topic));
        const id = `${topic}/${partition}`;
        const batch = batches.get(id) ?? { topic, partition, records: [] };
        batch.records.push({ key, value: bytesOf(JSON.stringify(value)), headers, timestampMs });
        batches.set(id, batch);
      };
      for (const command of commands) add(names.command(command.service), command.runId, command, traceHeaders(command.t === 'run-step' ? command.trace : undefined));
      for (const event of events) add(isEmitted(event) ? names.events : names.lifecycle, isEmitted(event) ? event.runid : event.subject, event, { 'content-type': 'application/cloudevents+json; charset=UTF-8' });
      await Promise.all([...batches.values()].map(({ topic, partition, records }) => broker.append(topic, partition, records)));
      session.check();
    },
  };
}

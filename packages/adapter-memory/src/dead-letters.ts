import { OperatingError } from '@baton/contracts';
import type { DeadLetters } from '@baton/ports';
import { bytesOf } from './bytes.ts';
import { follow } from './follow.ts';
import type { PortParts } from './port-parts.ts';

export function deadLetters({ broker, names, session, clock, namespace }: PortParts): DeadLetters {
  const replayable = new RegExp(`^baton\\.${namespace}\\.(requests|inbox|definitions|cmd\\.[A-Za-z0-9][A-Za-z0-9._-]*)\\.v1$`);
  return {
    async put(letters) {
      session.check();
      if (letters.length === 0) return;
      const timestampMs = clock.nowMs();
      await broker.append(names.deadLetters, 0, letters.map((letter) => ({ key: letter.key, value: bytesOf(JSON.stringify(letter)), headers: { 'baton-dead-letter': letter.id }, timestampMs })));
      session.check();
    },
    async follow(from, seen) {
      session.check();
      return follow(broker.log(names.deadLetters, 0), from, session, seen);
    },
    async resend({ topic, partition, key, value, headers }) {
      session.check();
      if (!replayable.test(topic)) {
        throw new OperatingError('not_found', `Expected the requests, inbox, definitions or a command topic of namespace ${namespace} to send a record back to, but found ${topic}`, { retry: 'no' });
      }
      if (partition >= broker.partitionsOf(topic)) {
        throw new OperatingError('not_found', `Expected a partition of ${topic} below ${broker.partitionsOf(topic)}, but found ${partition}`, { retry: 'no' });
      }
      await broker.append(topic, partition, [{ key, value, headers, timestampMs: clock.nowMs() }]);
      session.check();
    },
  };
}

import type { LogRecord } from '@baton/ports';
import { PartitionReader } from './log/partition-reader.ts';
import type { PartitionLog } from './log/partition-log.ts';
import type { Session, SessionMember } from './session.ts';

/** Reads one partition from `from` for ever. @param seen awaited before the next chunk; where it rejects the following ends. */
export function follow(log: PartitionLog, from: number, session: Session, seen: (records: readonly LogRecord[]) => Promise<void> | void): SessionMember {
  const reader = new PartitionReader(log, from);
  const ended = (async () => {
    for (let fetched = await reader.next(); fetched !== undefined; fetched = await reader.next()) await seen(fetched.records);
  })();
  // Whoever stops gets the error; a follower that nobody stops must not end the process.
  ended.catch(() => reader.stop());
  const member: SessionMember = {
    abandon: () => reader.stop(),
    async stop() {
      reader.stop();
      session.remove(member);
      await ended;
    },
  };
  session.add(member);
  return member;
}

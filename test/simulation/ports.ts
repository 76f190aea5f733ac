/** The ports of one simulated process: each call goes over the network of the world, and does there what the real server does. */
import { encodeHistoryRecord, hash128, partitionOf, readHistoryRecord } from '@baton/contracts';
import type { TaskTokens } from '@baton/ports';
import type { ConductorPorts } from '@baton/runtime';
import type { Process } from './process.ts';
import type { World } from './world.ts';

export const tokens: TaskTokens = {
  mint: (key) => hash128(`token\n${key}`),
  verify: (key, token) => token === hash128(`token\n${key}`),
};

const SERVER_CHUNK = 40;

export function portsOf(world: World, process: Process): ConductorPorts {
  const { without, history, view, group, faults } = world;
  const { clock } = process;
  const partitions = world.partitions;
  // For sabotage: what the engine expects next, and whether it has appended since its claim.
  const expected = new Map<number, number>();
  const claimed = new Set<number>();
  return {
    clock,
    tokens: without.has('task-token') ? { ...tokens, verify: () => true } : tokens,
    observer: {
      committed: () => undefined,
      ignored: ({ why }) => faults.count(`message ignored: ${why}`),
      deadLettered: ({ reason }) => faults.count(`dead letter: ${reason}`),
      lane: ({ what, detail }) => {
        if (what === 'diverged') world.trouble(`A lane diverged: ${detail}`);
        if (what !== 'batch' && what !== 'claiming' && what !== 'ready') faults.count(`lane ${what}`);
      },
    },
    history: {
      partitions,
      async append(partition, records) {
        const isClaim = records[0]!.key === '#claim';
        if (isClaim) claimed.add(partition);
        else claimed.delete(partition);
        const offset = await process.call('history.append', () => history.append(partition, records.map(({ key, value }) => ({ key, value, timestampMs: clock.nowMs() }))));
        const told = without.has('contiguity-check') && !isClaim ? (expected.get(partition) ?? offset) : offset;
        expected.set(partition, told + records.length);
        return { baseOffset: told };
      },
      async *read(partition, { from, to }) {
        let epoch: number | undefined;
        for (let at = from; at <= to; ) {
          const chunk = await process.call('history.read', () => history.read(partition, at, SERVER_CHUNK));
          if (chunk.length === 0) continue;
          at = chunk.at(-1)!.offset + 1;
          const wanted = chunk.filter(({ offset }) => offset <= to);
          if (!without.has('epoch-in-history')) yield wanted;
          else
            yield wanted.map((record) => {
              const read = readHistoryRecord(record.value!);
              if (read.t === 'claim') epoch = record.offset;
              // What a former owner appended late reads as if the owner in force had written it.
              return read.t === 'claim' || epoch === undefined ? record : { ...record, value: encoder.encode(encodeHistoryRecord({ ...read, epoch })) };
            });
        }
      },
      bounds: (partition) => process.call('history.bounds', () => ({ first: 0, next: history.next(partition) })),
    },
    inbox: {
      partitions,
      topic: world.names.inbox,
      group: 'orchestrators',
      subscribe: (handler) => process.call('inbox.subscribe', () => group.join(process, handler)),
      bounds: (partition) => process.call('inbox.bounds', () => ({ first: 0, next: world.inbox.next(partition) })),
    },
    sender: { send: (messages) => process.call('inbox.send', () => messages.forEach((message) => world.receive(message, clock.nowMs()))) },
    index: {
      meta: (partition) =>
        process.call('view.meta', () => {
          const meta = view.meta(partition);
          if (meta !== undefined || !without.has('rebuild-check')) return meta;
          const last = history.next(partition) - 1;
          return last < 0 ? undefined : { epoch: 0, histOff: last, inboxOff: -1, disp: -1 };
        }),
      claim: (partition, claim) => process.call('view.claim', () => view.claim(partition, claim)),
      apply: (partition, batch) =>
        process.call('view.apply', () => {
          const outcome = view.apply(partition, batch);
          if (outcome === 'ok' && batch.histOff >= history.next(partition)) world.trouble(`I5: the view of partition ${partition} is at ${batch.histOff}, the history ends before ${history.next(partition)}`);
          return outcome;
        }),
      load: (partition, runIds, since) => process.call('view.load', () => view.load(partition, runIds, since)),
      countOpen: (partition) => process.call('view.count', () => view.runs(partition).size),
      due: (partition, { graceMs, limit }) => process.call('view.due', () => (without.has('sweeper') ? [] : view.due(partition, world.clock.nowMs - graceMs, limit))),
    },
    bus: {
      async publish({ commands, events }) {
        const partition = partitionOf((commands[0]?.runId ?? events[0]?.subject)!, partitions);
        if (without.has('outbox-republish') && claimed.has(partition)) return;
        await process.call('bus.publish', () => {
          for (const command of commands) world.command(command);
        });
      },
    },
    deadLetters: {
      put: (letters) => process.call('dead-letters.put', () => world.letters.push(...letters.map(({ id }) => id))).then(() => undefined),
      follow: () => Promise.resolve({ stop: async () => undefined }),
      resend: () => Promise.resolve(),
    },
    definitions: {
      topic: world.names.definitions,
      publish: () => Promise.resolve(),
      async follow(seen) {
        seen(world.definitions);
        return { stop: async () => undefined };
      },
    },
    wakeUps: {
      schedule: (wakeUps) => process.call('wake-ups.schedule', () => wakeUps.forEach((wakeUp) => world.schedule(wakeUp))),
      async start(due) {
        world.onWakeUp(process, due);
      },
      stop: async () => undefined,
    },
  };
}

const encoder = new TextEncoder();

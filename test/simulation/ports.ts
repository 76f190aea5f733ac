/** The ports of one simulated orchestrator: each call goes over the network of the world, and does there what the real server does. */
import { isEmitted } from '@baton/contracts';
import type { HistoryLog, RunWrite, StateIndex, ViewMeta, WakeUps } from '@baton/ports';
import type { ConductorPorts } from '@baton/runtime';
import type { DelayedJobs } from './delayed-jobs.ts';
import { poisonWatchOf } from './poison.ts';
import type { Process } from './process.ts';
import { tokens } from './tokens.ts';
import type { Appended, Topic } from './topic.ts';
import type { View } from './view.ts';
import type { World } from './world.ts';

/** Where a call goes on its way: over the network of a process, or, in the contract suites, nowhere. */
export type Call = <T>(what: string, effect: () => T) => Promise<T>;

const SERVER_CHUNK = 40;

export function portsOf(world: World, process: Process): ConductorPorts {
  const { faults, watch, history, view, partitions } = world;
  const { clock } = process;
  const call: Call = (what, effect) => process.call(what, effect);
  const { checkpoints } = world;
  return {
    clock,
    tokens,
    observer: {
      committed: () => undefined,
      ignored: ({ why }) => faults.count(`message ignored: ${why}`),
      deadLettered: ({ reason }) => faults.count(`dead letter: ${reason}`),
      lane: ({ what, detail }) => {
        if (what === 'diverged') world.trouble(`I2: a lane diverged: ${detail}`);
        const base = /^the view was built from (the checkpoint|the beginning|what was carried)/.exec(detail ?? '')?.[1];
        if (base !== undefined) faults.count(`view built from ${base}`);
        if (what !== 'batch' && what !== 'claiming' && what !== 'ready') faults.count(`lane ${what}`);
      },
    },
    history: historyPort(history, { call, nowMs: clock.nowMs, retentionMs: world.retentionMs, read: () => world.strikeView(), appended: (partition, base, records) => watch.appended(partition, base, records, process.name) }),
    inbox: {
      partitions,
      topic: world.names.inbox,
      group: 'orchestrators',
      subscribe: (handler) => call('inbox.subscribe', () => world.group.join(process, handler)),
      bounds: (partition) => call('inbox.bounds', () => ({ first: 0, next: world.inbox.next(partition) })),
    },
    sender: { send: (messages) => call('inbox.send', () => messages.forEach((message) => world.told(message, clock.nowMs()))) },
    index: indexPort(view, {
      call,
      nowMs: () => world.clock.nowMs,
      moved(partition, before, runs) {
        watch.viewed(partition, { before, after: view.meta(partition)!, runs, historyEnd: history.next(partition) });
      },
    }),
    bus: {
      publish: ({ commands, events }) =>
        call('bus.publish', () => {
          for (const command of commands) world.command(command);
          for (const event of events) if (isEmitted(event)) watch.talk.published(event);
        }),
    },
    poison: poisonWatchOf(world, process),
    ...(checkpoints !== undefined && { checkpoints: checkpoints.port(call) }),
    deadLetters: {
      put: (letters) => call('dead-letters.put', () => letters.forEach(({ id }) => world.letters.add(id))),
      follow: () => Promise.resolve({ stop: async () => undefined }),
      resend: () => Promise.resolve(),
    },
    definitions: {
      topic: world.names.definitions,
      publish: () => Promise.resolve(),
      takeBack: () => Promise.resolve(),
      async follow(seen) {
        seen(world.definitions);
        return { stop: async () => undefined };
      },
    },
    wakeUps: wakeUpsPort(world.jobs, process, call),
  };
}

/** @param about `read`: told of every read. A real history takes long to read, and much can happen to the view meanwhile. */
export function historyPort(topic: Topic, { call, nowMs, retentionMs, read, appended }: { readonly call: Call; nowMs(): number; readonly retentionMs?: number | undefined; read(): void; appended(partition: number, base: number, records: readonly Appended[]): void }): HistoryLog {
  return {
    partitions: topic.partitions.length,
    async append(partition, records) {
      const baseOffset = await call('history.append', () => {
        const stamped = records.map(({ key, value }) => ({ key, value, timestampMs: nowMs() }));
        const base = topic.append(partition, stamped);
        appended(partition, base, stamped);
        return base;
      });
      return { baseOffset };
    },
    async *read(partition, { from, to }) {
      for (let at = from; at <= to; ) {
        const chunk = await call('history.read', () => {
          read();
          return topic.read(partition, at, SERVER_CHUNK);
        });
        if (chunk.length === 0) continue;
        at = chunk.at(-1)!.offset + 1;
        yield chunk.filter(({ offset }) => offset <= to);
      }
    },
    bounds: (partition) => call('history.bounds', () => ({ first: topic.first(partition), next: topic.next(partition) })),
    retentionMs: () => call('history.retention', () => retentionMs),
  };
}

/** @param about `nowMs`: the server's clock; `moved`: told after every write that was taken. */
export function indexPort(view: View, { call, nowMs, moved }: { readonly call: Call; nowMs(): number; moved(partition: number, before: ViewMeta | undefined, runs: readonly RunWrite[]): void }): StateIndex {
  const writing = <T extends string>(partition: number, runs: readonly RunWrite[], write: () => T | 'ok'): T | 'ok' => {
    const before = view.meta(partition);
    const outcome = write();
    if (outcome === 'ok') moved(partition, before, runs);
    return outcome;
  };
  return {
    meta: (partition) => call('view.meta', () => view.meta(partition)),
    claim: (partition, claim) => call('view.claim', () => writing(partition, [], () => view.claim(partition, claim))),
    apply: (partition, batch) => call('view.apply', () => writing(partition, batch.runs, () => view.apply(partition, batch))),
    load: (partition, runIds, since) => call('view.load', () => view.load(partition, runIds, since)),
    scan: (partition, query, since) => call('view.scan', () => view.scan(partition, query, since)),
    countOpen: (partition) => call('view.count', () => view.countOpen(partition)),
    due: (partition, { graceMs, limit }) => call('view.due', () => view.due(partition, nowMs() - graceMs, limit)),
    isArmed: (partition, timer) => call('view.armed', () => view.isArmed(partition, timer)),
  };
}

export function wakeUpsPort(jobs: DelayedJobs, process: Pick<Process, 'state' | 'clock'>, call: Call): WakeUps {
  return {
    schedule: (wakeUps) => call('wake-ups.schedule', () => wakeUps.forEach((wakeUp) => jobs.schedule(wakeUp, process.clock.nowMs()))),
    async start(due) {
      jobs.work(process, due);
    },
    stop: async () => jobs.leave(process),
  };
}

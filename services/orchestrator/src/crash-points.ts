/**
 * The conductor's ports with a crash point before and after each call that the protocol has to survive (see
 * docs/internals/crash-points.md). The engine itself knows nothing of them: its ports are where a process can be cut off
 * from what it has done. Put on only where somebody watches, so in production the engine calls its adapters directly.
 */
import { CARRIED_KEY, CLAIM_KEY, MARK_KEY } from '@baton/contracts';
import { betweenCrashPoints, crashPoint, crashPointsAreWatched, type CrashPointCall } from '@baton/platform-kit';
import type { Checkpoints, HistoryLog, InboxSource, StateIndex, WakeUps } from '@baton/ports';
import type { ConductorPorts } from '@baton/runtime';

type Ports = Omit<ConductorPorts, 'observer'>;

export function withCrashPoints(ports: Ports): Ports {
  if (!crashPointsAreWatched()) return ports;
  const { sender, bus, deadLetters, checkpoints } = ports;
  return {
    ...ports,
    history: historyWithPoints(ports.history),
    inbox: inboxWithPoints(ports.inbox),
    index: viewWithPoints(ports.index),
    wakeUps: wakeUpsWithPoints(ports.wakeUps),
    sender: { send: (messages) => betweenCrashPoints('inbox.send', () => sender.send(messages)) },
    bus: { publish: (batch) => betweenCrashPoints('bus.publish', () => bus.publish(batch)) },
    deadLetters: {
      put: (letters) => betweenCrashPoints('dead-letters.put', () => deadLetters.put(letters)),
      follow: (from, seen) => deadLetters.follow(from, seen),
      resend: (target) => deadLetters.resend(target),
    },
    ...(checkpoints !== undefined && { checkpoints: checkpointsWithPoints(checkpoints) }),
  };
}

function historyWithPoints(inner: HistoryLog): HistoryLog {
  return {
    partitions: inner.partitions,
    append: (partition, records) => betweenCrashPoints(appendOf(records[0]), () => inner.append(partition, records)),
    read: (partition, range) => eachWithPoints('history.read', inner.read(partition, range)),
    bounds: (partition) => inner.bounds(partition),
    retentionMs: () => inner.retentionMs(),
  };
}

/** By the first record: those of one append are of one kind. */
function appendOf(record: { readonly key: string; readonly value: string } | undefined): CrashPointCall {
  if (record?.key === CLAIM_KEY) return 'history.append.claim';
  if (record?.key === MARK_KEY) return 'history.append.mark';
  if (record?.key === CARRIED_KEY) return 'history.append.carried';
  return /^\{"v":\d+,"t":"image"/.test(record?.value ?? '') ? 'history.append.images' : 'history.append.batch';
}

async function* eachWithPoints<T>(call: CrashPointCall, pieces: AsyncIterable<T>): AsyncGenerator<T> {
  const reading = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await betweenCrashPoints(call, () => reading.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await reading.return?.();
  }
}

function inboxWithPoints(inner: InboxSource): InboxSource {
  const { partitions, topic, group } = inner;
  return {
    partitions,
    topic,
    group,
    bounds: (partition) => inner.bounds(partition),
    async subscribe(handler) {
      const subscription = await inner.subscribe({
        assigned: (owned) => handler.assigned(owned),
        records: (batch) => betweenCrashPoints('inbox.records', () => handler.records(batch)),
        crashed: (error) => handler.crashed(error),
      });
      return {
        seek(partition, offset) {
          crashPoint('inbox.seek:before');
          subscription.seek(partition, offset);
          crashPoint('inbox.seek:after');
        },
        commit(partition, offset) {
          crashPoint('inbox.commit:before');
          subscription.commit(partition, offset);
          crashPoint('inbox.commit:after');
        },
        stop: () => subscription.stop(),
      };
    },
  };
}

function viewWithPoints(inner: StateIndex): StateIndex {
  return {
    meta: (partition) => inner.meta(partition),
    claim: (partition, claim) => betweenCrashPoints('view.claim', () => inner.claim(partition, claim)),
    apply: (partition, batch) => betweenCrashPoints('view.apply', () => inner.apply(partition, batch)),
    load: (partition, runIds, since, maxBytes) => betweenCrashPoints('view.load', () => inner.load(partition, runIds, since, maxBytes)),
    scan: (partition, query, since) => betweenCrashPoints('view.scan', () => inner.scan(partition, query, since)),
    countOpen: (partition) => inner.countOpen(partition),
    due: (partition, query) => inner.due(partition, query),
    isArmed: (partition, timer) => inner.isArmed(partition, timer),
  };
}

function checkpointsWithPoints(inner: Checkpoints): Checkpoints {
  return {
    async begin(partition, head) {
      const writer = await betweenCrashPoints('checkpoints.begin', () => inner.begin(partition, head));
      return {
        add: (runs) => betweenCrashPoints('checkpoints.add', () => writer.add(runs)),
        commit: () => betweenCrashPoints('checkpoints.commit', () => writer.commit()),
        abort: () => writer.abort(),
      };
    },
    async *whole(partition) {
      for await (const { head, runs } of eachWithPoints('checkpoints.whole', inner.whole(partition))) yield { head, runs: () => eachWithPoints('checkpoints.runs', runs()) };
    },
  };
}

function wakeUpsWithPoints(inner: WakeUps): WakeUps {
  return {
    schedule: (wakeUps) => betweenCrashPoints('wake-ups.schedule', () => inner.schedule(wakeUps)),
    start: (due) => inner.start((wakeUp) => betweenCrashPoints('wake-ups.due', () => due(wakeUp))),
    stop: () => inner.stop(),
  };
}

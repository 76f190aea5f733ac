/** The ports of a process without one of the protections that lie at them. The ports below are honest; what is wrong is added here. */
import { encodeHistoryRecord, isEmitted, OperatingError, partitionOf, readHistoryRecord, type HistoryTxn, type RunState } from '@baton/contracts';
import { applyTxn } from '@baton/core';
import type { HistoryLog, LogRecord } from '@baton/ports';
import type { ConductorPorts } from '@baton/runtime';
import type { Protection } from './sabotage.ts';
import type { World } from './world.ts';

type Around = (ports: ConductorPorts, world: World) => ConductorPorts;
type Records = Parameters<HistoryLog['append']>[1];

const appending = (ports: ConductorPorts, append: HistoryLog['append']): ConductorPorts => ({ ...ports, history: { ...ports.history, append } });
const txnsOf = (records: Records): HistoryTxn[] => records.map(({ value }) => readHistoryRecord(value)).filter((record) => record.t === 'txn');
const isClaim = (records: Records): boolean => records[0]!.key === '#claim';

const SABOTAGES: Partial<Record<Protection, Around>> = {
  'commands-after-commit': (ports) =>
    appending(ports, async (partition, records) => {
      const commands = txnsOf(records).flatMap(({ outbox }) => outbox);
      if (commands.length > 0) await ports.bus.publish({ commands, events: [] });
      return ports.history.append(partition, records);
    }),
  'messages-after-commit': (ports) =>
    appending(ports, async (partition, records) => {
      const messages = txnsOf(records).flatMap((txn) => txn.messages ?? []);
      if (messages.length > 0) await ports.sender.send(messages);
      return ports.history.append(partition, records);
    }),
  'messages-resend': (ports, { partitions }) => {
    const claimed = new Set<number>();
    const { history, sender } = ports;
    return {
      ...ports,
      history: {
        ...history,
        append(partition, records) {
          if (isClaim(records)) claimed.add(partition);
          else claimed.delete(partition);
          return history.append(partition, records);
        },
      },
      sender: {
        // The end of a run says in `by` whose it is, and so does a start, and what asks a run to stop.
        async send(messages) {
          if (messages.some(({ type, by }) => type === 'timer' || !claimed.has(partitionOf(by!, partitions)))) await sender.send(messages);
        },
      },
    };
  },
  'view-after-commit': (ports, { view, watch }) =>
    appending(ports, async (partition, records) => {
      const meta = view.meta(partition);
      const states = new Map<string, RunState>();
      for (const txn of txnsOf(records)) {
        const before = states.get(txn.runId) ?? watch.runs.get(txn.runId)?.state;
        if (txn.seq === (before?.seq ?? 0) + 1) states.set(txn.runId, applyTxn(before, txn));
      }
      if (meta !== undefined && states.size > 0) await ports.index.apply(partition, { ...meta, prevOff: meta.histOff, runs: [...states.values()].map((state) => ({ state, entries: [] })) });
      return ports.history.append(partition, records);
    }),
  'contiguity-check': (ports) => {
    const expected = new Map<number, number>();
    return appending(ports, async (partition, records) => {
      const { baseOffset } = await ports.history.append(partition, records);
      const told = isClaim(records) ? baseOffset : (expected.get(partition) ?? baseOffset);
      expected.set(partition, told + records.length);
      return { baseOffset: told };
    });
  },
  'reclaim-after-doubt': (ports) =>
    appending(ports, async (partition, records) => {
      for (;;) {
        try {
          return await ports.history.append(partition, records);
        } catch (error) {
          if (!(error instanceof OperatingError) || error.retry !== 'unknown' || isClaim(records)) throw error;
        }
      }
    }),
  'epoch-in-history': (ports) => ({
    ...ports,
    history: {
      ...ports.history,
      async *read(partition, range) {
        let epoch: number | undefined;
        for await (const chunk of ports.history.read(partition, range)) {
          yield chunk.map((record): LogRecord => {
            const read = readHistoryRecord(record.value!);
            if (read.t === 'claim') epoch = record.offset;
            // What a former owner appended late reads as if the owner in force had written it.
            return read.t === 'claim' || epoch === undefined ? record : { ...record, value: encoder.encode(encodeHistoryRecord({ ...read, epoch })) };
          });
        }
      },
    },
  }),
  'carried-end-check': (ports, { history }) => ({
    ...ports,
    history: {
      ...ports.history,
      async *read(partition, range) {
        const ends = brokenOff(history.partitions[partition]!);
        for await (const chunk of ports.history.read(partition, range)) yield chunk.map((record) => ends.get(record.offset) ?? record);
      },
    },
  }),
  'outbox-republish': (ports, { partitions }) => {
    // Between its claim and its first batch a lane publishes nothing but what recovery found.
    const claimed = new Set<number>();
    const { history, bus } = ports;
    return {
      ...ports,
      history: {
        ...history,
        append(partition, records) {
          if (isClaim(records)) claimed.add(partition);
          else claimed.delete(partition);
          return history.append(partition, records);
        },
      },
      bus: {
        async publish(batch) {
          const event = batch.events[0];
          const runId = batch.commands[0]?.runId ?? (event !== undefined && isEmitted(event) ? event.runid : event?.subject);
          if (!claimed.has(partitionOf(runId!, partitions))) await bus.publish(batch);
        },
      },
    };
  },
  'letters-before-position': (ports) => ({
    ...ports,
    deadLetters: {
      ...ports.deadLetters,
      async put(letters) {
        ports.deadLetters.put(letters).catch(() => undefined);
      },
    },
  }),
  'rebuild-check': (ports, { history }) => ({
    ...ports,
    index: {
      ...ports.index,
      async meta(partition) {
        const meta = await ports.index.meta(partition);
        const last = history.next(partition) - 1;
        return meta ?? (last < 0 ? undefined : { epoch: 0, histOff: last, inboxOff: -1, disp: -1 });
      },
    },
  }),
  sweeper: (ports) => ({ ...ports, index: { ...ports.index, due: async () => [] } }),
  'task-token': (ports) => ({ ...ports, tokens: { ...ports.tokens, verify: () => true } }),
};

/** The last image of each carry-forward that was broken off, reading as if it were the end of one that is complete. */
function brokenOff(log: readonly LogRecord[]): Map<number, LogRecord> {
  const ends = new Map<number, LogRecord>();
  let images: LogRecord[] = [];
  let epoch = -1;
  const close = (): void => {
    const last = images.at(-1);
    if (last !== undefined) ends.set(last.offset, { ...last, value: encoder.encode(encodeHistoryRecord({ v: 2, t: 'carried', epoch, inboxOff: -1, disp: epoch, runs: images.length - 1, beganMs: 0 })) });
    images = [];
  };
  for (const record of log) {
    const read = readHistoryRecord(record.value!);
    if (read.t === 'claim') {
      close();
      epoch = record.offset;
    } else if (read.epoch === epoch && read.t === 'image') images.push(record);
    else if (read.epoch === epoch && read.t === 'carried') images = [];
  }
  close();
  return ends;
}

export const portsWithout = (ports: ConductorPorts, world: World): ConductorPorts => Object.entries(SABOTAGES).reduce((inner, [protection, around]) => (world.without.has(protection as Protection) ? around(inner, world) : inner), ports);

const encoder = new TextEncoder();

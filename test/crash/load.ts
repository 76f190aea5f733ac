/** Work that goes on while processes end: starts by the door and by events, steps of every length, and now and then a record that is none. */
import { createClient, type BatonClient } from '@baton/client';
import { idempotencyKeyOfEvent, partitionOf, readInboxMessage, runIdForKey, type InboxMessage, type Json } from '@baton/contracts';
import { eventually } from '../e2e/eventually.ts';
import type { System } from '../e2e/system.ts';

export interface Load {
  /** Runs whose start was acknowledged, by the door or, of an event, by Kafka. */
  readonly runIds: ReadonlySet<string>;
  /** Where records lie that are no messages. */
  readonly garbage: readonly { readonly partition: number; readonly offset: number }[];
  /** Resolves when everything that was begun is acknowledged. @throws what kept the load from going on. */
  stop(): Promise<void>;
}

const EVERY_MS = 240;
const SHAPES: readonly { readonly workflow: string; readonly input: Json }[] = [
  { workflow: 'journey', input: { ms: 300 } },
  { workflow: 'three', input: {} },
  { workflow: 'journey', input: { ms: 300 } },
  // Longer than a second, so that it takes its lease.
  { workflow: 'long_one', input: { ms: 1_400 } },
];
/** More than one call of the script that writes the view takes. */
const BURST_RUNS = 120;
/** Turns. */
const BURST_EVERY = 15;

export interface LoadOptions {
  readonly name: string;
  /** Ports of gateways that may end at any time; a start that fails there is asked again at the one that stays. */
  readonly doors: () => readonly number[];
  /** Whether so many runs are started in one moment, too, that their write to the view takes several calls. */
  readonly bursts: () => boolean;
}

export function startLoad(system: System, { name, doors, bursts }: LoadOptions): Load {
  const runIds = new Set<string>();
  const { partitions } = system.kafka;
  const garbage: { partition: number; offset: number }[] = [];
  const underway = new Set<Promise<void>>();
  let trouble: unknown;
  let turn = 0;

  const doorAt = (turnNow: number): BatonClient | undefined => {
    const ports = doors();
    const port = ports[turnNow % Math.max(1, ports.length)];
    return port === undefined ? undefined : createClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 2_000, retry: { attempts: 1 } });
  };
  const startAt = async (door: BatonClient | undefined, turnNow: number): Promise<void> => {
    const { workflow, input } = SHAPES[turnNow % SHAPES.length]!;
    const again = { idempotencyKey: `${name}-${turnNow}` };
    const { runId } = await (door?.start(workflow, input, again).catch(() => undefined) ?? Promise.resolve(undefined)).then((started) => started ?? system.client.start(workflow, input, again));
    runIds.add(runId);
  };
  const request = async (turnNow: number): Promise<void> => {
    const event = { specversion: '1.0', id: `${name}-${turnNow}`, source: '/crash', type: 'baton.run.requested', data: { workflow: 'three', input: {} } };
    await system.wire.write(system.names.requests, { partition: turnNow % partitions, value: JSON.stringify(event) });
    runIds.add(runIdForKey('three', idempotencyKeyOfEvent('/crash', event.id)));
  };
  const litter = async (turnNow: number): Promise<void> => {
    const partition = garbage.length % partitions;
    garbage.push({ partition, offset: await system.wire.write(system.names.inbox, { partition, value: `no message ${name} ${turnNow}` }) });
  };
  const burst = async (turnNow: number): Promise<void> => {
    const [model] = runIds;
    if (model === undefined) return;
    const messages = await copiesOfStart(system, model, { name: `${name}-${turnNow}`, partition: (turnNow / BURST_EVERY) % partitions, count: BURST_RUNS });
    await system.kafka.inboxSender.send(messages);
    for (const { runId } of messages) runIds.add(runId);
  };
  const begin = (work: Promise<void>): void => {
    const done = work.catch((error: unknown) => void (trouble ??= error)).finally(() => underway.delete(done));
    underway.add(done);
  };
  const timer = setInterval(() => {
    const now = turn++;
    begin(startAt(doorAt(now), now));
    if (now % 3 === 1) begin(request(now));
    if (now % 2 === 0) begin(litter(now));
    if (bursts() && now > 0 && now % BURST_EVERY === 0) begin(burst(now));
  }, EVERY_MS);

  return {
    runIds,
    garbage,
    async stop() {
      clearInterval(timer);
      while (underway.size > 0) await Promise.all(underway);
      if (trouble !== undefined) throw trouble;
    },
  };
}

/** As the door would have sent them, but in one request and for one partition. */
async function copiesOfStart(system: System, runId: string, { name, partition, count }: { readonly name: string; readonly partition: number; readonly count: number }): Promise<readonly InboxMessage[]> {
  const model = await eventually(() => system.wire.records(system.names.inbox).find(({ key, value }) => key === runId && /"type":"start"/.test(String(value))), `the start of ${runId} on the wire`);
  const start = JSON.parse(String(model.value)) as Record<string, unknown>;
  const copies: InboxMessage[] = [];
  for (let i = 0; copies.length < count; i++) {
    const copy = `run-${name}-${i}`;
    if (partitionOf(copy, system.kafka.partitions) !== partition) continue;
    copies.push(readInboxMessage(JSON.stringify({ ...start, id: `start-${copy}`, runId: copy, ts: Date.now(), trace: undefined, body: { ...(start['body'] as object), idempotencyKey: copy } })));
  }
  return copies;
}

/** Whose clock counts: the broker's where it stamps the records, and a bounded producer's elsewhere. */
import { afterEach, expect, it } from '@jest/globals';
import type { InboxSource, LogRecord } from '@baton/ports';
import { shortForm } from '@baton/workflow';
import { startEngine, type Engine } from '../../test/engine.ts';

const HOUR_MS = 3_600_000;
const one = shortForm({ one: { steps: ['a'] } }, { service: 's' });

let engine: Engine;
afterEach(() => engine.close());

/** An inbox whose records bear another time than the lane's own clock says. */
const bearing = (change: (record: LogRecord) => LogRecord) => (embedded: InboxSource): InboxSource => ({
  ...embedded,
  subscribe: (handler) => embedded.subscribe({ assigned: (partitions) => handler.assigned(partitions), crashed: (error) => handler.crashed(error), records: (batch) => handler.records({ ...batch, records: batch.records.map(change) }) }),
});
const startedBy = async (change: (record: LogRecord) => LogRecord) => {
  engine = await startEngine({ workflows: [one], worker: () => ({ output: {} }), partitions: 1 });
  await engine.conduct({ ports: (ports) => ({ ...ports, inbox: bearing(change)(ports.inbox) }) });
  const state = await engine.until(await engine.start(one, 'k'), ({ status }) => status === 'completed');
  return { offMs: state.startedMs - Date.now(), deadlineAheadMs: engine.executed[0]!.deadlineMs - state.startedMs };
};

it.each([['ahead of', HOUR_MS], ['behind', -HOUR_MS]])('the broker’s time is taken where it is far %s the own clock, which is then the wrong one (F21, F22)', async (_how, offMs) => {
  const { offMs: found, deadlineAheadMs } = await startedBy((record) => ({ ...record, timestampMs: record.timestampMs + offMs, stampedByBroker: true }));
  expect(Math.abs(found - offMs)).toBeLessThan(60_000);
  expect(deadlineAheadMs).toBe(300_000);
});

it('a producer’s time is not taken where it is more than a minute ahead of the own clock (F21, F22)', async () => {
  const { offMs } = await startedBy((record) => ({ ...record, timestampMs: record.timestampMs + HOUR_MS }));
  expect(Math.abs(offMs)).toBeLessThan(60_000);
});

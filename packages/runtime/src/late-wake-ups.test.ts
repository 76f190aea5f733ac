/** Delayed jobs that are left after a rush, of timers that the sweepers have fired (F56). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { InboxMessage } from '@baton/contracts';
import type { StateIndex, WakeUp } from '@baton/ports';
import { workflow } from '@baton/workflow';
import { startEngine, type Engine } from '../test/engine.ts';

const GRACE_MS = 60_000;
const LATE_MS = 2 * GRACE_MS;
const waits = workflow('waits', { service: 's' }).wait('rest', { seconds: 3_600 }).build();

let engine: Engine;
let sent: InboxMessage[];
let wake: (wakeUp: WakeUp) => Promise<void>;
let armed: WakeUp;
let isArmed: StateIndex['isArmed'] | undefined;

beforeEach(async () => {
  sent = [];
  isArmed = undefined;
  engine = await startEngine({ workflows: [waits], worker: () => 'silence' });
  await engine.conduct({
    lanes: { sweepEveryMs: 3_600_000, sweepGraceMs: GRACE_MS },
    ports: (ports) => ({
      ...ports,
      index: { ...ports.index, isArmed: (partition, timer) => (isArmed ?? ports.index.isArmed)(partition, timer) },
      sender: { send: async (messages) => void sent.push(...messages) },
      wakeUps: { schedule: async () => undefined, start: async (due) => void (wake = due), stop: async () => undefined },
    }),
  });
  const { runId, timers } = await engine.until(await engine.start(waits, 'k'), ({ timers: known }) => Object.keys(known).length > 0);
  const [timerId, { ver }] = Object.entries(timers)[0]!;
  armed = { runId, timerId, ver, dueMs: Date.now() - LATE_MS };
});
afterEach(() => engine.close());

describe('a delayed job', () => {
  it('that is late and whose timer is armed comes into the inbox', async () => {
    await wake(armed);
    expect(sent.map(({ type, runId }) => ({ type, runId }))).toEqual([{ type: 'timer', runId: armed.runId }]);
  });

  it('that is late and whose timer has been fired is dropped (F56)', async () => {
    await wake({ ...armed, ver: armed.ver - 1 });
    await wake({ ...armed, runId: 'run-of-long-ago' });
    expect(sent).toEqual([]);
  });

  it('that is on time comes into the inbox whatever the view says, which may be behind', async () => {
    await wake({ ...armed, ver: armed.ver + 1, dueMs: Date.now() });
    expect(sent).toHaveLength(1);
  });

  it('that is late comes into the inbox where the view cannot be asked', async () => {
    isArmed = () => Promise.reject(new Error('no Redis'));
    await wake({ ...armed, ver: armed.ver - 1 });
    expect(sent).toHaveLength(1);
  });
});

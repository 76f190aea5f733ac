import type { WakeUp, WakeUps } from '@baton/ports';
import { eventually } from './eventually.ts';
import { runner } from './runner.ts';

export interface OpenedWakeUps {
  /** A further process on the same jobs. */
  connect(): Promise<WakeUps>;
  close(): Promise<void>;
}

/** What every WakeUps must do. Uses the real time: delays are short. */
export function wakeUpsSuite(name: string, open: () => Promise<OpenedWakeUps>): void {
  const { describe, it, expect, beforeEach, afterEach } = runner();

  describe(`WakeUps: ${name}`, () => {
    let opened: OpenedWakeUps;
    let wakeUps: WakeUps;
    let started: WakeUps[];
    beforeEach(async () => {
      opened = await open();
      wakeUps = await opened.connect();
      started = [];
    });
    afterEach(async () => {
      for (const one of started) await one.stop();
      await opened.close();
    });
    const wakeUp = (id: string, dueMs: number, ver = 1): WakeUp => ({ runId: `run-${id}`, timerId: 'backoff:s1', ver, dueMs });

    async function start(on = wakeUps, handle?: (wakeUp: WakeUp) => Promise<void>) {
      const fired: { readonly wakeUp: WakeUp; readonly atMs: number }[] = [];
      started.push(on);
      await on.start(async (woken) => {
        fired.push({ wakeUp: woken, atMs: Date.now() });
        await handle?.(woken);
      });
      return { fired, ids: () => fired.map(({ wakeUp: { runId, ver } }) => `${runId}/${ver}`).sort() };
    }

    it('hands over what is due already, whole', async () => {
      const { fired } = await start();
      const due = { ...wakeUp('a', Date.now() - 5_000, 3), trace: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } };
      await wakeUps.schedule([due]);
      await eventually('it is handed over', () => fired.length === 1);
      expect(fired[0]!.wakeUp).toEqual(due);
    });

    it('never hands over a wake-up before it is due (F57)', async () => {
      const { fired } = await start();
      const nowMs = Date.now();
      await wakeUps.schedule([wakeUp('a', nowMs + 1_500), wakeUp('b', nowMs + 400), wakeUp('c', nowMs + 900)]);
      await eventually('all are handed over', () => fired.length === 3);
      for (const { wakeUp: woken, atMs } of fired) expect(atMs).toBeGreaterThanOrEqual(woken.dueMs);
    });

    it('makes one job of the same run, timer and version, and another of a later version (F57)', async () => {
      const dueMs = Date.now() + 800;
      await wakeUps.schedule([wakeUp('a', dueMs), wakeUp('a', dueMs), wakeUp('a', dueMs, 2)]);
      await wakeUps.schedule([wakeUp('a', dueMs)]);
      const { fired, ids } = await start();
      await wakeUps.schedule([wakeUp('z', dueMs + 700)]);
      await eventually('the last is handed over', () => fired.some(({ wakeUp: { runId } }) => runId === 'run-z'));
      expect(ids()).toEqual(['run-a/1', 'run-a/2', 'run-z/1']);
    });

    it('hands over what was scheduled before it was started', async () => {
      await wakeUps.schedule([wakeUp('a', Date.now() - 1), wakeUp('b', Date.now() + 300)]);
      const { ids } = await start();
      await eventually('both are handed over', () => ids().length === 2);
    });

    it('tries again where the handler rejects', async () => {
      let failures = 2;
      const { fired } = await start(wakeUps, async () => {
        if (failures-- > 0) throw new Error('away');
      });
      await wakeUps.schedule([wakeUp('a', Date.now())]);
      await eventually('it went through at the third time', () => fired.length === 3);
    });

    it('hands over what another process has scheduled', async () => {
      const { ids } = await start();
      await (await opened.connect()).schedule([wakeUp('a', Date.now() + 200)]);
      await eventually('it is handed over', () => ids().length === 1);
    });

    it('takes many at once', async () => {
      const { ids } = await start();
      const dueMs = Date.now() + 500;
      await wakeUps.schedule(Array.from({ length: 500 }, (_, i) => wakeUp(String(i), dueMs)));
      await eventually('all are handed over', () => new Set(ids()).size === 500);
    });

    it('hands over nothing after it has stopped', async () => {
      const first = await start();
      await wakeUps.stop();
      const other = await opened.connect();
      await other.schedule([wakeUp('a', Date.now())]);
      const second = await start(other);
      await eventually('the other has it', () => second.ids().length === 1);
      expect(first.fired).toEqual([]);
    });
  });
}

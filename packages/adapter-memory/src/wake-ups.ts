import type { WakeUp, WakeUps } from '@baton/ports';
import type { PortParts } from './port-parts.ts';

/** Pause before a wake-up that was not taken is tried again. */
const RETRY_PAUSE_MS = 1_000;

/** Not kept on disk: wake-ups may be lost, the sweeper finds what is due in the view. */
export class WakeUpTable {
  readonly waiting = new Map<string, WakeUp>();
  readonly listeners = new Set<(wakeUp: WakeUp) => void>();
}

export function wakeUps({ session, clock }: PortParts, table: WakeUpTable): WakeUps {
  let due: ((wakeUp: WakeUp) => Promise<void>) | undefined;
  const armed = new Map<string, () => void>();
  const underway = new Set<Promise<void>>();
  const keyOf = ({ runId, timerId, ver }: WakeUp): string => `${runId}\n${timerId}\n${ver}`;

  function arm(wakeUp: WakeUp, delayMs = wakeUp.dueMs - clock.nowMs()): void {
    const key = keyOf(wakeUp);
    if (due === undefined || armed.has(key)) return;
    armed.set(key, clock.after(delayMs, () => {
      const work = fire(key, wakeUp).finally(() => underway.delete(work));
      underway.add(work);
    }));
  }

  async function fire(key: string, wakeUp: WakeUp): Promise<void> {
    armed.delete(key);
    if (due === undefined || !table.waiting.has(key)) return;
    // A clock that was set back must not make a timer early.
    const earlyMs = wakeUp.dueMs - clock.nowMs();
    if (earlyMs > 0) return arm(wakeUp, earlyMs);
    // Taken out before it is handed over: a second listener of the same table must not have it too.
    table.waiting.delete(key);
    try {
      await due(wakeUp);
    } catch {
      table.waiting.set(key, wakeUp);
      arm(wakeUp, RETRY_PAUSE_MS);
    }
  }

  function disarm(): void {
    due = undefined;
    table.listeners.delete(arm);
    for (const takeBack of armed.values()) takeBack();
    armed.clear();
  }

  const member = {
    abandon: disarm,
    async stop() {
      disarm();
      session.remove(member);
      await Promise.all(underway);
    },
  };
  return {
    async schedule(wakeUps) {
      session.check();
      for (const wakeUp of wakeUps) {
        const key = keyOf(wakeUp);
        if (table.waiting.has(key)) continue;
        table.waiting.set(key, wakeUp);
        for (const listener of table.listeners) listener(wakeUp);
      }
    },
    async start(handler) {
      session.check();
      due = handler;
      session.add(member);
      table.listeners.add(arm);
      for (const wakeUp of table.waiting.values()) arm(wakeUp);
    },
    stop: () => member.stop(),
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** How long the guest is given to join before it goes again. */
const STAYS_AT_MOST_MS = 8_000;
const AWAY_MS = 300;

/** One more orchestrator joins and leaves again and again: partitions change hands each time. */
export const rebalanceStorm: Fault = {
  async inject({ guest }) {
    let over = false;
    const storm = (async () => {
      while (!over) {
        guest.start();
        for (const untilMs = Date.now() + STAYS_AT_MOST_MS; !over && Date.now() < untilMs && !(await guest.isReady()); ) await sleep(100);
        await guest.end('SIGTERM');
        await sleep(AWAY_MS);
      }
    })();
    return async () => {
      over = true;
      await storm;
    };
  },
};

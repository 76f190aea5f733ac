import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** The primary is lost while its replica lags by so long: what was acknowledged in that time is gone, and nobody is told. */
export const promoteLaggingReplica: Fault = {
  async inject({ redis }, { durationMs }) {
    await redis.inStep();
    redis.holdReplication();
    await sleep(durationMs);
    await redis.promote();
    return () => redis.inStep();
  },
};

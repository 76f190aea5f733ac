import type { Fault } from './fault.ts';

/** View, jobs and everything else in Redis are gone from one moment to the next. */
export const flushRedis: Fault = {
  async inject({ redis }) {
    await redis.flush();
    return () => redis.inStep();
  },
};

import type { Fault } from './fault.ts';

/** Redis ends in the middle of whatever it does, and comes back with what its append-only file holds. */
export const killRedis: Fault = {
  async inject({ redis }) {
    await redis.kill();
    return async () => {
      await redis.restart();
      await redis.inStep();
    };
  },
};

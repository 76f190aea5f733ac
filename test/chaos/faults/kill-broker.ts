import type { Fault } from './fault.ts';

/** The broker ends in the middle of whatever it does, and comes back on the same data. */
export const killBroker: Fault = {
  async inject({ kafka }) {
    await kafka.server.kill('SIGKILL');
    return () => kafka.server.restart();
  },
};

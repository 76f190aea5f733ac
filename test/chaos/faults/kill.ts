import type { Fault } from './fault.ts';

/** A process ends in the middle of whatever it does, and is started again later. */
export const kill: Fault = {
  async inject(stage, { target }) {
    const role = stage.role(target);
    await role.end('SIGKILL');
    return async () => {
      role.start();
      await role.untilReady();
    };
  },
};

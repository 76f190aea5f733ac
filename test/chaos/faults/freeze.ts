import type { Fault } from './fault.ts';

/** A process stands still until the others have given it up, and then goes on as if nothing had been. */
export const freeze: Fault = {
  async inject(stage, { target }) {
    const role = stage.role(target);
    role.freeze();
    return async () => {
      role.thaw();
      await role.untilReady();
    };
  },
};

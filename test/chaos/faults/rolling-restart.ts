import type { Stage } from '../stage.ts';
import type { Fault } from './fault.ts';

/** Orchestrators are told to stop and started again, one after the other, as a deployment does it. @param env what the new ones are told on top. */
export async function roll(stage: Stage, env: NodeJS.ProcessEnv = {}): Promise<void> {
  for (const name of stage.cast.orchestrators) {
    const role = stage.role(name);
    await role.end('SIGTERM');
    role.start(env);
    await role.untilReady();
  }
}

export const rollingRestart: Fault = {
  async inject(stage) {
    await roll(stage);
    return async () => undefined;
  },
};

import { roll } from './rolling-restart.ts';
import type { Fault } from './fault.ts';

/** The versions of history records that an orchestrator can be told to write: the one before, and the current one. */
const PREVIOUS = { BATON_HISTORY_VERSION: '1' };
const CURRENT = { BATON_HISTORY_VERSION: '2' };

/** A fleet goes back to the previous version of records, one after the other, and forward again: in between both write. */
export const rollingUpgrade: Fault = {
  async inject(stage) {
    await roll(stage, PREVIOUS);
    return () => roll(stage, CURRENT);
  },
};

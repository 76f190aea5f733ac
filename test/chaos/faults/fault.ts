import type { PlannedFault } from '../plan.ts';
import type { Stage } from '../stage.ts';

export interface Fault {
  /**
   * Does it to the running system; resolves once it has happened.
   * @returns what takes it back, and waits until what was hit is whole again.
   */
  inject(stage: Stage, planned: PlannedFault): Promise<() => Promise<void>>;
}

import type { Branch } from '@baton/contracts';
import { contextObject } from '../data/flow.ts';
import type { Scope } from '../data/path.ts';
import type { Unfolding } from '../unfolding.ts';

/** Where the interpreter stands: a run in the making, and a branch of it. */
export interface Place {
  readonly run: Unfolding;
  readonly branchId: string;
}

export const branchOf = ({ run, branchId }: Place): Branch => run.branch(branchId);

export function scopeOf(place: Place): Scope {
  const branch = branchOf(place);
  return { data: branch.data, context: contextObject(place.run.state, branch) };
}

import type { Arm, ArmedTimer, RunState } from '@baton/contracts';
import { withEntry, withoutEntry } from './entries.ts';

export function arm(state: RunState, timer: Arm, branch: string): RunState {
  const armed: ArmedTimer = { ver: timer.ver, dueMs: timer.dueMs, kind: timer.kind, branch };
  return { ...state, timerVersions: Math.max(state.timerVersions, timer.ver), timers: withEntry(state.timers, timer.id, armed) };
}

export function disarm(state: RunState, id: string): RunState {
  if (!Object.hasOwn(state.timers, id)) return state;
  return { ...state, timers: withoutEntry(state.timers, id) };
}

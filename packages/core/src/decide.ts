/**
 * What a message means for a run. Pure and synchronous: the same state, message and facts give the same decision on any
 * machine (I6). May read, never change; refusals and duplicates are values.
 */
import { isTerminal, type InboxMessage, type RunState } from '@baton/contracts';
import { answer } from './decide/answer.ts';
import { cancel } from './decide/cancel.ts';
import { childEnded } from './decide/child-ended.ts';
import { compensation } from './decide/compensation.ts';
import { heartbeat } from './decide/heartbeat.ts';
import { signal } from './decide/signal.ts';
import { start } from './decide/start.ts';
import { stepResult } from './decide/step-result.ts';
import { timer } from './decide/timer.ts';
import { ignored, rejected, type Decision, type Facts } from './decision.ts';

export function decide(state: RunState | undefined, message: InboxMessage, facts: Facts): Decision {
  if (message.type === 'start') return start(state, message, facts);
  if (state === undefined) {
    // A timer of a run nobody knows is an old wake-up; anything else speaks for a run that never was, or whose history is gone.
    if (message.type === 'timer') return ignored('late');
    return rejected('unknown_run', `There is no run ${message.runId}`);
  }
  if (isTerminal(state.status)) return afterTheEnd(state, message);
  if (message.type === 'compensation') return compensation(state, message, facts);
  if (state.status === 'blocked' && message.type !== 'cancel') {
    return message.type === 'timer' ? ignored('late') : rejected('blocked', `The run ${state.runId} is parked: ${state.error?.message ?? 'unknown reason'}`);
  }
  // What the run ends with is settled: it asks for no signal any more, and a cancel comes too late.
  if (state.ending !== undefined && (message.type === 'signal' || (message.type === 'cancel' && state.status === 'running'))) return ignored('late');
  switch (message.type) {
    case 'result':
      return stepResult(state, message, facts);
    case 'heartbeat':
      return heartbeat(state, message, facts);
    case 'timer':
      return timer(state, message, facts);
    case 'child-ended':
      return childEnded(state, message, facts);
    case 'signal':
      return signal(state, message, facts);
    case 'answer':
      return answer(state, message, facts);
    case 'cancel':
      return cancel(state, message, facts);
  }
}

/** What was meant for all of a chain is not passed over in silence where the run has gone on as another. */
function afterTheEnd({ runId, continuedAs }: RunState, { type }: InboxMessage): Decision {
  if (continuedAs === undefined || (type !== 'signal' && type !== 'cancel')) return ignored('late');
  return rejected('run_ended', `The run ${runId} has gone on as ${continuedAs}; send the ${type} there`);
}

/** The time a decision happens at: the record's, but never before the run's last transition. */
export const decisionTimeMs = (state: RunState | undefined, recordMs: number): number => Math.max(recordMs, state?.updatedMs ?? 0);

/** Whether a message could be passed over without a word, on the state that its run had. */
import { hash128, isTerminal, type InboxMessage, type RunState } from '@baton/contracts';

/** A producer's clock further ahead than this was not believed, so whether a timer was early cannot be told from the record. */
const MAX_AHEAD_MS = 60_000;

/** @returns what should have become of it, where passing it over was wrong. */
export function fateOf(message: InboxMessage, state: RunState | undefined, at: { readonly recordMs: number; readonly consumedMs: number }): string | undefined {
  if (message.type === 'start') {
    if (state === undefined) return 'started nothing, and is no dead letter';
    return state.inputHash === message.body.inputHash && state.def.name === message.body.def.name ? undefined : 'came with another input than the run has, and is no dead letter';
  }
  if (state === undefined) return message.type === 'timer' ? undefined : 'speaks for a run that nobody knows, and is no dead letter';
  if (isTerminal(state.status)) return undefined;
  // What it ends with is settled.
  if (state.ending !== undefined && state.status === 'running' && (message.type === 'cancel' || message.type === 'signal')) return undefined;
  if (message.type === 'compensation') return state.compensations?.some(({ asked }) => asked?.includes(hash128(message.body.requestId)) === true) === true ? undefined : `was not applied, and is no dead letter, although nobody had asked to ${message.body.action} by this id`;
  if (message.type === 'cancel') return state.ending?.as === 'cancelled' && state.ending.asked === hash128(message.id) ? undefined : 'cancelled nothing, although the run went on';
  if (state.status === 'blocked') return message.type === 'timer' ? undefined : 'came for a run that is parked, and is no dead letter';
  if (message.type === 'timer') {
    const { timerId, ver } = message.body;
    const armed = state.timers[timerId];
    const doubtful = at.recordMs > at.consumedMs + MAX_AHEAD_MS;
    return armed?.ver === ver && armed.dueMs <= at.recordMs && !doubtful ? `woke nobody, although timer ${timerId} was due` : undefined;
  }
  if (message.type === 'signal') return state.signals?.seen.includes(hash128(message.body.signalId)) === true ? undefined : 'was not kept, although it had not come before';
  if (message.type === 'child-ended') return Object.values(state.branches).some(({ awaits }) => awaits?.kind === 'run' && awaits.runId === message.body.childRunId) ? `was not applied, although the run ${message.body.childRunId} was waited for` : undefined;
  if (message.type === 'answer') {
    const { stepId, attempt } = message.body;
    return Object.values(state.branches).some((branch) => branch.stepId === stepId && branch.attempt === attempt && branch.awaits?.kind === 'person') ? `was not taken, although ${stepId} asked for it` : undefined;
  }
  const { stepId, attempt, callback } = message.body;
  // A worker that has handed its attempt over to whoever holds the token has nothing more to say.
  const isOpen = Object.values(state.branches).some(({ stepId: at, open }) => at === stepId && open?.attempt === attempt && (open.awaitsToken !== true || callback === true));
  return isOpen ? `was not applied, although attempt ${attempt} of ${stepId} was open` : undefined;
}

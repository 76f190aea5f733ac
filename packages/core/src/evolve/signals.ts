/** Folding what signals do: they are kept until a state takes them, and a state waits for one by its name. */
import { hash128, LIMITS, type RunEvent, type RunState } from '@baton/contracts';
import { beginAwait, countAttempt, endAwait } from './awaiting.ts';

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** How an id is remembered: ids may be long, and a thousand of them stand in every image of the run. */
export const signalKey = (id: string): string => hash128(id);

export function receiveSignal(state: RunState, { id, name, data }: Event<'signal-received'>, nowMs: number): RunState {
  const { seen = [], buffered = [] } = state.signals ?? {};
  return { ...state, signals: { seen: [...seen.slice(-(LIMITS.rememberedSignals - 1)), signalKey(id)], buffered: [...buffered, { id, name, data, receivedMs: nowMs }] } };
}

export function awaitSignal(state: RunState, event: Event<'signal-awaited'>, nowMs: number): RunState {
  const { name, deadlineMs, timer } = event;
  const attempt = (state.branches[event.branch]?.attempt ?? 0) + 1;
  return beginAwait(countAttempt(state, event, attempt), event, { kind: 'signal', name, sinceMs: nowMs, deadlineMs }, timer);
}

export function takeSignal(state: RunState, event: Event<'signal-taken'>): RunState {
  const { seen = [], buffered = [] } = state.signals ?? {};
  return endAwait({ ...state, signals: { seen, buffered: buffered.filter((signal) => signal.id !== event.id) } }, event);
}

import { LIMITS, type RunState, type SignalMessage } from '@baton/contracts';
import { bytesOf, dataBytesOf, signalBytesOf } from '../data/size.ts';
import { ignored, rejected, type Decision, type Facts } from '../decision.ts';
import { deadlineTimer } from '../evolve.ts';
import { signalKey } from '../evolve/signals.ts';
import { resume } from '../interpreter.ts';
import { Unfolding } from '../unfolding.ts';
import { accepted } from './accepted.ts';

/** Wakes the state that has waited longest for a signal of this name; without one the signal is kept until a state asks for it. */
export function signal(state: RunState, { body, by }: SignalMessage, facts: Facts): Decision {
  const { signalId: id, name, data } = body;
  if (state.signals?.seen.includes(signalKey(id)) === true) return ignored('duplicate');
  const bytes = bytesOf(data);
  if (bytes > LIMITS.payloadBytes) return rejected('payload_too_large', `The signal's data has ${bytes} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
  const branchId = waitingFor(name, state);
  const full = branchId === undefined ? noRoom(state, bytes) : undefined;
  if (full !== undefined) return rejected('too_many_signals', full);
  const run = new Unfolding(state, facts);
  run.writtenBytes = bytes;
  run.emit({ type: 'signal-received', id, name, data, ...(by !== undefined && { by }) });
  if (branchId !== undefined) resume({ run, branchId }, { kind: 'signalled' });
  return accepted(run);
}

/** The branch that has waited longest: versions of timers count up over the whole run. */
function waitingFor(name: string, { branches, timers }: RunState): string | undefined {
  const since = ([, { stepId }]: (typeof waiting)[number]): number => timers[deadlineTimer(stepId)]?.ver ?? 0;
  const waiting = Object.entries(branches).filter(([, { awaits }]) => awaits?.kind === 'signal' && awaits.name === name);
  return waiting.sort((a, b) => since(a) - since(b))[0]?.[0];
}

/** Why another signal cannot be kept. */
function noRoom(state: RunState, bytes: number): string | undefined {
  const { signals } = state;
  if (signals !== undefined && signals.buffered.length >= LIMITS.bufferedSignals) return `${signals.buffered.length} signals wait to be taken; at most ${LIMITS.bufferedSignals} may`;
  const buffered = (signals === undefined ? 0 : signalBytesOf(signals)) + bytes;
  if (buffered > LIMITS.bufferedSignalBytes) return `The signals that wait to be taken would have ${buffered} bytes with this one; at most ${LIMITS.bufferedSignalBytes} are allowed`;
  const held = dataBytesOf(state) + bytes;
  return held > LIMITS.runDataBytes ? `All data of the run would have ${held} bytes with this signal; at most ${LIMITS.runDataBytes} are allowed` : undefined;
}

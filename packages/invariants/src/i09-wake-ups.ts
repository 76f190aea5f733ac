/** I9: every open attempt has its time-out, every run that goes on has a way to be woken, and no timer outlives what it is for. */
import { isTerminal, type ArmedTimer, type RunState } from '@baton/contracts';
import { attemptTimer, backoffTimer, continueTimer, deadlineTimer, escalationTimer, waitTimer } from '@baton/core';
import type { Checker } from './checker.ts';

export const wakeUps: Checker = {
  invariant: 'I9',
  title: 'whatever waits can be woken, and no timer is left over',
  lacks: () => undefined,
  watch: (_evidence, findings) => ({
    transition({ txn: { runId, seq }, partition, after }) {
      if (after === undefined) return;
      findings.examined();
      for (const what of problems(after)) findings.violation({ runId, partition, what: `after transition ${seq} ${what}` });
    },
  }),
};

function* problems(state: RunState): Iterable<string> {
  const { status, branches, timers } = state;
  const goesOn = status === 'running';
  for (const { stepId, open, fanOut, awaits, phase } of Object.values(branches)) {
    // When all its branches are over, what came of them may be written by an attempt, and written again after a while.
    const isWriting = fanOut?.records === true && (open !== undefined || phase === 'backoff');
    if (goesOn && fanOut?.open === 0 && !isWriting && timers[continueTimer(stepId)] === undefined) yield `${stepId} has no branch open, and nothing goes on with it`;
    if (goesOn && awaits !== undefined && timers[deadlineTimer(stepId)] === undefined) yield `${stepId} waits for ${awaits.kind} ${awaits.name} and has no deadline`;
    if (open === undefined) continue;
    if (isTerminal(status)) yield `the run is ${status}, but attempt ${open.attempt} of ${stepId} is open`;
    else if (goesOn && timers[attemptTimer(stepId)] === undefined) yield `attempt ${open.attempt} of ${stepId} is open and has no time-out`;
  }
  for (const [timerId, timer] of Object.entries(timers)) {
    if (!goesOn) yield `the run is ${status}, but timer ${timerId} is armed`;
    else if (!hasPurpose(timerId, timer, state)) yield `timer ${timerId} is armed for nothing`;
  }
  if (goesOn && Object.values(timers).every(({ kind }) => kind === 'run')) yield 'nothing can wake the run';
}

function hasPurpose(timerId: string, { kind, branch: id }: ArmedTimer, { branches }: RunState): boolean {
  if (kind === 'run') return true;
  const branch = branches[id];
  if (branch === undefined) return false;
  if (kind === 'continue') return branch.fanOut !== undefined && timerId === continueTimer(branch.stepId);
  if (kind === 'attempt') return branch.open !== undefined && timerId === attemptTimer(branch.stepId);
  if (kind === 'escalation') return branch.awaits?.kind === 'person' && timerId === escalationTimer(branch.stepId);
  if (kind === 'deadline') return branch.awaits !== undefined && timerId === deadlineTimer(branch.stepId);
  return branch.phase === kind && timerId === (kind === 'wait' ? waitTimer(branch.stepId) : backoffTimer(branch.stepId));
}

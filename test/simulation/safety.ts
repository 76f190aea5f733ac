/** What must hold of every single transition at the moment it is committed, by rules of their own. The numbers are those of the engine's invariants. */
import { isTerminal, type HistoryTxn, type InboxMessage, type ResultMessage, type RunEvent, type RunState } from '@baton/contracts';
import { applyEvents } from '@baton/core';
import { canonical } from './canonical.ts';
import { isGenuine, isTrueEnd, keyOf } from './tokens.ts';

export interface Seen {
  readonly before: RunState | undefined;
  readonly txn: HistoryTxn;
  readonly after: RunState;
  /** The inbox record that the transition says it has consumed; undefined where that is no message. */
  readonly message: InboxMessage | undefined;
  /** The first genuine result of each attempt in the inbox. */
  readonly firstResults: ReadonlyMap<string, { readonly offset: number; readonly message: ResultMessage }>;
}

const RULES: readonly ((seen: Seen) => string | undefined)[] = [startsOnce, causedByItsMessage, nothingAfterTheEnd, attemptsOpenAndCloseOnce, speaksForItsAttempt, firstResultWins, firesWhatIsDue, undoesInOrder, hasAWayOn, staysPinned, imageIsTheFold];

export const unsafeTransition = (seen: Seen): string[] => RULES.flatMap((rule) => rule(seen)?.replace(/^(I\d+):/, `$1: transition ${seen.txn.seq} of run ${seen.txn.runId}`) ?? []);

function startsOnce({ txn }: Seen): string | undefined {
  const starts = txn.events.findLastIndex(({ type }) => type === 'run-started');
  return starts === (txn.seq === 1 ? 0 : -1) ? undefined : `I1: starts it ${starts < 0 ? 'without saying so' : 'again'}`;
}

function causedByItsMessage({ txn: { runId, cause }, message }: Seen): string | undefined {
  return message?.runId === runId && message.type === cause.type && message.id === cause.id ? undefined : `I3: says it comes from ${cause.type} ${cause.id}, but at ${cause.off} there is ${message === undefined ? 'no message' : `${message.type} ${message.id} for ${message.runId}`}`;
}

function nothingAfterTheEnd({ before, txn }: Seen): string | undefined {
  if (before !== undefined && isTerminal(before.status)) return 'I8: comes after its end';
  const end = txn.events.findIndex(({ type }) => type === 'run-completed' || type === 'run-failed' || type === 'run-cancelled');
  return end >= 0 && end < txn.events.length - 1 ? 'I8: goes on after its end' : undefined;
}

function attemptsOpenAndCloseOnce({ before, txn }: Seen): string | undefined {
  // Attempts of a branch are numbered from 1 for each entry into a state, so those that were are those below.
  const branches = new Map(Object.entries(before?.branches ?? {}).map(([id, { stepId, attempt, open }]) => [id, { stepId: stepId as string, attempt, open: open?.attempt }]));
  for (const event of txn.events) {
    if (event.type === 'compensation-started') branches.set(event.branch, { stepId: event.stepId, attempt: 0, open: undefined });
    if (event.type === 'compensation-retried') {
      const last = lastUndo(before);
      if (last.stepId !== event.stepId || last.attempts !== event.attempts) return `I4: goes on with ${event.stepId} after ${event.attempts} attempts, and it was ${last.stepId} after ${last.attempts}`;
      branches.set(event.branch, { stepId: event.stepId, attempt: event.attempts, open: undefined });
    }
    if (event.type === 'state-entered') branches.set(event.branch, { stepId: event.stepId, attempt: 0, open: undefined });
    if (event.type !== 'attempt-opened' && event.type !== 'attempt-closed') continue;
    const branch = branches.get(event.branch);
    const key = `${event.stepId}/${event.attempt}`;
    if (branch?.stepId !== event.stepId) return `I4: ${event.type} ${key}, but its branch is in ${branch?.stepId}`;
    if (event.type === 'attempt-opened') {
      if (branch.open !== undefined || event.attempt !== branch.attempt + 1) return `I4: opens ${key} after attempt ${branch.attempt}${branch.open === undefined ? '' : ', which is open'}`;
      branches.set(event.branch, { ...branch, attempt: event.attempt, open: event.attempt });
    } else {
      if (branch.open !== event.attempt) return `I4: closes ${key}, which is not open`;
      branches.set(event.branch, { ...branch, open: undefined });
    }
  }
  return undefined;
}

/** What a worker says counts for the attempt it was given, and for no other (F10, F13, F49). */
function speaksForItsAttempt({ txn, message }: Seen): string | undefined {
  if (message?.type === 'child-ended' && !isTrueEnd(message)) return 'I4: comes from the end of a run that no orchestrator has told';
  if (message?.type !== 'result' && message?.type !== 'heartbeat') return undefined;
  if (!isGenuine(message)) return `I4: comes from a ${message.type} without the token of its attempt`;
  if (parks(txn)) return undefined;
  const about = txn.events[0] as RunEvent & { readonly stepId?: string; readonly attempt?: number; readonly outcome?: string };
  const { stepId, attempt } = message.body;
  if (message.type === 'result' && about.outcome !== message.body.outcome) return `I4: closes ${stepId}/${attempt} as ${about.outcome}, and what came says ${message.body.outcome}`;
  return about.stepId === stepId && about.attempt === attempt ? undefined : `I4: is about ${about.stepId}/${about.attempt}, and what came was about ${stepId}/${attempt}`;
}

/** Two results for one attempt: the first counts, whatever the second says (F11). */
function firstResultWins({ txn, message, firstResults }: Seen): string | undefined {
  if (message?.type !== 'result' || parks(txn)) return undefined;
  const first = firstResults.get(keyOf(message))?.offset;
  return first === undefined || first === txn.cause.off ? undefined : `I4: applies the result at ${txn.cause.off}, although there was one at ${first}`;
}

/** A timer does something for the arming it was made for, when that is due, and never before. */
function firesWhatIsDue({ before, txn, message }: Seen): string | undefined {
  if (message?.type !== 'timer') return undefined;
  const { timerId, ver } = message.body;
  const armed = before?.timers[timerId];
  if (armed?.ver !== ver) return `I10: comes from version ${ver} of the timer ${timerId}, and ${armed?.ver ?? 'none'} is armed`;
  return armed.dueMs <= txn.cause.ts ? undefined : `I10: comes ${armed.dueMs - txn.cause.ts} ms before the timer ${timerId} is due`;
}

const parks = ({ events }: HistoryTxn): boolean => events[0]?.type === 'run-blocked';

/** An open attempt has its time-out, what waits has something that wakes it, and what has ended has neither. */
function hasAWayOn({ after }: Seen): string | undefined {
  const timers = Object.entries(after.timers);
  const branches = Object.values(after.branches);
  if (isTerminal(after.status)) {
    if (timers.length > 0) return `I9: ends it, and leaves the timer ${timers[0]![0]}`;
    const open = branches.find((branch) => branch.open !== undefined);
    return open === undefined ? undefined : `I9: ends it, and leaves ${open.stepId}/${open.open!.attempt} open`;
  }
  // It waits for an operator.
  if (after.status === 'blocked') return timers.length > 0 ? `I9: parks it, and leaves the timer ${timers[0]![0]}` : undefined;
  for (const { stepId, phase, open } of branches) {
    const kind = open !== undefined ? 'attempt' : phase === 'backoff' || phase === 'wait' ? phase : phase === 'awaits' ? 'deadline' : undefined;
    const timer = timers.find(([id, timer]) => timer.kind === kind && id.endsWith(`.${stepId}`))?.[1];
    if (kind !== undefined && timer === undefined) return `I9: leaves ${stepId} without the timer that ends its ${kind}`;
    if (open !== undefined && timer!.dueMs > open.deadlineMs) return `I9: lets attempt ${open.attempt} of ${stepId} go on ${timer!.dueMs - open.deadlineMs} ms beyond its deadline`;
  }
  return after.status === 'running' && timers.length === 0 ? 'I9: leaves it running with nothing that could wake it' : undefined;
}

/** The step that was undone last, and how often that was tried. */
function lastUndo(run: RunState | undefined): { readonly stepId: string; readonly attempts: number } {
  const { stepId = 'nothing', attempts = 0 } = run?.steps.findLast(({ type }) => type === 'Compensation') ?? {};
  return { stepId, attempts };
}

/** What is due is undone, the newest first, one after the other, each begun once; the run ends when nothing is left, or where it is given up. */
function undoesInOrder({ before, txn }: Seen): string | undefined {
  const due = (before?.compensations ?? []).flatMap(({ stepId, status }) => (status === 'due' ? [stepId as string] : []));
  let now: string | undefined = before?.compensations?.find(({ status }) => status === 'undoing' || status === 'failed')?.stepId;
  for (const event of txn.events) {
    if (event.type === 'compensation-kept') due.push(event.stepId);
    if (event.type === 'compensation-begun' && before?.ending !== undefined) return 'I16: begins to undo a second time';
    if (event.type === 'compensation-started') {
      if (now !== undefined || due.at(-1) !== event.of) return `I16: undoes ${event.of} while ${now ?? 'nothing'} is undone, and ${due.at(-1) ?? 'nothing'} is due`;
      now = due.pop();
    }
    if (event.type === 'compensation-done' || event.type === 'compensation-skipped') {
      if (event.of !== now) return `I16: is done with ${event.of}, and ${now ?? 'nothing'} was undone`;
      now = undefined;
    }
    if (event.type === 'compensation-retried' && event.of !== now) return `I16: tries ${event.of} again, and ${now ?? 'nothing'} had failed`;
    if (event.type === 'run-failed' || event.type === 'run-cancelled') {
      const isGivenUp = before?.ending !== undefined && before.status === 'blocked' && txn.cause.type === 'cancel';
      if (!isGivenUp && (now !== undefined || due.length > 0)) return `I16: ends it, and leaves ${[...due, ...(now === undefined ? [] : [now])].join(', ')} as it is`;
    }
  }
  return undefined;
}

function staysPinned({ before, txn }: Seen): string | undefined {
  return before === undefined || before.def.hash === txn.def.hash ? undefined : `I18: is of definition ${txn.def.hash}, the one before of ${before.def.hash}`;
}

function imageIsTheFold({ before, txn }: Seen): string | undefined {
  if (txn.state === undefined) return undefined;
  const folded = applyEvents(before, { events: txn.events, seq: txn.seq, nowMs: txn.cause.ts, chain: txn.chain });
  return canonical(folded) === canonical(txn.state) ? undefined : 'I6: carries an image that is not what its events give';
}

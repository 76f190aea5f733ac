/** What must hold at rest of what runs tell each other: it was sent (I7), it was applied where it could be (I13), and both ends of it say the same (I6). */
import { hash128, isTerminal, type InboxMessage, type RunState } from '@baton/contracts';
import { canonical } from './canonical.ts';
import { fits, standingBefore } from './standing.ts';
import { isTrueEnd } from './tokens.ts';
import type { WatchedRun } from './watch.ts';
import type { World } from './world.ts';

export function checkTalk(world: World, found: string[]): void {
  const { watch, inbox } = world;
  const { talk, runs } = watch;
  const came = new Set(inbox.messages.flatMap((messages) => messages.flatMap((message) => (message === undefined || message.type === 'result' || message.type === 'heartbeat' || message.type === 'timer' ? [] : [canonical(message)]))));
  for (const [text, { message }] of talk.messages) if (!came.has(text)) found.push(`I7: ${message.type} ${message.id} for run ${message.runId} stands in the history and is not in the inbox`);
  for (const [id, { told }] of talk.events) if (!told) found.push(`I7: the event ${id} stands in the history and was never published`);
  for (const run of runs.values()) {
    for (const what of [...appliedTwice(run, inbox.messages[run.partition]!), ...passedOver(run, inbox.messages[run.partition]!)]) found.push(`I13: run ${run.state.runId} ${what}`);
    for (const what of [...links(run, runs), ...endTold(run), ...children(run, runs)]) found.push(`I6: run ${run.state.runId} ${what}`);
  }
}

function appliedTwice({ txns }: WatchedRun, messages: readonly (InboxMessage | undefined)[]): string[] {
  const seen = new Set<string>();
  return txns.flatMap(({ cause: { off, type, id } }) => {
    if (type === 'result' || type === 'heartbeat' || type === 'timer') return [];
    const message = messages[off];
    const name = message?.type === 'signal' ? `signal ${message.body.signalId}` : message?.type === 'compensation' ? `request ${message.body.requestId}` : `${type} ${id}`;
    if (seen.has(name)) return [`has applied ${name} twice`];
    seen.add(name);
    return [];
  });
}

/** What came while it could be applied was. */
function passedOver(run: WatchedRun, messages: readonly (InboxMessage | undefined)[]): string[] {
  const { txns, state } = run;
  const applied = new Set(txns.map(({ cause }) => cause.off));
  const startedOff = txns[0]!.cause.off;
  const endedOff = isTerminal(state.status) ? txns.at(-1)!.cause.off : Infinity;
  const start = messages[startedOff];
  const left = new Set(start?.type === 'start' ? start.body.signals?.seen : []);
  const waits = waitsOf(txns);
  const known = new Set<string>();
  return messages.flatMap((message, offset) => {
    if (message?.runId !== state.runId || offset < startedOff || offset > endedOff || applied.has(offset)) {
      if (message?.runId === state.runId && message.type === 'signal' && applied.has(offset)) known.add(message.body.signalId);
      return [];
    }
    if (message.type !== 'cancel' && message.type !== 'compensation' && message.type !== 'signal' && message.type !== 'child-ended') return [];
    const standing = standingBefore(txns, offset);
    // What it ends with is settled.
    if (standing.ending && standing.parkedBy === undefined && (message.type === 'cancel' || message.type === 'signal')) return [];
    if (message.type === 'cancel') return message.id === standing.cancelledBy ? [] : [`went on, although it was cancelled at ${offset}`];
    if (message.type === 'compensation') return fits(standing, message.body.step) && !standing.asked.has(message.body.requestId) ? [`never heard at ${offset} that it is to ${message.body.action} what it could not undo`] : [];
    if (standing.parkedBy !== undefined) return [];
    if (message.type === 'signal' && !known.has(message.body.signalId) && !left.has(hash128(message.body.signalId))) return [`never heard the signal ${message.body.signalId} at ${offset}`];
    if (message.type !== 'child-ended' || !isTrueEnd(message)) return [];
    const wait = waits.get(message.body.childRunId);
    return wait !== undefined && wait.from < offset && offset < wait.to ? [`never heard at ${offset} that ${message.body.childRunId} has ended`] : [];
  });
}


/** By each run that was waited for: between which offsets of the inbox. */
function waitsOf(txns: WatchedRun['txns']): ReadonlyMap<string, { readonly from: number; to: number }> {
  const waits = new Map<string, { readonly from: number; to: number }>();
  const now = new Map<string, string>();
  for (const { cause, events } of txns) {
    for (const event of events) {
      if (event.type === 'child-awaited') {
        waits.set(event.child, { from: cause.off, to: Infinity });
        now.set(event.stepId, event.child);
      } else if (event.type === 'child-ended' || event.type === 'child-abandoned' || event.type === 'await-timed-out') {
        const wait = waits.get(now.get(event.stepId) ?? '');
        if (wait !== undefined) wait.to = cause.off;
      }
    }
  }
  return waits;
}

/** Parent and child, and the links of a chain, know each other. */
function links({ state, txns }: WatchedRun, runs: ReadonlyMap<string, WatchedRun>): string[] {
  const found: string[] = [];
  for (const event of txns.flatMap((txn) => txn.events)) {
    if (event.type === 'child-started') {
      const child = runs.get(event.child)?.state;
      const { parent } = child ?? {};
      if (child === undefined) found.push(`has started ${event.child}, which is not there`);
      else if (parent?.runId !== state.runId || parent.stepId !== event.stepId || parent.attempt !== event.attempt || parent.depth !== (state.parent?.depth ?? 0) + 1) found.push(`has started ${event.child}, which says that it was ${JSON.stringify(parent)}`);
      else if (child.def.hash !== event.def.hash) found.push(`has started ${event.child}, which is of another definition`);
    }
    if (event.type === 'run-continued') {
      const next = runs.get(event.next)?.state;
      const link = { runId: state.runId, first: state.continues?.first ?? state.runId, number: (state.continues?.number ?? 1) + 1 };
      if (next === undefined) found.push(`has gone on as ${event.next}, which is not there`);
      else if (canonical(next.continues) !== canonical(link)) found.push(`has gone on as ${event.next}, which goes on from ${JSON.stringify(next.continues)}`);
      else if (state.signals?.seen.some((id) => !next.signals?.seen.includes(id))) found.push(`has gone on as ${event.next}, which has forgotten a signal`);
      else if (canonical(next.parent) !== canonical(state.parent)) found.push(`has gone on as ${event.next}, which has another parent`);
    }
  }
  return found;
}

/** Who waits for its end is told of it, as it was. */
function endTold({ state, txns }: WatchedRun): string[] {
  const told = txns.flatMap(({ messages = [], seq }) => messages.flatMap((message) => (message.type === 'child-ended' ? [{ message, seq }] : [])));
  const { parent } = state;
  if (parent?.waits !== true || !isTerminal(state.status)) return told.length === 0 ? [] : ['has told an end that nobody waits for'];
  const [only] = told;
  if (told.length !== 1 || only!.seq !== state.seq) return [`has told its end ${told.length} times`];
  const { runId, body } = only!.message;
  return runId === parent.runId && body.childRunId === state.runId && body.stepId === parent.stepId && body.attempt === parent.attempt && canonical(endOf(state)) === canonical({ outcome: body.outcome, output: body.output, error: body.error?.name }) ? [] : [`has told as its end ${JSON.stringify(body)}`];
}

const endOf = ({ status, output, error }: RunState) => (status === 'completed' ? { outcome: status, output: output ?? null } : { outcome: status, error: status === 'failed' ? error?.name : undefined });

/** Where it does not wait any more for a run that has not ended, that was asked to stop; and what it heard of an end is true. */
function children({ state, txns }: WatchedRun, runs: ReadonlyMap<string, WatchedRun>): string[] {
  const stopped = new Set(txns.flatMap(({ messages = [] }) => messages.flatMap(({ type, runId }) => (type === 'cancel' ? [runId as string] : []))));
  const events = txns.flatMap((txn) => txn.events);
  const heard = new Map(events.flatMap((event) => (event.type === 'child-ended' ? [[event.child as string, event.outcome] as const] : [])));
  return events.flatMap((event) => {
    if (event.type !== 'child-awaited') return [];
    const { status, ending } = runs.get(event.child)?.state ?? {};
    const outcome = heard.get(event.child);
    if (outcome !== undefined) return outcome === status ? [] : [`has heard that ${event.child} has ${outcome}, and it is ${status}`];
    if (!isTerminal(state.status)) return [];
    if (!stopped.has(event.child)) return [`has ended, and ${event.child}, for which it waited, was not asked to stop`];
    // What it has done it may not be able to undo.
    return status !== undefined && (isTerminal(status) || (status === 'blocked' && ending !== undefined)) ? [] : [`has ended, and ${event.child}, which was asked to stop, is ${status}`];
  });
}

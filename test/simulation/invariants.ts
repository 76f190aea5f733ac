/** What must hold of every world once it has come to rest. What must hold of every single step is in `safety.ts` and `watch.ts`. */
import { attemptKey, deadLetterId, isTerminal, type InboxMessage } from '@baton/contracts';
import { canonical } from './canonical.ts';
import type { StartedRun } from './door.ts';
import { CONTRADICTION } from './forger.ts';
import { strays } from './outcome.ts';
import type { Program } from './program.ts';
import { fits, standingBefore } from './standing.ts';
import { checkTalk } from './talk.ts';
import { isGenuine, isTrueEnd } from './tokens.ts';
import { checkUndone } from './undone.ts';
import type { WatchedRun } from './watch.ts';
import type { World } from './world.ts';

/** @returns what does not hold; where the world was ended by what must never happen, that alone, since nothing could come to rest. */
export function violations(world: World, programs: readonly Program[], started: readonly StartedRun[]): string[] {
  if (world.troubles.length > 0) return [...new Set(world.troubles)];
  const found: string[] = [];
  for (const run of started) {
    const seen = world.watch.runs.get(run.runId);
    if (seen === undefined) {
      if (run.acknowledged) found.push(`I1: the acknowledged run ${run.runId} is not in the history`);
    }
  }
  for (const seen of world.watch.runs.values()) {
    const { runId, status, def } = seen.state;
    if (!isTerminal(status) && status !== 'blocked') found.push(`I2: run ${runId} is ${status} although nothing goes wrong any more`);
    else {
      const strayed = strays(programs.find(({ name }) => name === def.name)!, seen, world.inbox.messages[seen.partition]!);
      if (strayed !== undefined) found.push(`I6: run ${runId} ${strayed}`);
    }
  }
  checkTalk(world, found);
  for (const seen of world.watch.runs.values()) checkView(world, seen, found);
  for (const command of world.watch.promised) if (!world.published.has(command)) found.push(`I7: ${command} stands in the history and was never published`);
  checkSteps(world, found);
  checkUndone(world, found);
  checkLetters(world, found);
  return found;
}

function checkView(world: World, { partition, state, txns }: WatchedRun, found: string[]): void {
  const { runId } = state;
  const viewed = world.view.run(partition, runId);
  if (canonical(viewed) !== canonical(state)) return void found.push(`I5: the view of run ${runId} is at ${viewed?.seq ?? 'nothing'}, the history at ${state.seq}${viewed?.seq === state.seq ? ', and they differ' : ''}`);
  const told = world.view.entries(partition, runId)!.map(({ seq, event }) => `${seq} ${event.type}`);
  const happened = txns.flatMap(({ seq, events }) => events.map(({ type }) => `${seq} ${type}`));
  // A view that was built from what the history carries has no more of a run's past than the history.
  const whole = !world.view.withoutPast.has(runId);
  if (whole ? told.join() !== happened.join() : !happened.join().endsWith(told.join())) found.push(`I5: the view tells another story of run ${runId} than the history: ${told.length} events, where ${happened.length} happened`);
}

/** What the step services did: once for each attempt in each process that was given it, and with one effect for each step. */
function checkSteps({ workers, commandTopic, watch, inbox }: World, found: string[]): void {
  for (const [key, times] of workers.executions) {
    const processes = commandTopic.takers.get(key)?.size ?? 0;
    const most = processes + (workers.givenUp.get(key) ?? 0);
    if (times > most) found.push(`I12: attempt ${key} was performed ${times} times by ${processes} processes`);
  }
  for (const [step, times] of workers.effects) if (times > 1) found.push(`I11: step ${step} had its effect ${times} times`);
  for (const { state, txns } of watch.runs.values()) {
    for (const event of txns.flatMap((txn) => txn.events)) {
      if (event.type !== 'attempt-closed' || event.outcome !== 'succeeded' || workers.effects.has(`${state.runId}/${event.stepId}`)) continue;
      const { output } = inbox.firstResults.get(attemptKey(state.runId, event.stepId, event.attempt))!.message.body;
      // Who contradicts himself may say that it was done when it was not.
      if ((output as { readonly done: string }).done !== CONTRADICTION) found.push(`I11: step ${state.runId}/${event.stepId} succeeded without its effect`);
    }
  }
}

/** A message is a dead letter exactly where nobody could have done anything with it (I13). */
function checkLetters(world: World, found: string[]): void {
  const { inbox, letters, names, watch } = world;
  inbox.messages.forEach((messages, partition) =>
    messages.forEach((message, offset) => {
      const why = unusable(message, offset, watch.runs);
      const isLetter = letters.has(deadLetterId(names.inbox, partition, offset));
      if (why !== undefined && !isLetter) found.push(`I13: the inbox record ${partition}/${offset}, ${why}, is no dead letter`);
      if (why === undefined && isLetter) found.push(`I13: the inbox record ${partition}/${offset} (${message!.type} for ${message!.runId}) is a dead letter`);
    }),
  );
}

function unusable(message: InboxMessage | undefined, offset: number, runs: ReadonlyMap<string, WatchedRun>): string | undefined {
  if (message === undefined) return 'which is no message';
  const run = runs.get(message.runId);
  if (message.type === 'start') return message.body.inputHash === run?.state.inputHash ? undefined : 'a start with another input';
  if (message.type === 'timer') return undefined;
  if (message.type === 'child-ended' ? !isTrueEnd(message) : message.type !== 'signal' && message.type !== 'answer' && message.type !== 'cancel' && message.type !== 'compensation' && !isGenuine(message)) return 'whose token is forged';
  if (run === undefined || offset < run.txns[0]!.cause.off) return 'which speaks for a run that nobody knows';
  const endedBy = isTerminal(run.state.status) ? run.txns.at(-1)!.cause.off : Number.POSITIVE_INFINITY;
  if (offset > endedBy) return run.state.continuedAs !== undefined && (message.type === 'signal' || message.type === 'cancel') ? 'which was meant for a run that has gone on as another' : undefined;
  if (message.type === 'cancel') return undefined;
  const standing = standingBefore(run.txns, offset);
  if (message.type === 'compensation') return standing.asked.has(message.body.requestId) || fits(standing, message.body.step) ? undefined : 'which would go on with what does not wait';
  return standing.parkedBy !== undefined && offset < endedBy ? 'which speaks for a run that is parked' : undefined;
}

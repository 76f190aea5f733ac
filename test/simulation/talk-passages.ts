/** What runs were told, and what they told each other. */
import { isTerminal, type HistoryTxn, type RunEvent } from '@baton/contracts';
import type { Faults } from './faults.ts';
import type { WatchedRun } from './watch.ts';
import type { World } from './world.ts';

const OUTCOMES = ['completed', 'failed', 'cancelled'] as const;

export const TALK: readonly string[] = [
  'signal taken: came before the wait', 'signal taken: came during the wait', 'signal never taken', 'signal again, by its id', 'signal after the end', 'wait for a signal: deadline',
  'child without wait', ...OUTCOMES.map((outcome) => `child ended: ${outcome}`), 'child: deadline', 'child given up', 'child of a child', 'children in branches', 'end of a child: late', 'event emitted', 'run goes on as another', 'chain of three', 'chain takes signals along', 'may not go on: waited for',
];

export function countTalk({ watch, inbox }: World, faults: Faults): void {
  for (const run of watch.runs.values()) {
    for (const txn of run.txns) for (const event of txn.events) for (const what of toldBy(event, txn, run)) faults.count(what);
    const { state } = run;
    if ((state.signals?.buffered.length ?? 0) > 0) faults.count('signal never taken');
    if ((state.parent?.depth ?? 0) > 1) faults.count('child of a child');
    if ((state.continues?.number ?? 0) > 2) faults.count('chain of three');
  }
  inbox.messages.forEach((messages) => {
    const heard = new Set<string>();
    messages.forEach((message, offset) => {
      if (message?.type !== 'signal' && message?.type !== 'child-ended') return;
      const run = watch.runs.get(message.runId);
      const ended = run !== undefined && isTerminal(run.state.status) && offset > run.txns.at(-1)!.cause.off;
      if (message.type === 'child-ended') return ended ? faults.count('end of a child: late') : undefined;
      const name = `${message.runId} ${message.body.signalId}`;
      if (ended) faults.count('signal after the end');
      else if (heard.has(name)) faults.count('signal again, by its id');
      heard.add(name);
    });
  });
}

function toldBy(event: RunEvent, { cause, events }: HistoryTxn, { state, txns }: WatchedRun): string[] {
  switch (event.type) {
    case 'signal-taken':
      return [`signal taken: came ${events.some((other) => other.type === 'signal-awaited' && other.stepId === event.stepId) && cause.type !== 'signal' ? 'before' : 'during'} the wait`];
    case 'await-timed-out':
      return [txns.some((txn) => txn.events.some((other) => other.type === 'child-awaited' && other.stepId === event.stepId)) ? 'child: deadline' : 'wait for a signal: deadline'];
    case 'child-started':
      return [...(events.some((other) => other.type === 'child-awaited' && other.child === event.child) ? [] : ['child without wait']), ...(event.branch === '0' ? [] : ['children in branches'])];
    case 'child-ended':
      return [`child ended: ${event.outcome}`];
    case 'child-abandoned':
      return ['child given up'];
    case 'event-emitted':
      return ['event emitted'];
    case 'continuation-linked':
      return (event.signals?.buffered.length ?? 0) > 0 ? ['chain takes signals along'] : [];
    case 'run-continued':
      return ['run goes on as another'];
    case 'run-failed':
      return event.error.name === 'Baton.CannotContinue' && state.parent !== undefined ? ['may not go on: waited for'] : [];
    default:
      return [];
  }
}

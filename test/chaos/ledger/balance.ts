/** Holds the accounts against what the runs say: to the cent, each movement once, and only what a run may have moved. Pure. */
import { isTerminal, type RunStatus } from '@baton/contracts';
import type { Execution, Movement } from './accounts.ts';
import { CLEARING, outcomeOf, type TransferInput } from './transfer.ts';

export interface BooksToCheck {
  readonly balances: ReadonlyMap<string, number>;
  readonly movements: readonly Movement[];
  readonly executions: readonly Pick<Execution, 'runId' | 'idem' | 'key'>[];
  /** By run: what it was started with, whether somebody asked to cancel it, and how it ended by its history; undefined where it has none. */
  readonly runs: ReadonlyMap<string, { readonly input: TransferInput; readonly cancelled: boolean; readonly status: RunStatus | undefined }>;
}

/** @returns what does not agree, a sentence each. */
export function disagreements({ balances, movements, executions, runs }: BooksToCheck): readonly string[] {
  const found: string[] = [];
  const moved = new Map<string, Movement[]>();
  const expected = new Map<string, number>();
  const add = (account: string, cents: number): void => void expected.set(account, (expected.get(account) ?? 0) + cents);
  for (const movement of movements) {
    moved.set(movement.runId, [...(moved.get(movement.runId) ?? []), movement]);
    add(movement.from, -movement.cents);
    add(movement.to, movement.cents);
  }
  let sum = 0;
  for (const account of new Set([...expected.keys(), ...balances.keys()])) {
    sum += balances.get(account) ?? 0;
    if ((balances.get(account) ?? 0) !== (expected.get(account) ?? 0)) found.push(`Account ${account} holds ${balances.get(account) ?? 0} cents, but its movements add up to ${expected.get(account) ?? 0}`);
  }
  if (sum !== 0) found.push(`All accounts together hold ${sum} cents more than they began with`);
  for (const [runId, { input, cancelled, status }] of runs) {
    checkRun({ runId, input, cancelled, status, movements: moved.get(runId) ?? [] }, found);
    moved.delete(runId);
  }
  for (const runId of moved.keys()) found.push(`Run ${runId} has moved money, but nobody has started it`);
  for (const { runId, idem, key } of executions) if (!idem.startsWith(`${runId}/`) || !key.startsWith(`${idem}/`)) found.push(`The command ${key} was executed under the idempotency key ${idem}`);
  return found;
}

function checkRun({ runId, input, cancelled, status, movements }: { readonly runId: string; readonly input: TransferInput; readonly cancelled: boolean; readonly status: RunStatus | undefined; readonly movements: readonly Movement[] }, found: string[]): void {
  const done = movements.map(({ what }) => what);
  const outcome = outcomeOf(input);
  const say = (what: string): void => void found.push(`Run ${runId} (${status}${cancelled ? ', asked to be cancelled' : ''}) ${what}`);
  if (new Set(done).size !== done.length) say(`has moved twice: ${done.join(', ')}`);
  for (const { what, from, to, cents } of movements) {
    const sides = { debit: [input.from, CLEARING], credit: [CLEARING, input.to], refund: [CLEARING, input.from] }[what];
    if (cents !== input.cents || sides?.[0] !== from || sides[1] !== to) say(`has moved ${cents} cents from ${from} to ${to} as ${what}, which is not what it was started with`);
  }
  if (status === undefined || !isTerminal(status)) return;
  if (status === 'cancelled' && cancelled) {
    // Whatever had happened stays; nothing beyond the path of the run, and nothing without what comes before it.
    if (done.some((what) => !outcome.movements.includes(what)) || (done.length > 0 && !done.includes('debit'))) say(`has moved ${done.join(', ')}`);
    return;
  }
  if (status !== outcome.status) say(`should be ${outcome.status}`);
  if ([...done].sort().join() !== [...outcome.movements].sort().join()) say(`has moved ${done.join(', ') || 'nothing'}, expected ${outcome.movements.join(', ')}`);
}

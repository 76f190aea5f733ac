/** A run did at each transition what its program says, and ended where that leads (I6). */
import { hash128, isJsonObject, type InboxMessage, type Json, type RunState, type StartMessage } from '@baton/contracts';
import { canonical } from './canonical.ts';
import { Life, type Broken } from './lives.ts';
import { Mailbox } from './mailbox.ts';
import { Model, type Begun } from './model.ts';
import type { Program } from './program.ts';
import type { WatchedRun } from './watch.ts';

/** @param messages of the run's partition, by offset. @returns what does not hold; the first of it alone, since what follows is of another run. */
export function strays(program: Program, { state, txns }: WatchedRun, messages: readonly (InboxMessage | undefined)[]): string | undefined {
  const life = new Life();
  const start = messages[txns[0]!.cause.off];
  if (start?.type !== 'start') return 'began with no start';
  const model = new Model(program, start.body.input, begunBy(start));
  const open = new Differences();
  for (const [i, txn] of txns.entries()) {
    const { happened, did, taken, unfinished } = life.read(txn, messages[txn.cause.off]!);
    if (happened?.kind === 'broken') return strayedAfter(happened, program.timeoutSeconds, state, [did, ...txns.slice(i + 1).map((later) => life.read(later, messages[later.cause.off]!).did)]);
    const due = happened === undefined ? [] : happened.kind === 'started' ? model.start(taken) : model.happens(happened, taken);
    if (typeof due === 'string') return `took at transition ${txn.seq} what cannot happen to its program: ${due}`;
    open.differ(did, due);
    if (!unfinished && open.size > 0) return `did not do at transition ${txn.seq} what its program says: ${open.toString()}`;
  }
  const { ended } = model;
  if (ended === undefined) return `is ${state.status}, and its program has not ended`;
  if (ended.status !== state.status) return `is ${state.status}, expected ${ended.status}`;
  if (ended.status === 'failed') return state.error?.name === ended.error ? undefined : `failed with ${state.error?.name}, expected ${ended.error}`;
  return canonical(withoutCauses(state.output ?? null)) === canonical(withoutCauses(ended.output)) ? undefined : `ended with ${JSON.stringify(state.output)}, expected ${JSON.stringify(ended.output)}`;
}

function begunBy({ body: { parent, signals } }: StartMessage): Begun {
  const seen = new Set(signals?.seen);
  return { waitedFor: parent?.waits === true, mailbox: new Mailbox({ kept: signals?.buffered ?? [], knows: (id) => seen.has(hash128(id)) }) };
}

/** From then on only what it still does is given up. */
function strayedAfter({ status }: Broken, timeoutSeconds: number | undefined, state: RunState, did: readonly (readonly string[])[]): string | undefined {
  const began = did.flat().find((what) => !what.startsWith('gives up'));
  if (began !== undefined) return `${began}, although it was ${status}`;
  // Who is parked can be cancelled.
  if (state.status !== status && !(status === 'blocked' && state.status === 'cancelled')) return `is ${state.status}, expected ${status}`;
  if (status !== 'failed') return undefined;
  if (timeoutSeconds === undefined) return 'was broken off by a time-out that its program does not have';
  const tookMs = state.endedMs! - state.startedMs;
  return tookMs < timeoutSeconds * 1_000 ? `was broken off after ${tookMs} ms of ${timeoutSeconds} s` : undefined;
}

/** What was done and not due, and what was due and not done. */
class Differences {
  readonly #counts = new Map<string, number>();

  differ(did: readonly string[], due: readonly string[]): void {
    for (const what of did) this.#add(what, 1);
    for (const what of due) this.#add(what, -1);
  }

  get size(): number {
    return this.#counts.size;
  }

  toString(): string {
    return [...this.#counts].map(([what, count]) => `it ${what}${count > 0 ? '' : ' (missing)'}`).join('; ');
  }

  #add(what: string, by: number): void {
    const count = (this.#counts.get(what) ?? 0) + by;
    if (count === 0) this.#counts.delete(what);
    else this.#counts.set(what, count);
  }
}

/** What an error says for people is the engine's own. */
function withoutCauses(value: Json): Json {
  if (Array.isArray(value)) return value.map((each: Json) => withoutCauses(each));
  if (!isJsonObject(value)) return value;
  const { Cause: _cause, ...rest } = value;
  return Object.fromEntries(Object.entries(Object.hasOwn(value, 'Error') ? rest : value).map(([key, each]) => [key, withoutCauses(each!)]));
}

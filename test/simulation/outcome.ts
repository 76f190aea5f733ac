/** A run did at each transition what its program says, and ended where that leads (I6). */
import { hash128, isJsonObject, type InboxMessage, type Json, type StartMessage } from '@baton/contracts';
import { canonical } from './canonical.ts';
import { Life } from './lives.ts';
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
  for (const txn of txns) {
    const { happened, did, taken, unfinished, cutShort } = life.read(txn, messages[txn.cause.off]!);
    if (happened?.kind === 'out-of-time') {
      const early = brokenOffEarly(program.timeoutSeconds, txn.cause.ts - state.startedMs);
      if (early !== undefined) return early;
    }
    const due = happened === undefined ? [] : happened.kind === 'started' ? model.start(taken) : model.happens(happened, taken);
    if (typeof due === 'string') return `took at transition ${txn.seq} what cannot happen to its program: ${due}`;
    open.differ(did, due);
    // How far the engine had come with a fan-out that it had left to the next transition does not follow from the program.
    if (cutShort) open.forget();
    if (!unfinished && open.size > 0) return `did not do at transition ${txn.seq} what its program says: ${open.toString()}`;
  }
  const { ended } = model;
  if (model.isParked) return state.status === 'blocked' ? undefined : `is ${state.status}, and its program is parked`;
  if (ended === undefined) return `is ${state.status}, and its program has not ended`;
  if (ended.status !== state.status) return `is ${state.status}, expected ${ended.status}`;
  if (ended.status === 'cancelled') return undefined;
  if (ended.status === 'failed') return state.error?.name === ended.error ? undefined : `failed with ${state.error?.name}, expected ${ended.error}`;
  return canonical(withoutCauses(state.output ?? null)) === canonical(withoutCauses(ended.output)) ? undefined : `ended with ${JSON.stringify(state.output)}, expected ${JSON.stringify(ended.output)}`;
}

function begunBy({ body: { parent, signals } }: StartMessage): Begun {
  const seen = new Set(signals?.seen);
  return { waitedFor: parent?.waits === true, mailbox: new Mailbox({ kept: signals?.buffered ?? [], knows: (id) => seen.has(hash128(id)) }) };
}

function brokenOffEarly(timeoutSeconds: number | undefined, tookMs: number): string | undefined {
  if (timeoutSeconds === undefined) return 'was broken off by a time-out that its program does not have';
  return tookMs < timeoutSeconds * 1_000 ? `was broken off after ${tookMs} ms of ${timeoutSeconds} s` : undefined;
}

/** What was done and not due, and what was due and not done. */
class Differences {
  readonly #counts = new Map<string, number>();

  differ(did: readonly string[], due: readonly string[]): void {
    for (const what of did) this.#add(what, 1);
    for (const what of due) this.#add(what, -1);
  }

  forget(): void {
    this.#counts.clear();
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

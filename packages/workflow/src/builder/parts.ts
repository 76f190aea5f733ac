/** What a builder has collected, and how it becomes the states of a machine: each part leads to the one after it unless it says otherwise. */
import type { Json, JsonObject } from '@baton/contracts';

export interface Part {
  readonly name: string;
  readonly state: Readonly<Record<string, Json>>;
  /** Whether it leads on, or ends its machine. */
  readonly goesOn: boolean;
  /** Parts that it may lead to instead: each ends where this one would go on. */
  readonly turns?: readonly Turn[];
}

/** One way aside. */
export interface Turn {
  readonly parts: readonly Part[];
  /** The fields of the state that lead there, once the name of its first state is known. Called in order. */
  readonly lead: (state: Readonly<Record<string, Json>>, next: string) => Readonly<Record<string, Json>>;
}

export interface Machine {
  readonly StartAt: string;
  readonly States: JsonObject;
}

/** @throws TypeError where two parts have one name. */
export function machineOf(parts: readonly Part[]): Machine {
  const states: Record<string, Json> = {};
  write(parts, undefined, states);
  return { StartAt: parts[0]?.name ?? '', States: states };
}

/** @param after the state that follows the last part; undefined: the machine ends. */
function write(parts: readonly Part[], after: string | undefined, states: Record<string, Json>): void {
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1]?.name ?? after;
    if (Object.hasOwn(states, part.name)) throw new TypeError(`Expected each state once, but ${JSON.stringify(part.name)} was added twice`);
    states[part.name] = {};
    states[part.name] = part.goesOn && part.state['Next'] === undefined ? { ...part.state, ...(next === undefined ? { End: true } : { Next: next }) } : part.state;
    if (part.turns !== undefined) writeTurns(part, next, states);
  }
}

function writeTurns({ name, turns = [] }: Part, next: string | undefined, states: Record<string, Json>): void {
  const end = `${name}: done`;
  let ended = false;
  for (const { parts, lead } of turns) {
    const first = parts[0]?.name ?? next ?? end;
    states[name] = lead(states[name] as Record<string, Json>, first);
    ended ||= parts.length === 0 && next === undefined;
    write(parts, next, states);
  }
  // A way that does nothing still has to lead somewhere.
  if (ended) states[end] = { Type: 'Succeed' };
}

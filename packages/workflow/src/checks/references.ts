/** How the states of one machine hang together: every name leads to a state of the same machine, every state is reached, something ends. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { nearest } from '../nearest.ts';
import type { Report } from '../problem.ts';
import { objectsIn } from './values.ts';

export function checkReferences(machine: JsonObject, states: JsonObject, at: readonly PropertyKey[], report: Report): void {
  const names = Object.keys(states);
  const lead = (keys: readonly PropertyKey[], target: Json | undefined) => {
    if (typeof target !== 'string' || Object.hasOwn(states, target)) return;
    report([...at, ...keys], `Expected the name of a state, but there is no state ${JSON.stringify(target)} in this machine`, { meant: { word: target, among: names } });
  };
  lead(['StartAt'], machine['StartAt']);
  let ends = false;
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    for (const [keys, target] of waysOut(state)) lead(['States', name, ...keys], target);
    if (state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail') ends = true;
  }
  if (names.length > 0 && !ends) report([...at, 'States'], 'Expected a state that ends the machine: End: true, Succeed or Fail', { ofName: true });
  for (const name of unreachable(machine['StartAt'], states)) report([...at, 'States', name], 'No state leads here; remove it or point a Next at it', { ofName: true });
}

/** Misspelled names whose meaning is looked for; in a definition with more, the names are not what is wrong. */
const MOST_MEANT = 100;

/** Every field of a state that names another. */
export function waysOut(state: JsonObject): (readonly [readonly PropertyKey[], Json | undefined])[] {
  return [
    [['Next'], state['Next']],
    ...(state['Type'] === 'Choice' ? ([[['Default'], state['Default']]] as const) : []),
    ...['Catch', 'Choices'].flatMap((field) => objectsIn(state[field]).map(([i, rule]) => [[field, i, 'Next'], rule['Next']] as const)),
  ];
}

function unreachable(startAt: Json | undefined, states: JsonObject): string[] {
  if (typeof startAt !== 'string' || !Object.hasOwn(states, startAt)) return [];
  const names = Object.keys(states);
  const misspelled = new Set<string>();
  const seen = new Set<string>();
  const open = [startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = Object.hasOwn(states, name) ? states[name] : undefined;
    if (seen.has(name) || !isJsonObject(state)) continue;
    seen.add(name);
    // A name that is only misspelled counts as meant, so that one slip is one mistake.
    for (const [, target] of waysOut(state)) {
      if (typeof target !== 'string') continue;
      if (Object.hasOwn(states, target)) open.push(target);
      else if (!misspelled.has(target) && misspelled.size < MOST_MEANT) {
        misspelled.add(target);
        const meant = nearest(target, names);
        if (meant !== undefined) open.push(meant);
      }
    }
  }
  return names.filter((name) => !seen.has(name));
}

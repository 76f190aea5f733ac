/**
 * Variables: their names, where they are set and where they are read. A machine inside another reads the outer one's
 * variables and sets its own; one name is set in one of them only. Source: AWS Step Functions, "Passing data between
 * states with variables".
 */
import { isJsonObject, type JsonObject } from '@baton/contracts';
import { variablesRead } from '../expressions.ts';
import { jsonPathOf, type Report } from '../problem.ts';
import type { QueryLanguage } from '../states/index.ts';
import type { Expression } from './expressions-in.ts';
import { objectsIn } from './values.ts';

/** The variables that one machine sets, each with the place where it does so first; and the machine around it. */
export interface Scope {
  readonly set: ReadonlyMap<string, readonly PropertyKey[]>;
  readonly outer?: Scope | undefined;
  /** A Map in DISTRIBUTED mode: what is set around it can be neither read nor hidden. */
  readonly apart: boolean;
}

/** Source: Unicode Standard Annex 31, as AWS demands it. */
const NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const MAX_NAME = 80;

/** What the states of a machine set, on themselves, in rules of Choice and in rules of Catch. */
export function scopeOf(states: JsonObject, { at, outer, apart = false }: { readonly at: readonly PropertyKey[]; readonly outer?: Scope | undefined; readonly apart?: boolean | undefined }): Scope {
  const set = new Map<string, readonly PropertyKey[]>();
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    for (const { keys, variable } of assignments(state)) if (!set.has(variable)) set.set(variable, [...at, 'States', name, ...keys]);
  }
  return { set, outer, apart };
}

/** What this state sets; `.$` behind a name in JSONPath is no part of it. */
function assignments(state: JsonObject): { readonly keys: readonly PropertyKey[]; readonly variable: string }[] {
  const places = [[state, []] as const, ...['Choices', 'Catch'].flatMap((list) => objectsIn(state[list]).map(([i, rule]) => [rule, [list, i]] as const))];
  return places.flatMap(([{ Assign: assigned }, keys]) => (isJsonObject(assigned) ? Object.keys(assigned).map((name) => ({ keys: [...keys, 'Assign', name], variable: name.replace(/\.\$$/, '') })) : []));
}

export function checkVariables(state: JsonObject, { expressions, language, scope, at }: { readonly expressions: readonly Expression[]; readonly language: QueryLanguage; readonly scope: Scope | undefined; readonly at: readonly PropertyKey[] }, report: Report): void {
  for (const { keys, variable } of assignments(state)) {
    const place = [...at, ...keys];
    if (!NAME.test(variable) || variable.length > MAX_NAME) report(place, `Expected the name of a variable: a letter or _, then letters, digits and _, at most ${MAX_NAME} in all, but found ${JSON.stringify(variable)}`, { ofName: true });
    else if (variable === 'states') report(place, 'Expected another name: $states is reserved', { ofName: true });
    const outer = setAround(scope, variable);
    if (outer !== undefined) report(place, `Expected a name that no machine around this one sets, but ${jsonPathOf(outer)} sets it too: once that has been done, setting it here fails`, { severity: 'warning', ofName: true });
  }
  if (scope === undefined) return;
  const known = readable(scope);
  const hidden = scope.apart ? readable(scope.outer) : new Set<string>();
  for (const { keys, text } of expressions) {
    for (const variable of variablesRead(text, language)) {
      if (known.has(variable)) continue;
      const said = hidden.has(variable) ? `A Map in DISTRIBUTED mode does not see the variable $${variable}, which is set around it; pass it by ItemSelector` : `Nothing sets the variable $${variable} in this machine or one around it`;
      report([...at, ...keys], said, { severity: 'warning', meant: { word: variable, among: known } });
    }
  }
}

function setAround(scope: Scope | undefined, variable: string): readonly PropertyKey[] | undefined {
  if (scope?.outer === undefined || scope.apart) return undefined;
  return scope.outer.set.get(variable) ?? setAround(scope.outer, variable);
}

function readable(scope: Scope | undefined): ReadonlySet<string> {
  if (scope === undefined) return new Set();
  return new Set([...scope.set.keys(), ...(scope.apart ? [] : readable(scope.outer))]);
}

/** A definition from the outermost machine down: every machine, every state in it, and what holds for all of them together. */
import { isJsonObject, LIMITS, type Json, type JsonObject } from '@baton/contracts';
import { jsonPathOf, type Report } from '../problem.ts';
import { languageOf, NestedMachine, STATES, StateMachine, type QueryLanguage, type StateType } from '../states/index.ts';
import { ItemProcessor } from '../states/map.ts';
import { UNSUPPORTED } from '../unsupported.ts';
import { checkReferences } from './references.ts';
import { checkShape } from './schema.ts';
import { checkState } from './state.ts';
import { scopeOf, type Scope } from './variables.ts';
import { isDistributed } from './values.ts';
import { shown } from './wording.ts';

/** What the whole definition knows, whichever machine of it is looked at. */
export interface Surroundings {
  readonly report: Report;
  /** The outermost machine. */
  readonly definition: JsonObject;
  /** Where each name of a state was found first. */
  readonly names: Map<string, readonly PropertyKey[]>;
  /** What Resources are bound to: by the definition, and beside it. */
  readonly bound: JsonObject;
  /** Steps that services offer, as `<service>/<step>`; undefined where that is not known. */
  readonly offered: ReadonlySet<string> | undefined;
}

export interface CheckOptions {
  readonly report: Report;
  readonly offered: ReadonlySet<string> | undefined;
  readonly bindings: Readonly<Record<string, string>>;
}

function surroundings(definition: JsonObject, { report, offered, bindings }: CheckOptions): Surroundings {
  const own = isJsonObject(definition['Baton']) ? definition['Baton']['Resources'] : undefined;
  return { report, offered, definition, names: new Map(), bound: { ...(isJsonObject(own) && own), ...bindings } };
}

/** A state that stands by itself: where it leads is not looked at. @param machine what is known of its machine, such as QueryLanguage. */
export const checkLoneState = (state: JsonObject, machine: JsonObject, options: CheckOptions): void => checkOne(state, { at: [], depth: 0 }, surroundings(machine, options));

/** @param definition has passed checkJson, so its depth is bounded. */
export function checkDefinition(definition: JsonObject, options: CheckOptions): void {
  const { report } = options;
  const around = surroundings(definition, options);
  checkShape(definition, { schema: StateMachine, fields: Object.keys(StateMachine.shape) }, [], report);
  checkStates(definition, { at: [], depth: 0 }, around);
  if (around.names.size > LIMITS.definitionStates) report(['States'], `Expected at most ${LIMITS.definitionStates} states in all, but found ${around.names.size}`);
}

function checkNested(machine: Json | undefined, { as, ...where }: Where & { readonly as: 'NestedMachine' | 'ItemProcessor' }, around: Surroundings): void {
  if (!isJsonObject(machine)) return;
  const { report, definition } = around;
  const { at, depth } = where;
  if (depth > LIMITS.nestedMachines) return report(at, `Expected at most ${LIMITS.nestedMachines} machines inside each other`);
  const schema = as === 'ItemProcessor' ? ItemProcessor : NestedMachine;
  checkShape(machine, { schema, fields: Object.keys(schema.shape) }, at, report);
  const language = machine['QueryLanguage'];
  const outermost = languageOf(definition as { QueryLanguage?: QueryLanguage }, {});
  if (language !== undefined && language !== outermost) report([...at, 'QueryLanguage'], `Expected ${shown(outermost)}, the language of the outermost machine, but found ${shown(language)}; name another on the states that need it`);
  checkStates(machine, where, around);
}

function checkStates(machine: JsonObject, { at, depth, scope: outer, apart }: Where, around: Surroundings): void {
  const states = machine['States'];
  if (!isJsonObject(states)) return;
  const { report, names } = around;
  if (Object.keys(states).length === 0) report([...at, 'States'], 'Expected at least one state');
  const scope = scopeOf(states, { at, outer, apart });
  for (const [name, state] of Object.entries(states)) {
    const place = [...at, 'States', name];
    const first = names.get(name);
    if (first === undefined) names.set(name, place);
    else report(place, `Expected a name that no other state has, also in machines inside; this one stands at ${jsonPathOf(first)} too`, { ofName: true });
    if (name.length === 0 || name.length > 80) report(place, `Expected a name of 1 to 80 characters, but it has ${name.length}`, { ofName: true });
    if (isJsonObject(state)) checkOne(state, { at: place, depth, scope }, around);
    else report(place, `Expected a state, an object with Type, but found ${shown(state)}`);
  }
  checkReferences(machine, states, at, report);
}

interface Where {
  readonly at: readonly PropertyKey[];
  /** Of machines around this place. */
  readonly depth: number;
  /** For a state: the variables of its machine; undefined where the machine is not known. For a machine: those of the one around it. */
  readonly scope?: Scope | undefined;
  readonly apart?: boolean | undefined;
}

/** One state by itself, with the machines inside it. */
function checkOne(state: JsonObject, { at, depth, scope }: Where, around: Surroundings): void {
  const { report, definition } = around;
  const type = state['Type'];
  if (typeof type !== 'string' || !Object.hasOwn(STATES, type)) {
    const kinds = Object.keys(STATES);
    return report([...at, 'Type'], `Expected Type to be one of ${kinds.join(', ')}, but found ${shown(type)}`, { meant: typeof type === 'string' ? { word: type, among: kinds } : undefined });
  }
  const language = languageOf(definition as { QueryLanguage?: QueryLanguage }, state as { QueryLanguage?: QueryLanguage }) === 'JSONata' ? 'JSONata' : 'JSONPath';
  const schema = STATES[type as StateType][language];
  checkShape(state, { schema, fields: Object.keys(schema.shape), language }, at, report);
  for (const { feature, find } of UNSUPPORTED) {
    const where = find(state, language);
    if (where !== undefined) report([...at, ...where], `Not supported yet: ${feature}`, { unsupported: feature });
  }
  checkState(state, { type: type as StateType, language, at, definition, scope, bound: around.bound, offered: around.offered }, report);
  const inner = { depth: depth + 1, scope, apart: isDistributed(state) };
  const branches = state['Branches'];
  if (type === 'Parallel' && Array.isArray(branches)) branches.forEach((branch, i) => checkNested(branch as Json, { as: 'NestedMachine', at: [...at, 'Branches', i], ...inner }, around));
  if (type === 'Map') for (const field of ['ItemProcessor', 'Iterator']) checkNested(state[field], { as: 'ItemProcessor', at: [...at, field], ...inner }, around);
}

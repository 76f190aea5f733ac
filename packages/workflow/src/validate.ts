/** All mistakes of a definition at once: its shape by the schemas of asl.ts, then what no schema can see. */
import { isJsonObject, LIMITS, type Json } from '@baton/contracts';
import type { z } from 'zod';
import { StateMachine, type State } from './asl.ts';
import { didYouMean } from './nearest.ts';
import { isJsonPath } from './json-path.ts';
import { DefinitionError, jsonPathOf, type DefinitionProblem } from './problem.ts';

export type Validated = { readonly machine: StateMachine; readonly problems: readonly DefinitionProblem[] } | { readonly machine?: never; readonly problems: readonly DefinitionProblem[] };

/** @returns the typed machine where there is no error (there may be warnings), and every problem. */
export function validate(definition: unknown): Validated {
  const parsed = StateMachine.safeParse(definition);
  const problems: DefinitionProblem[] = parsed.success ? [] : parsed.error.issues.flatMap(schemaProblems);
  if (isJsonObject(definition) && isJsonObject(definition['States'])) problems.push(...structureProblems(definition));
  const failed = problems.some((problem) => problem.severity === 'error');
  return parsed.success && !failed ? { machine: parsed.data, problems } : { problems };
}

/** As validate, for code that goes on only with a sound machine. @throws DefinitionError with every mistake. */
export function validMachine(definition: unknown, what = 'The definition'): StateMachine {
  const { machine, problems } = validate(definition);
  if (machine === undefined) throw new DefinitionError(what, problems.filter((p) => p.severity === 'error'));
  return machine;
}

function schemaProblems(issue: z.core.$ZodIssue): DefinitionProblem[] {
  const error = (keys: readonly PropertyKey[], message: string): DefinitionProblem => ({ path: jsonPathOf(keys), message, severity: 'error' });
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => error([...issue.path, key], 'Expected no such field here; remove it or check its spelling'));
  return [error(issue.path, issue.message)];
}

function structureProblems(definition: { readonly [key: string]: Json }): DefinitionProblem[] {
  const states = definition['States'] as { readonly [name: string]: Json };
  const names = Object.keys(states);
  const problems: DefinitionProblem[] = [];
  const add = (keys: readonly PropertyKey[], message: string, severity: 'error' | 'warning' = 'error') => problems.push({ path: jsonPathOf(keys), message, severity });
  const reach = (keys: readonly PropertyKey[], target: Json | undefined) => {
    if (typeof target === 'string' && !Object.hasOwn(states, target)) add(keys, `Expected the name of a state, but there is no state ${JSON.stringify(target)}${didYouMean(target, names)}`);
  };
  if (names.length === 0) add(['States'], 'Expected at least one state');
  if (names.length > LIMITS.definitionStates) add(['States'], `Expected at most ${LIMITS.definitionStates} states, but found ${names.length}`);
  reach(['StartAt'], definition['StartAt']);

  let ends = false;
  for (const [name, value] of Object.entries(states)) {
    if (!isJsonObject(value)) continue;
    const state = value as unknown as Partial<State> & Record<string, unknown>;
    const at = (...keys: PropertyKey[]) => ['States', name, ...keys];
    if (state.Type === 'Task' || state.Type === 'Pass' || state.Type === 'Wait') {
      if ((state['Next'] === undefined) === (state['End'] === undefined)) add(at(), 'Expected exactly one of Next and End');
      reach(at('Next'), state['Next'] as Json | undefined);
    }
    if (state['End'] === true || state.Type === 'Succeed' || state.Type === 'Fail') ends = true;
    for (const [i, catcher] of entriesOf(state['Catch'])) {
      reach(at('Catch', i, 'Next'), catcher['Next']);
      lastWhenAll(catcher, i, lengthOf(state['Catch']), at('Catch', i, 'ErrorEquals'), add);
    }
    for (const [i, retrier] of entriesOf(state['Retry'])) lastWhenAll(retrier, i, lengthOf(state['Retry']), at('Retry', i, 'ErrorEquals'), add);
    for (const [i, rule] of entriesOf(state['Choices'])) reach(at('Choices', i, 'Next'), rule['Next']);
    if (state.Type === 'Choice') {
      reach(at('Default'), state['Default'] as Json | undefined);
      if (state['Default'] === undefined) add(at(), 'No Default: input that no rule fits fails the run with States.NoChoiceMatched', 'warning');
    }
    if (state.Type === 'Wait') exactlyOne(state, ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'], at(), add);
    if (state.Type === 'Task') {
      atMostOne(state, ['TimeoutSeconds', 'TimeoutSecondsPath'], at(), add);
      atMostOne(state, ['HeartbeatSeconds', 'HeartbeatSecondsPath'], at(), add);
      if (typeof state['HeartbeatSeconds'] === 'number' && typeof state['TimeoutSeconds'] === 'number' && state['HeartbeatSeconds'] >= state['TimeoutSeconds']) {
        add(at('HeartbeatSeconds'), `Expected less than TimeoutSeconds (${state['TimeoutSeconds']}), but found ${state['HeartbeatSeconds']}`);
      }
    }
    if (state.Type === 'Fail') {
      atMostOne(state, ['Error', 'ErrorPath'], at(), add);
      atMostOne(state, ['Cause', 'CausePath'], at(), add);
    }
    for (const field of ['Parameters', 'ResultSelector'] as const) templateProblems(state[field] as Json | undefined, at(field), add);
  }
  if (names.length > 0 && !ends) add(['States'], 'Expected a state that ends the run: End: true, Succeed or Fail');
  unreachable(definition['StartAt'], states).forEach((name) => add(['States', name], 'No state leads here; remove it or point a Next at it'));
  return problems;
}

type Add = (keys: readonly PropertyKey[], message: string, severity?: 'error' | 'warning') => void;

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
const entriesOf = (value: unknown): [number, { readonly [key: string]: Json }][] =>
  Array.isArray(value) ? value.map((item, i) => [i, item] as [number, Json]).filter((entry): entry is [number, { readonly [key: string]: Json }] => isJsonObject(entry[1])) : [];

function lastWhenAll(rule: { readonly [key: string]: Json }, i: number, length: number, path: readonly PropertyKey[], add: Add): void {
  const names = rule['ErrorEquals'];
  if (!Array.isArray(names) || !names.includes('States.ALL')) return;
  if (names.length > 1) add(path, 'Expected States.ALL to stand alone');
  if (i < length - 1) add(path, 'Expected the rule with States.ALL to be the last');
}

function exactlyOne(state: Record<string, unknown>, fields: readonly string[], at: readonly PropertyKey[], add: Add): void {
  const found = fields.filter((field) => state[field] !== undefined);
  if (found.length !== 1) add(at, `Expected exactly one of ${fields.join(', ')}, but found ${found.length === 0 ? 'none' : found.join(' and ')}`);
}
function atMostOne(state: Record<string, unknown>, fields: readonly string[], at: readonly PropertyKey[], add: Add): void {
  const found = fields.filter((field) => state[field] !== undefined);
  if (found.length > 1) add(at, `Expected at most one of ${fields.join(', ')}, but found ${found.join(' and ')}`);
}

function templateProblems(template: Json | undefined, at: readonly PropertyKey[], add: Add): void {
  if (Array.isArray(template)) template.forEach((item, i) => templateProblems(item as Json, [...at, i], add));
  if (!isJsonObject(template)) return;
  for (const [key, value] of Object.entries(template)) {
    if (!key.endsWith('.$')) templateProblems(value, [...at, key], add);
    else if (typeof value !== 'string' || !isJsonPath(value)) add([...at, key], 'Expected a JSONPath such as $.order.id, since the key ends with ".$"');
  }
}

function unreachable(startAt: Json | undefined, states: { readonly [name: string]: Json }): string[] {
  if (typeof startAt !== 'string' || !Object.hasOwn(states, startAt)) return [];
  const seen = new Set<string>();
  const open = [startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = states[name];
    if (seen.has(name) || !isJsonObject(state)) continue;
    seen.add(name);
    const targets = [state['Next'], state['Default'], ...[...entriesOf(state['Catch']), ...entriesOf(state['Choices'])].map(([, rule]) => rule['Next'])];
    open.push(...targets.filter((target): target is string => typeof target === 'string'));
  }
  return Object.keys(states).filter((name) => !seen.has(name));
}

/** A Task that the engine itself is behind: what it is given, and fields that only a service's step has a use for. */
import { isJsonObject, type JsonObject } from '@baton/contracts';
import { isJsonata } from '@baton/expressions';
import { ENGINE_RESOURCES, type EngineResource, type EngineResourceName } from '../engine-resources/index.ts';
import type { Report } from '../problem.ts';
import type { QueryLanguage } from '../states/query-language.ts';
import { checkLiterals } from './literals.ts';
import { shown } from './wording.ts';

const OF_STEPS = ['HeartbeatSeconds', 'HeartbeatSecondsPath'] as const;
/** Of the state's Baton: they are about attempts of steps. */
const OF_ATTEMPTS = ['max_retries', 'timeout_seconds', 'retry_backoff'] as const;

export function checkEngineTask(state: JsonObject, resource: EngineResourceName, { language, at }: { readonly language: QueryLanguage; readonly at: readonly PropertyKey[] }, report: Report): void {
  for (const field of OF_STEPS) if (state[field] !== undefined) report([...at, field], `Expected no ${field}: ${resource} is done by the engine, which sends no heartbeats`, { ofName: true });
  const { endsTheRun, check }: EngineResource = ENGINE_RESOURCES[resource];
  if (endsTheRun === true) {
    if (state['End'] !== true) report(at, `Expected End: true, since ${resource} ends the run`, { ofName: true });
    // Of a state in the outermost machine nothing but States and its name stands before it.
    if (at.length > 2) report([...at, 'Resource'], `Expected no ${resource} inside a Parallel or Map: it ends the whole run`);
  }
  const { Baton: own } = state;
  if (isJsonObject(own)) {
    for (const field of OF_ATTEMPTS) if (own[field] !== undefined) report([...at, 'Baton', field], `${field} says nothing here: it is about attempts of steps. Write ${field === 'timeout_seconds' ? 'TimeoutSeconds' : 'Retry'}`, { severity: 'warning', ofName: true });
  }
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const given = state[field];
  const where = [...at, field];
  if (typeof given === 'string' && language === 'JSONata' && isJsonata(given)) return;
  if (given === undefined) return report(at, `Expected ${field}: ${resource} takes ${Object.keys(ENGINE_RESOURCES[resource].parameters.shape).join(', ')}`, { ofName: true });
  if (!isJsonObject(given)) return report(where, `Expected an object with ${Object.keys(ENGINE_RESOURCES[resource].parameters.shape).join(', ')}, but found ${shown(given)}`);
  checkLiterals(given, { schema: ENGINE_RESOURCES[resource].parameters, language, at: where }, report);
  check?.(given, state, (path, message) => report([...where, ...path], message));
}

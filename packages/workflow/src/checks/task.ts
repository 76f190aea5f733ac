/** A Task: what its Resource names, and whether its times go together. */
import { isJsonObject, type JsonObject } from '@baton/contracts';
import type { Report } from '../problem.ts';
import { parseResource, resolveResource, splitResource } from '../resource.ts';
import { engineResourceOf, ENGINE_PREFIX, ENGINE_RESOURCE_TEXTS, ENGINE_RESOURCES, type EngineResourceName } from '../engine-resources/index.ts';
import { arnMistake } from './arn.ts';
import { checkEngineTask } from './engine-task.ts';
import type { StatePlace } from './state.ts';

export function checkTask(state: JsonObject, { at, bound, offered, language }: StatePlace, report: Report): void {
  const { Resource: resource, Credentials: credentials } = state;
  const ofEngine = typeof resource === 'string' ? engineResourceOf(resource, bound) : undefined;
  if (ofEngine !== undefined) checkEngineTask(state, ofEngine, { language, at }, report);
  else if (typeof resource === 'string' && resource !== '') checkResource(resource, { at: [...at, 'Resource'], bound, offered }, report);
  checkTimes(state, at, report);
  if (credentials !== undefined) {
    const withoutRole = isJsonObject(credentials) && !Object.hasOwn(credentials, 'RoleArn') && !Object.hasOwn(credentials, 'RoleArn.$');
    report([...at, 'Credentials'], `Credentials say nothing here: a step runs with the rights of its service${withoutRole ? '. AWS expects RoleArn in them' : ''}`, { severity: 'warning', ofName: true });
  }
}

/** Of one attempt. */
export function checkTimes({ HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout }: JsonObject, at: readonly PropertyKey[], report: Report): void {
  if (typeof heartbeat === 'number' && typeof timeout === 'number' && heartbeat >= timeout) report([...at, 'HeartbeatSeconds'], `Expected less than TimeoutSeconds (${timeout}), but found ${heartbeat}`);
}

/** That a step runs for it: of a Task, of what undoes one, and of what reads the items of a Map. */
export function checkResource(resource: string, { at, bound, offered }: Pick<StatePlace, 'at' | 'bound' | 'offered'>, report: Report): void {
  const mistake = arnMistake(resource);
  if (mistake !== undefined) return report(at, mistake);
  if (resource.startsWith(ENGINE_PREFIX)) {
    return report(at, `Expected one of ${ENGINE_RESOURCE_TEXTS.join(', ')}, but found ${JSON.stringify(resource)}: what begins with ${ENGINE_PREFIX} is the engine's own`, { meant: { word: resource, among: ENGINE_RESOURCE_TEXTS } });
  }
  const { name: plain } = splitResource(resource);
  const target = [resource, plain].find((key) => Object.hasOwn(bound, key));
  if (target === undefined && engineResourceOf(plain) !== undefined) return report(at, `Expected what the engine does by itself, which is no step: of a Task ${waysOf(plain)}. Bind ${JSON.stringify(plain)} to a step in Baton.Resources where one shall do it`);
  if (target !== undefined && (typeof bound[target] !== 'string' || parseResource(bound[target]) === undefined)) return;
  const step = resolveResource(resource, { Baton: { Resources: bound as Record<string, string> } });
  if (step === undefined) {
    const what = 'Expected "<service>/<step>", the service that offers the step and its name, or a name that Baton.Resources binds to one';
    return report(at, `${what}, but found ${JSON.stringify(resource)}`, { meant: { word: resource, among: [...Object.keys(bound), ...(offered ?? [])] } });
  }
  const name = `${step.service}/${step.step}`;
  if (offered !== undefined && !offered.has(name)) {
    report(at, `No service offers the step ${name}`, { severity: 'warning', meant: { word: name, among: offered } });
  }
}

/** How a Resource of AWS's that the engine does may be written. */
const waysOf = (name: string): string => (ENGINE_RESOURCES[name as EngineResourceName].integrations as readonly string[]).map((integration) => (integration === 'sync' ? `${name}.sync, ${name}.sync:2` : name)).join(', ');

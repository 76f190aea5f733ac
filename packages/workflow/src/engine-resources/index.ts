/** The resources that the engine itself is behind: the one table of them. */
import { splitResource } from '../resource.ts';
import type { EngineResource } from './engine-resource.ts';
import { CONTINUE_AS } from './continue-as.ts';
import { EMIT } from './emit.ts';
import { START_RUN } from './start-run.ts';
import { WAIT_FOR_EVENT } from './wait-for-event.ts';

/** What the names of all of them begin with; no other Resource does. */
export const ENGINE_PREFIX = 'baton:';

export const ENGINE_RESOURCES = { 'baton:waitForEvent': WAIT_FOR_EVENT, 'baton:startRun': START_RUN, 'baton:emit': EMIT, 'baton:continueAs': CONTINUE_AS } as const satisfies Readonly<Record<string, EngineResource>>;
export type EngineResourceName = keyof typeof ENGINE_RESOURCES;

/** Undefined where a service runs it. */
export function engineResourceOf(resource: string): EngineResourceName | undefined {
  const { name, integration } = splitResource(resource);
  if (!Object.hasOwn(ENGINE_RESOURCES, name)) return undefined;
  const { integrations }: EngineResource = ENGINE_RESOURCES[name as EngineResourceName];
  return integrations.includes(integration) ? (name as EngineResourceName) : undefined;
}

const SUFFIX = { request: '', sync: '.sync', token: '.waitForTaskToken' } as const;

/** Every Resource that there is, for those that list them. */
export const ENGINE_RESOURCE_TEXTS: readonly string[] = Object.entries(ENGINE_RESOURCES).flatMap(([name, { integrations }]: [string, EngineResource]) => integrations.map((integration) => `${name}${SUFFIX[integration]}`));

export { readEngineParameters, type EngineResource, type ParametersOf } from './engine-resource.ts';
export { CONTINUE_AS, EMIT, START_RUN, WAIT_FOR_EVENT };

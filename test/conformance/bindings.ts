/** Makes a definition that was written for AWS run here: every Resource that names no step of ours is bound to a step of the harness. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { parseResource } from '@baton/workflow';
import { mapStates, statesOf } from './definition.ts';

const SERVICE = 'conformance';
/** What follows the name of an integration and says how its end is waited for. */
const PATTERN = /\.(sync(:\d+)?|waitForTaskToken)$/;

/** The recordings mask names and accounts; an ARN is held against its syntax, so a mask becomes the name that it stands for. */
const unmasked = (resource: string): string => resource.replace(/<[a-z_]*account[a-z_]*>/gi, '111111111111').replace(/<([A-Za-z0-9_:-]+)>/g, (_, name: string) => name.replaceAll(':', '-'));

/** @returns the definition with its bindings; one that is no machine, as it is. */
export function bound(definition: Json): Json {
  if (!isJsonObject(definition) || !isJsonObject(definition['States'])) return definition;
  const named = mapStates(definition, (state) => (typeof state['Resource'] === 'string' ? { ...state, Resource: unmasked(state['Resource']) } : state));
  const resources: Record<string, string> = {};
  for (const { state } of statesOf(named)) {
    if (state['Type'] !== 'Task' || typeof state['Resource'] !== 'string' || parseResource(state['Resource']) !== undefined) continue;
    const resource = state['Resource'].replace(PATTERN, '');
    resources[resource] ??= `${SERVICE}/step-${Object.keys(resources).length + 1}`;
  }
  return Object.keys(resources).length === 0 ? named : { ...(named as JsonObject), Baton: { Resources: resources } };
}

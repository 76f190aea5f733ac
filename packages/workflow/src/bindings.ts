/** Steps for the Resources of a definition that was written for AWS, given beside it by the names that people know: of its Lambda functions. */
import { isJsonObject, type JsonObject } from '@baton/contracts';
import { engineResourceOf, ENGINE_PREFIX } from './engine-resources/index.ts';
import { didYouMean } from './nearest.ts';
import { resolveResource, splitResource } from './resource.ts';
import { resourcesWritten, statesWritten } from './states-written.ts';

export interface Bound {
  /** By the Resource itself, as `Baton.Resources` has it. */
  readonly resources: Readonly<Record<string, string>>;
  /** In words: names that no Task has. */
  readonly mistakes: readonly string[];
}

const LAMBDA = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)(?::[^:]+)?$/;

/** The name of the function that an ARN names; undefined where it names something else. */
export const lambdaName = (resource: string): string | undefined => LAMBDA.exec(resource)?.[1];

/**
 * @param definition as it was written, checked or not.
 * @param bindings steps by Resource, by Resource without its suffix, or by the name of the Lambda function, which then stands for every version and region of it.
 */
export function bindResources(definition: JsonObject, bindings: Readonly<Record<string, string>>): Bound {
  const written = [...new Set([...statesWritten(definition)].flatMap(({ state }) => resourcesWritten(state)))];
  const known = written.flatMap((resource) => [resource, splitResource(resource).name, lambdaName(splitResource(resource).name) ?? []].flat());
  const resources: Record<string, string> = {};
  const mistakes: string[] = [];
  for (const [name, step] of Object.entries(bindings)) {
    const meant = written.filter((resource) => resource === name || splitResource(resource).name === name || lambdaName(splitResource(resource).name) === name);
    for (const resource of meant) resources[resource === name ? name : splitResource(resource).name] = step;
    if (meant.length === 0) mistakes.push(`No Task has the Resource ${JSON.stringify(name)}${didYouMean(name, known)}`);
  }
  return { resources, mistakes };
}

/** The definition with the bindings in it, before those that it has. */
export function withResources(definition: JsonObject, resources: Bound['resources']): JsonObject {
  if (Object.keys(resources).length === 0) return definition;
  const { Baton: extension } = definition;
  const own = isJsonObject(extension) ? extension : {};
  const before = own['Resources'];
  return { ...definition, Baton: { ...own, Resources: { ...(before !== undefined && isJsonObject(before) && before), ...resources } } };
}

/** Resources that nothing is bound to, by the shortest name that binds them. What the engine does itself needs no step. */
export function unboundResources(definition: JsonObject): readonly string[] {
  const { Baton: extension } = definition;
  const bound = isJsonObject(extension) && isJsonObject(extension['Resources']) ? (extension['Resources'] as Readonly<Record<string, string>>) : {};
  const names = [...statesWritten(definition)].flatMap(({ state }) => resourcesWritten(state)).flatMap((resource) => {
    if (resource.startsWith(ENGINE_PREFIX) || engineResourceOf(resource, bound) !== undefined || resolveResource(resource, { Baton: { Resources: bound } }) !== undefined) return [];
    const { name } = splitResource(resource);
    return [lambdaName(name) ?? name];
  });
  return [...new Set(names)];
}

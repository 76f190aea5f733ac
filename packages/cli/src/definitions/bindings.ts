/** The option --bind: steps for the Resources of definitions written for AWS. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { bindResources, parseResource } from '@baton/workflow';
import { usage } from '../failure.ts';
import { readJsonArgument } from '../input.ts';
import type { World } from '../world.ts';

export type Bindings = Readonly<Record<string, string>>;

export const BIND_HELP = 'steps for Resources of definitions written for AWS: <name>=<service>/<step>, where the name is a Lambda function or a whole Resource; may be repeated; or an object {"<name>": "<service>/<step>"}, or @file.json';

/** @throws Failure naming the option. */
export async function readBindings(given: readonly string[], world: World): Promise<Bindings> {
  const all: Record<string, string> = {};
  for (const one of given) Object.assign(all, /^\s*[{@]/.test(one) || one === '-' ? await ofDocument(one, world) : ofPair(one));
  return all;
}

function ofPair(given: string): Bindings {
  const at = given.lastIndexOf('=');
  const [name, step] = [given.slice(0, at), given.slice(at + 1)];
  if (at < 1 || parseResource(step) === undefined) throw usage(`--bind expects <name>=<service>/<step>, such as pay=shop/pay, but found ${JSON.stringify(given)}`);
  return { [name]: step };
}

async function ofDocument(given: string, world: World): Promise<Bindings> {
  const read = await readJsonArgument('--bind', given, world);
  if (!isJsonObject(read)) throw usage('--bind expects an object {"<name>": "<service>/<step>"}');
  for (const [name, step] of Object.entries(read)) if (!isStep(step)) throw usage(`--bind expects an object {"<name>": "<service>/<step>"}, but ${JSON.stringify(name)} has ${JSON.stringify(step)}`);
  return read as Bindings;
}

export const isStep = (value: Json): boolean => typeof value === 'string' && parseResource(value) !== undefined;

/**
 * The bindings by Resource, for the definition that they are meant for.
 * @throws Failure where one of them binds nothing there.
 */
export function boundFor(definition: Json | undefined, bindings: Bindings, file: string): Bindings {
  if (definition === undefined || !isJsonObject(definition) || Object.keys(bindings).length === 0) return {};
  const { resources, mistakes } = bindResources(definition as JsonObject, bindings);
  if (mistakes.length > 0) throw usage(`${file}: ${mistakes.join('; ')}`);
  return resources;
}

/** Which function stands behind which step. */
import { didYouMean, parseResource, resolveResource, resourcesOf, statesIn, type StateMachine, type Workflow } from '@baton/workflow';
import type { StepContext } from './step-context.ts';

/** A schema as zod makes them; only this much of it is used. */
export interface Schema {
  safeParse(value: unknown): SchemaResult;
  safeParseAsync?(value: unknown): Promise<SchemaResult>;
}

type SchemaResult =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] } };

/** A step as `defineStep` of the step SDK makes it. With schemas, input and output are held against them as a step service would. */
export interface StepLike {
  readonly name: string;
  readonly input?: Schema;
  readonly output?: Schema;
  // `any`, so that a step of whatever types fits.
  run(input: any, ctx: any): unknown;
}

/** Returns the output or a promise of it, or `silence` for a process that is gone; what it throws fails the attempt. A test may say which input it expects, or leave it. */
export type StepFunction = (input: any, ctx: StepContext) => unknown;

/**
 * By service, the steps that it serves; by `service/step`, a function for one of them. Where both are given the function
 * counts, so that a test may use real steps and replace one.
 */
export type Steps = Readonly<Record<string, readonly StepLike[] | StepFunction>>;

/** By `service/step`. */
export type Implementations = ReadonlyMap<string, StepLike>;

/** @throws TypeError naming every step of the workflows that has no implementation, and every key that is no name. */
export function implementationsOf(steps: Steps, workflows: readonly Workflow[]): Implementations {
  const found = new Map<string, StepLike>();
  const problems: string[] = [];
  for (const [service, given] of Object.entries(steps)) {
    if (Array.isArray(given)) for (const step of given as readonly StepLike[]) found.set(`${service}/${step.name}`, step);
  }
  for (const [key, given] of Object.entries(steps)) {
    if (Array.isArray(given) ? parseResource(`${key}/step`) === undefined : typeof given !== 'function' || parseResource(key) === undefined) {
      problems.push(`steps[${JSON.stringify(key)}]: expected the steps of a service, as { shop: [reserve] }, or a function for one step, as { 'shop/reserve': async () => ({}) }`);
    } else if (typeof given === 'function') {
      found.set(key, { name: key.slice(key.indexOf('/') + 1), run: given });
    }
  }
  for (const { def, machine } of workflows) {
    for (const resource of new Set(stepsIn(machine))) {
      if (found.has(resource)) continue;
      problems.push(`The workflow ${def.name} needs the step ${resource}, which has no implementation${didYouMean(resource, found.keys()) || `; steps has ${[...found.keys()].join(', ') || 'none'}`}`);
    }
  }
  if (problems.length > 0) throw new TypeError(problems.join('\n'));
  return found;
}

/** `service/step` of all Tasks, of what undoes them and of what reads the items of a Map, however deep. */
function* stepsIn(machine: StateMachine): Generator<string> {
  for (const [, state] of statesIn(machine)) {
    for (const resource of resourcesOf(state)) {
      const step = resolveResource(resource, machine);
      if (step !== undefined) yield `${step.service}/${step.step}`;
    }
  }
}

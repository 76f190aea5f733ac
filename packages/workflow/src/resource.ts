import { ID_PATTERN } from '@baton/contracts';

/** What a Task's Resource names: a step, and the service that offers it. */
export interface StepResource {
  readonly service: string;
  readonly step: string;
}

/** How long a Task lasts: until the step has answered, until the job that the step began is over (`.sync`), or until somebody answers the task token. */
export type Integration = 'request' | 'sync' | 'token';

const SUFFIXES: readonly (readonly [RegExp, Integration])[] = [
  [/\.waitForTaskToken$/, 'token'],
  [/\.sync(:2)?$/, 'sync'],
];

/** What AWS reads the items of a Map with, and writes its results: here steps of the platform's own service, where a machine does not bind them to others. */
export const PLATFORM_RESOURCES: Readonly<Record<string, string>> = {
  'arn:aws:states:::s3:getObject': 'map-data/get-object',
  'arn:aws:states:::s3:listObjectsV2': 'map-data/list-objects',
  'arn:aws:states:::s3:putObject': 'map-data/write-results',
};

/** `"<service>/<step>"`; undefined where the text is something else. */
export function parseResource(text: string): StepResource | undefined {
  const [service, step, ...rest] = text.split('/');
  if (service === undefined || step === undefined || rest.length > 0) return undefined;
  return ID_PATTERN.test(service) && ID_PATTERN.test(step) ? { service, step } : undefined;
}

/** The name without `.sync`, `.sync:2` or `.waitForTaskToken`, and which of them it was. */
export function splitResource(text: string): { readonly name: string; readonly integration: Integration } {
  for (const [suffix, integration] of SUFFIXES) if (suffix.test(text)) return { name: text.replace(suffix, ''), integration };
  return { name: text, integration: 'request' };
}

/**
 * The step that runs for a Resource: what the machine's `Baton.Resources` binds it to (as it stands, or without its
 * suffix), else the platform's own, else the step it names itself. Undefined where there is none, which a checked machine does not have.
 */
export function resolveResource(
  resource: string,
  machine: { readonly Baton?: { readonly Resources?: Readonly<Record<string, string>> | undefined } | undefined },
): (StepResource & { readonly integration: Integration }) | undefined {
  const { name, integration } = splitResource(resource);
  const bound = { ...PLATFORM_RESOURCES, ...machine.Baton?.Resources };
  const target = [resource, name].find((key) => Object.hasOwn(bound, key));
  const step = parseResource(target === undefined ? name : bound[target]!);
  return step && { ...step, integration };
}

/** The resources that the engine itself is behind: the one table of them. */
import { splitResource } from '../resource.ts';
import type { EngineResource } from './engine-resource.ts';
import { ASK_PERSON } from './ask-person.ts';
import { CONTINUE_AS } from './continue-as.ts';
import { EMIT } from './emit.ts';
import { PUT_EVENTS } from './put-events.ts';
import { executionArn, inputOfExecution, SDK_START_EXECUTION, START_EXECUTION, workflowOfArn } from './start-execution.ts';
import { START_RUN } from './start-run.ts';
import { WAIT_FOR_EVENT } from './wait-for-event.ts';

/** What the names of its own begin with; no other Resource does. */
export const ENGINE_PREFIX = 'baton:';

export const ENGINE_RESOURCES = {
  'baton:waitForEvent': WAIT_FOR_EVENT,
  'baton:askPerson': ASK_PERSON,
  'baton:startRun': START_RUN,
  'baton:emit': EMIT,
  'baton:continueAs': CONTINUE_AS,
  // Integrations of AWS that the engine does in its way, where a machine does not bind them to steps.
  'arn:aws:states:::states:startExecution': START_EXECUTION,
  'arn:aws:states:::aws-sdk:sfn:startExecution': SDK_START_EXECUTION,
  'arn:aws:states:::events:putEvents': PUT_EVENTS,
} as const satisfies Readonly<Record<string, EngineResource>>;
export type EngineResourceName = keyof typeof ENGINE_RESOURCES;

/** Undefined where a service runs it. @param bound Resources that the machine binds to steps. */
export function engineResourceOf(resource: string, bound: Readonly<Record<string, unknown>> = {}): EngineResourceName | undefined {
  const { name, integration } = splitResource(resource);
  if (!Object.hasOwn(ENGINE_RESOURCES, name)) return undefined;
  if (!name.startsWith(ENGINE_PREFIX) && (Object.hasOwn(bound, resource) || Object.hasOwn(bound, name))) return undefined;
  const { integrations }: EngineResource = ENGINE_RESOURCES[name as EngineResourceName];
  return integrations.includes(integration) ? (name as EngineResourceName) : undefined;
}

/** The time-out of a policy, which is about attempts of steps, for a Task with this Resource: where the engine does it itself, it is the state's own. */
export function ownTimeout<P extends { readonly timeout_seconds?: number | undefined }>(resource: string, policy: P): { readonly timeoutSeconds?: number; readonly policy: Omit<P, 'timeout_seconds'> } {
  const { timeout_seconds: timeoutSeconds, ...others } = policy;
  return timeoutSeconds === undefined || engineResourceOf(resource) === undefined ? { policy } : { timeoutSeconds, policy: others };
}

const SUFFIX = { request: '', sync: '.sync', token: '.waitForTaskToken' } as const;

/** Every Resource of its own that there is, for those that list them. */
export const ENGINE_RESOURCE_TEXTS: readonly string[] = Object.entries(ENGINE_RESOURCES).filter(([name]) => name.startsWith(ENGINE_PREFIX)).flatMap(([name, { integrations }]: [string, EngineResource]) => integrations.map((integration) => `${name}${SUFFIX[integration]}`));

export { readEngineParameters, type EngineResource, type ParametersOf } from './engine-resource.ts';
export { ASK_PERSON, CONTINUE_AS, EMIT, executionArn, inputOfExecution, PUT_EVENTS, SDK_START_EXECUTION, START_EXECUTION, START_RUN, WAIT_FOR_EVENT, workflowOfArn };

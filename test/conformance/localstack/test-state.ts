/** A call of TestState: one state, an input, and what it would reach outside for, against what AWS answered. */
import { isJsonObject, type Json, type JsonObject } from '@baton/contracts';
import { testState, type Mock, type StateTest, type StateTested } from '@baton/core';
import { validateState, type State } from '@baton/workflow';
import { bound } from '../bindings.ts';
import { failed, passed, unsupported, type Verdict } from '../case.ts';
import { statesOf } from '../definition.ts';
import { differences, short } from '../match.ts';
import { featureOf } from '../refusal.ts';
import { lambdaAnswer } from './lambdas.ts';
import { toleranceOf } from './execution.ts';
import { recordedAtMs, type RecordedCase } from './recorded.ts';

export function runTestState(recorded: RecordedCase): Verdict {
  const { expected, testStateArgs: args } = recorded;
  if (args === undefined) return unsupported('a call of TestState whose arguments were not recorded');
  const asAws = foreignRule(expected);
  if (asAws !== undefined) return unsupported(asAws);
  const refusing = 'Error' in expected || expected['accepted'] === false;
  const call = callOf(recorded, args);
  if (typeof call === 'string') return refusing ? passed([`refused: ${call}`]) : unsupported(call);
  const problems = validateState(call.state, (call.machine ?? {}) as JsonObject).filter(({ severity }) => severity === 'error');
  if (problems.length > 0) return unsupported(featureOf(problems, recorded.definition));
  const tested = testState(call);
  if ('refused' in tested) return refusing ? passed([`refused: ${tested.refused}`]) : failed(`refused: ${tested.refused}`);
  if (refusing) return failed(`AWS refuses the call: ${String(expected['message'])}; found ${tested.status}`);
  const { inspectionData, cause, ...told } = asAnswer(tested);
  const { inspectionData: shown = {}, cause: prose, ...wanted } = expected;
  const tolerance = toleranceOf(recorded);
  const wrong = [
    ...differences(wanted, told as Json, tolerance),
    // What AWS shows must be there; what else there is to see is nobody's loss.
    ...Object.entries(shown as JsonObject).flatMap(([name, value]) => differences(value, inspectionData[name], tolerance, `$.inspectionData.${name}`)),
  ];
  const notes = prose !== undefined && prose !== cause ? [`the cause reads ${short(cause)} where AWS says ${short(prose)}`] : [];
  return wrong.length === 0 ? passed(notes) : failed(wrong.slice(0, 3).join('; '), notes);
}

/** Refusals that hold only where there are AWS's services and roles. */
function foreignRule(expected: JsonObject): string | undefined {
  const message = JSON.stringify(expected);
  if (message.includes('Mock result schema validation error')) return 'mocks held against the schemas of AWS services';
  if (message.includes('RoleArn') && 'Error' in expected) return 'roles of AWS';
  return message.includes('RevealSecrets') ? 'revealSecrets of HTTP Tasks' : undefined;
}

/** @returns in words why there is no call to make. */
function callOf(recorded: RecordedCase, args: JsonObject): StateTest | string {
  const { definition, input = {} } = recorded;
  const name = args['stateName'];
  const written = typeof name === 'string' ? stateIn(definition, name) : definition;
  if (written === undefined) return `there is no state ${String(name)}`;
  const language = typeof name === 'string' && isJsonObject(definition) && 'QueryLanguage' in definition ? { QueryLanguage: definition['QueryLanguage']! } : {};
  const { States, ...machine } = bound({ ...language, States: { State: written } }) as { readonly States: JsonObject };
  const mock = mockOf(recorded, args);
  if (typeof mock === 'string') return mock;
  const given = (isJsonObject(args['stateConfiguration']) ? args['stateConfiguration'] : {}) as { readonly retrierRetryCount?: number; readonly mapIterationFailureCount?: number };
  return {
    state: States['State'] as unknown as State,
    name: typeof name === 'string' ? name : 'StateName',
    machine: machine as NonNullable<StateTest['machine']>,
    input,
    nowMs: recordedAtMs(recorded),
    ...(mock !== undefined && { mock }),
    ...(typeof args['variables'] === 'string' && { variables: JSON.parse(args['variables']) as Record<string, Json> }),
    ...(typeof args['context'] === 'string' && { context: JSON.parse(args['context']) as JsonObject }),
    ...(given.retrierRetryCount !== undefined && { retries: given.retrierRetryCount }),
    ...(given.mapIterationFailureCount !== undefined && { failedItems: given.mapIterationFailureCount }),
  };
}

/** Names are unique in a definition, machines inside it included. */
function stateIn(definition: Json, name: string): Json | undefined {
  for (const found of statesOf(definition)) if (found.name === name) return found.state;
  return undefined;
}

function mockOf(recorded: RecordedCase, { mock }: JsonObject): Mock | undefined | string {
  if (!isJsonObject(mock)) return deployedMock(recorded);
  const { result, errorOutput } = mock;
  if (result !== undefined && errorOutput !== undefined) return 'a mock is a result or an error';
  if (isJsonObject(errorOutput)) return { error: { name: String(errorOutput['error']), ...(errorOutput['cause'] !== undefined && { cause: String(errorOutput['cause']) }) } };
  try {
    return { result: JSON.parse(String(result)) as Json };
  } catch {
    return 'a mocked result is JSON';
  }
}

/** Without a mock AWS called the function; what a service integration wraps its answer in was not recorded. */
function deployedMock({ definition, lambdas: [lambda] = [], input = {} }: RecordedCase): Mock | undefined | string {
  if (lambda === undefined || !isJsonObject(definition)) return undefined;
  if (!String(definition['Resource']).includes(':function:')) return 'a task of which no answer was recorded';
  const answer = lambdaAnswer(lambda.behaviour, input);
  if (answer === 'silence') return 'a function that does not answer';
  return answer.outcome === 'succeeded' ? { result: answer.output } : { error: { name: answer.error.name, cause: answer.error.message } };
}

interface AsAnswer {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  readonly inspectionData: JsonObject;
}

/** The answer in AWS's words. What is no object it shows as text. */
function asAnswer({ status, output, error, errorDetails, next, inspection }: StateTested): AsAnswer {
  const shown = Object.entries(inspection).map(([name, value]) => [name, typeof value === 'number' || isJsonObject(value) ? value : spaced(value)] as const);
  return {
    status,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error: error.name, cause: error.message }),
    ...(next !== undefined && { nextState: next }),
    inspectionData: { ...Object.fromEntries(shown), ...(errorDetails !== undefined && { errorDetails }) },
  };
}

/** JSON as AWS writes it: with a blank after each comma and colon. */
function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => spaced(item as Json)).join(', ')}]`;
  return isJsonObject(value) ? `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`).join(', ')}}` : JSON.stringify(value);
}

/** What the sentences of the scenarios mean, one entry each. */
import { isJsonObject, type Json } from '@baton/contracts';
import { same, short } from '../match.ts';
import { lookUp } from './look-up.ts';
import { failedWith, type Stage } from './stage.ts';

type Meaning = (stage: Stage, words: readonly string[], docstring: string) => void;

/** Raised where nobody knows what a part of a sentence means. */
class Unknown extends Error {}

/** Raised where a scenario asks for what came out, and something else did. */
export class NotSo extends Error {}

const json = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};
const expect = (holds: boolean, message: () => string): void => {
  if (!holds) throw new NotSo(message());
};
const equal = (what: string, expected: Json | undefined, found: Json | undefined): void => expect(same(expected, found), () => `${what}: expected ${short(expected)}, found ${short(found)}`);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? 'nothing');
const KINDS: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  bool: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value),
  dict: isJsonObject,
};

/** What a path is followed in. */
const ROOTS: Readonly<Record<string, (stage: Stage) => Json>> = {
  'the step result data': (stage) => stage.result,
  'the variable': (stage) => stage.last && stage.variables,
  'the context': (stage) => stage.context,
  'the execution input': (stage) => stage.executionInput ?? stage.data,
};

function at(stage: Stage, root: string, path: string): Json | undefined {
  const rooted = ROOTS[root];
  if (rooted === undefined) throw new Unknown();
  return lookUp(path, rooted(stage));
}

/** What a field of the state came to, as far as the run shows it. */
function fieldOf(stage: Stage, field: string): number | undefined {
  if (field === 'MaxConcurrency') return stage.last.mostOpen;
  for (const { event, atMs } of stage.last.events) {
    if (field === 'TimeoutSeconds' && event.type === 'attempt-opened') return (event.deadlineMs - atMs) / 1_000;
    if (field === 'HeartbeatSeconds' && event.type === 'attempt-opened') return (event.heartbeatTimeoutMs ?? 0) / 1_000;
    if (field === 'ToleratedFailureCount' && event.type === 'branches-opened') return event.tolerated;
  }
  throw new Unknown();
}

const SENTENCES: readonly (readonly [RegExp, Meaning])[] = [
  [/^an? (?:invalid )?state machine defined by:?$/, (stage, _, docstring) => stage.define(docstring)],
  [/^a simple state machine$/, (stage) => stage.define('{"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": true}}}')],
  [/^the current state data is:?$/, (stage, _, docstring) => (stage.data = json(docstring))],
  [/^the execution input is:?$/, (stage, _, docstring) => (stage.executionInput = json(docstring))],
  [/^the state machine is current at the state "(.*)"$/, (stage, [state]) => (stage.current = state!)],
  [/^the retry count is "(\d+)"$/, (stage, [count]) => (stage.retries = Number(count))],
  [/^the variable "(.*)" is:?$/, (stage, [name], docstring) => (stage.variables = { ...stage.variables, [name!]: json(docstring) })],

  [/^the resource "(?:.*)" will be called with(?: role "(?:.*)" and parameters)?:$/, (stage, _, docstring) => (stage.resources.parameters = json(docstring))],
  [/^the resource "(?:.*)" will(?: be called with any parameters(?:,? (?:using|with) role "(?:.*)")? and)? return:$/, (stage, _, docstring) => (stage.resources.answer = { outcome: 'succeeded', output: json(docstring) })],
  [/^the resource "(?:.*)" will be called with any parameters(?:,? (?:using|with) role "(?:.*)")? and fail with error "(.*)"$/, (stage, [error]) => (stage.resources.answer = failedWith(error!))],
  [/^for input "(.*)", the state "(?:.*)" will be called with:$/, (stage, [label], docstring) => void stage.items.set(label!, { ...stage.items.get(label!), input: json(docstring) })],
  [/^for input "(.*)", the state "(?:.*)" will return(?: JSON)?:$/, (stage, [label], docstring) => void stage.items.set(label!, { ...stage.items.get(label!), output: json(docstring) })],
  [/^for input "(.*)", the state "(?:.*)" will fail with error "(.*)"$/, (stage, [label, error]) => void stage.items.set(label!, { ...stage.items.get(label!), error: error! })],
  [/^the state "(?:.*)" will return "(.*)" when invoked with any unknown parameters$/, (stage, [output]) => (stage.otherItems = output!)],
  [/^branch (\d+) will return:?$/, (stage, [branch], docstring) => void stage.branches.set(Number(branch), { outcome: 'succeeded', output: json(docstring) })],
  [/^branch (\d+) will fail with error "(.*)"$/, (stage, [branch, error]) => void stage.branches.set(Number(branch), failedWith(error!))],

  [/^the state machine executes$/, (stage) => stage.execute()],
  [/^the step ends the execution in a (successful|failure) state$/, (stage, [how]) => (stage.define(`{"StartAt": "Only", "States": {"Only": {"Type": "${how === 'successful' ? 'Succeed' : 'Fail'}"}}}`), stage.execute())],
  [/^the step result is:$/, (stage, _, docstring) => (stage.define(`{"StartAt": "Only", "States": {"Only": {"Type": "Pass", "Result": ${docstring}, "End": true}}}`), stage.execute())],
  [/^the parser runs$/, (stage) => void stage.parse()],

  [/^the next state is "(.*)"$/, (stage, [state]) => equal('the next state', state!, stage.next)],
  [/^the execution ended$/, (stage) => expect(stage.ended, () => `expected the end, found ${stage.next}`)],
  [/^the execution (succeeded|failed)$/, (stage, [how]) => equal('the execution', how === 'succeeded' ? 'completed' : 'failed', stage.last.run?.status)],
  [/^the execution error was null$/, (stage) => equal('the error', 'States.Failed', stage.last.run?.error?.name)],
  [/^the execution error cause was null$/, (stage) => equal('the cause', '', stage.last.run?.error?.message)],
  [/^the execution error was "(.*)"$/, (stage, [error]) => equal('the error', error!, stage.last.run?.error?.name)],
  [/^the execution error cause was "(.*)"$/, (stage, [cause]) => equal('the cause', cause!, stage.last.run?.error?.message)],
  [/^the execution error cause contained "(.*)"$/, (stage, [part]) => expect(stage.last.run?.error?.message.includes(part!) === true, () => `expected ${part} in ${stage.last.run?.error?.message}`)],
  [/^the state machine failed to compile$/, (stage) => expect(stage.isRefused, () => 'expected the definition to be refused')],
  [/^the parser fails$/, (stage) => expect(stage.isRefused, () => 'expected the definition to be refused')],
  [/^a "StateMachineModel" is created$/, (stage) => expect(!stage.isRefused, () => 'expected the definition to be accepted')],
  [/^the "(.*)" step is a "(\w+)State" object$/, (stage, [state, type]) => equal('the type', type!, stage.typeOf(state!))],

  [/^(.*) path "(.*)" matches "(.*)"$/, (stage, [root, path, value]) => equal(path!, value!, text(at(stage, root!, path!)))],
  [/^(.*) path "(.*)" does not match "(.*)"$/, (stage, [root, path, value]) => expect(text(at(stage, root!, path!)) !== value, () => `${path}: expected something else than ${value}`)],
  [/^(.*) path "(.*)" contains "(.*)"$/, (stage, [root, path, part]) => expect(contains(at(stage, root!, path!), part!), () => `${path}: expected ${part} in ${short(at(stage, root!, path!))}`)],
  [/^(.*) path "(.*)" does not contain "(.*)"$/, (stage, [root, path, part]) => expect(!contains(at(stage, root!, path!), part!), () => `${path}: expected no ${part} in ${short(at(stage, root!, path!))}`)],
  [/^(.*) path "(.*)" has "(\d+)" (?:entry|entries)$/, (stage, [root, path, count]) => equal(path!, Number(count), sizeOf(at(stage, root!, path!)))],
  [/^(.*) path "(.*)" (does not exist|exists)$/, (stage, [root, path, how]) => expect((at(stage, root!, path!) === undefined) === (how === 'does not exist'), () => `${path}: found ${short(at(stage, root!, path!))}`)],
  [/^(.*) path "(.*)" is null$/, (stage, [root, path]) => equal(path!, null, at(stage, root!, path!))],
  [/^(.*) path "(.*)" is an? (\w+)$/, (stage, [root, path, kind]) => expect(KINDS[kind!]?.(at(stage, root!, path!)) === true, () => `${path}: expected ${kind}, found ${short(at(stage, root!, path!))}`)],
  [/^the step result data is:?$/, (stage, _, docstring) => equal('the result', json(docstring), stage.result)],
  [/^the step result data is not:?$/, (stage, _, docstring) => expect(!same(json(docstring), stage.result), () => `expected something else than ${short(stage.result)}`)],
  [/^the JSON output of "(?:.*)" is:?$/, (stage, _, docstring) => equal('the output', json(docstring), stage.result)],

  [/^the last state waited for "(.*)" seconds$/, (stage, [seconds]) => equal('seconds waited', Number(seconds), wait(stage).forMs / 1_000)],
  [/^the last state waited until "(.*)"$/, (stage, [time]) => equal('the end of the wait', Date.parse(time!), wait(stage).untilMs)],
  [/^the last state ran with a max of "(\d+)" concurrent executions$/, (stage, [most]) => equal('open at once', Number(most), stage.last.mostOpen)],
  [/^the states? "(\w+)" field was "(.*)"$/, (stage, [field, value]) => equal(field!, Number(value), fieldOf(stage, field!))],
  [/^branches were called with:?$/, (stage, _, docstring) => stage.last && stage.calls.forEach((input) => equal('the input of a branch', json(docstring), input))],
];

/** @returns false where nobody knows what the sentence means. @throws NotSo, Refused. */
export function play(stage: Stage, sentence: string, docstring: string): boolean {
  for (const [pattern, meaning] of SENTENCES) {
    const match = pattern.exec(sentence);
    if (match === null) continue;
    try {
      meaning(stage, match.slice(1), docstring);
      return true;
    } catch (error) {
      if (error instanceof Unknown) return false;
      throw error;
    }
  }
  return false;
}

function contains(value: Json | undefined, part: string): boolean {
  if (Array.isArray(value)) return value.some((item) => text(item as Json) === part);
  return isJsonObject(value) ? Object.hasOwn(value, part) : typeof value === 'string' && value.includes(part);
}

const sizeOf = (value: Json | undefined): number => (Array.isArray(value) ? value.length : isJsonObject(value) ? Object.keys(value).length : 0);

function wait(stage: Stage): { readonly forMs: number; readonly untilMs: number } {
  for (const { event, atMs } of stage.last.events) if (event.type === 'wait-started') return { forMs: event.timer.dueMs - atMs, untilMs: event.timer.dueMs };
  throw new NotSo('expected a wait');
}

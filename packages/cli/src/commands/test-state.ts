/** One state tried out alone, by the code that runs it in a run. Speaks to nobody. */
import { testState, type Mock, type StateTest, type StateTested } from '@baton/core';
import { validateStateText, type State, type StateMachine } from '@baton/workflow';
import type { Command } from 'commander';
import { z } from 'zod';
import { readDefinitionFile } from '../definitions/read-file.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure, usage } from '../failure.ts';
import { readJsonArgument, readJsonObjectArgument } from '../input.ts';
import { documentLines } from '../output/document.ts';
import { safe } from '../output/safe.ts';
import type { Session } from '../session.ts';
import type { World } from '../world.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly state?: string;
  readonly input: string;
  readonly mock?: string;
  readonly mockError?: string;
  readonly variables?: string;
  readonly context?: string;
  readonly retries?: number;
  readonly failedItems?: number;
  readonly inspect?: boolean;
}

export function addTestState(program: Command, session: (command: Command) => Session): void {
  program
    .command('test-state')
    .summary('try out one state of a definition')
    .description(
      'Try out one state of a definition, JSON or YAML, alone: what it makes of an input, where it leads, what its rules do with an error. What it would reach outside for is given: what the step answers, what the branches come to. A Wait waits for nothing. Speaks to nobody. Ends with 3 where the state fails.',
    )
    .argument('<file>', 'the definition, or one state alone, or - for standard input')
    .option('-s, --state <name>', 'the state, however deep it stands; left out where the file is one state')
    .option('-i, --input <json>', 'its input: JSON, @file.json, or - for standard input', '{}')
    .option('-m, --mock <json>', 'what its step answers, or the list of what its branches or items come to: JSON or @file.json')
    .option('--mock-error <json>', 'how its step or its branches fail instead: {"Error": "<name>", "Cause": "<text>"}, or @file.json')
    .option('--variables <json>', 'variables by their names: an object, or @file.json')
    .option('--context <json>', 'members of the context object: an object, or @file.json')
    .option('--retries <count>', 'retries that were made before, by the rule of Retry that takes the error', wholeNumber('--retries'))
    .option('--failed-items <count>', 'items of a Map that have failed', wholeNumber('--failed-items'))
    .option('--inspect', 'show the data after each step on its way through the state')
    .action(async (file: string, options: Options, command: Command) => {
      const called = session(command);
      const { state, machine } = await stateOf(file, options.state, called);
      const tested = testState({ state, machine, ...(options.state !== undefined && { name: options.state }), ...(await givenBy(options, called.world)) });
      if ('refused' in tested) throw usage(`${options.state ?? file}: ${tested.refused}`, options.mock !== undefined ? undefined : `Give it with --mock '<json>' or --mock-error '{"Error": "<name>"}'; see: baton test-state --help`);
      if (tested.status === 'FAILED') called.exit(EXIT.runFailed);
      called.answer(documentOf(tested, options), () => linesOf(tested, options, called).join('\n'));
    });
}

async function stateOf(file: string, name: string | undefined, { world, note, style }: Session): Promise<{ readonly state: State; readonly machine: Pick<StateMachine, 'QueryLanguage' | 'Baton'> }> {
  const { text, format } = await readDefinitionFile(file, world);
  const { state, machine, problems, errorsElsewhere } = validateStateText(text, name, format);
  if (state === undefined) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const told = errors.map(({ line, path, message }) => ({ field: `${path} (line ${line})`, message }));
    const [first] = told;
    throw new Failure(told.length === 1 ? `${file}: ${first!.message}${errors[0]!.path === '$' ? '' : ` (${first!.field})`}` : `${file}: ${name === undefined ? 'the state' : JSON.stringify(name)} has ${told.length} mistakes`, { exit: EXIT.refused, code: 'invalid_definition', problems: told });
  }
  for (const { line, column, message } of problems) note(`${style.warn('warning')} ${safe(`${file}:${line}:${column} ${message}`)}`);
  if (errorsElsewhere > 0) note(`The rest of the definition has ${errorsElsewhere} error${errorsElsewhere === 1 ? '' : 's'}; see them with: baton validate ${file}`);
  return { state, machine: machine as Pick<StateMachine, 'QueryLanguage' | 'Baton'> };
}

async function givenBy({ input, mock, mockError, variables, context, retries, failedItems }: Options, world: World): Promise<Omit<StateTest, 'state'>> {
  if (mock !== undefined && mockError !== undefined) throw usage('--mock and --mock-error exclude each other: a state comes to a result or fails');
  return {
    input: await readJsonArgument('--input', input, world),
    nowMs: world.nowMs(),
    ...(mock !== undefined && { mock: { result: await readJsonArgument('--mock', mock, world) } }),
    ...(mockError !== undefined && { mock: await errorOf(mockError, world) }),
    ...(variables !== undefined && { variables: await readJsonObjectArgument('--variables', variables, { world, what: 'variables by their names' }) }),
    ...(context !== undefined && { context: await readJsonObjectArgument('--context', context, { world, what: 'members such as Execution' }) }),
    ...(retries !== undefined && { retries }),
    ...(failedItems !== undefined && { failedItems }),
  };
}

/** By the names that Fail and `$states.errorOutput` give them. */
const MockError = z.strictObject({ Error: z.string().min(1), Cause: z.string().optional() });

async function errorOf(given: string, world: World): Promise<Mock> {
  const parsed = MockError.safeParse(await readJsonArgument('--mock-error', given, world));
  if (!parsed.success) throw usage(`--mock-error expects {"Error": "<name>", "Cause": "<text>"}, where Cause may be left out: ${parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ')}`);
  const { Error: name, Cause: cause } = parsed.data;
  return { error: { name, ...(cause !== undefined && { cause }) } };
}

function documentOf({ status, output, next, error, errorDetails, variables, compensation, inspection }: StateTested, { state, inspect = false }: Options): object {
  return {
    ...(state !== undefined && { state }),
    status,
    ...(output !== undefined && { output }),
    ...(next !== undefined && { next }),
    ...(error !== undefined && { error: error.name, cause: error.message }),
    ...(errorDetails !== undefined && { errorDetails }),
    variables,
    ...(compensation !== undefined && { compensation }),
    ...(inspect && { inspection }),
  };
}

function linesOf({ status, output, next, error, errorDetails = {}, variables, compensation, inspection }: StateTested, { inspect = false }: Options, { style }: Session): string[] {
  const whole = 'baton test-state --json …';
  const paint = status === 'SUCCEEDED' ? style.good : status === 'FAILED' ? style.bad : style.warn;
  const { retryIndex, retryBackoffIntervalSeconds: seconds, catchIndex } = errorDetails;
  return [
    `status  ${paint(status)}`,
    ...(error === undefined ? [] : [`error  ${safe(error.name)}`, ...(error.message === '' ? [] : [`cause  ${safe(error.message)}`])]),
    ...(retryIndex === undefined ? [] : [seconds === undefined ? `retry  by Retry[${retryIndex}] there is none left` : `retry  by Retry[${retryIndex}], after ${seconds} s`]),
    ...(catchIndex === undefined ? [] : [`caught  by Catch[${catchIndex}]`]),
    ...(output === undefined ? [] : [`next  ${next === undefined ? style.quiet('none: the machine ends') : safe(next)}`, ...documentLines('output', output, whole, style)]),
    ...(Object.keys(variables).length === 0 ? [] : documentLines('variables', variables, whole, style)),
    ...(compensation === undefined ? [] : [`undone  by ${safe(compensation.resource)}, where the run does not end well`, ...documentLines('given', compensation.input, whole, style)]),
    ...(inspect ? ['', ...Object.entries(inspection).flatMap(([name, value]) => documentLines(name, value, whole, style))] : []),
  ];
}

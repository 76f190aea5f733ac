/** One expression evaluated, by the code that evaluates it in a run. Speaks to nobody. */
import type { JsonObject } from '@baton/contracts';
import { ExpressionError, type Ambient, type JsonataScope, type Roots } from '@baton/expressions';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { missingAdvice, spellingAdvice } from '../expressions/advice.ts';
import { caretLines, placeIn } from '../expressions/caret.ts';
import { expressionOf, type Expression } from '../expressions/expression.ts';
import { Failure } from '../failure.ts';
import { readJsonArgument, readJsonObjectArgument, readTextArgument } from '../input.ts';
import { safe } from '../output/safe.ts';
import type { Session } from '../session.ts';
import type { World } from '../world.ts';

interface Options {
  readonly input: string;
  readonly jsonata?: boolean;
  readonly variables?: string;
  readonly context?: string;
  readonly result?: string;
}

export function addEval(program: Command, session: (command: Command) => Session): void {
  program
    .command('eval')
    .summary('evaluate one expression')
    .description(
      'Evaluate a path, an intrinsic function or JSONata, as they stand in definitions, against a JSON document. Speaks to nobody. Ends with 2 where the text is no expression, with 3 where it fails, and says where and what would help. What there is to write is in docs/reference/expressions.md.',
    )
    .argument('<expression>', "$.path, States.Function(…) or {% JSONata %}, in single quotes; or @file")
    .option('-i, --input <json>', 'the data, which is $, and $states.input in JSONata: JSON, @file.json, or - for standard input', '{}')
    .option('--jsonata', 'the expression is JSONata without {% and %}')
    .option('--variables <json>', 'variables by their names: an object, or @file.json')
    .option('--context <json>', 'the context object, which is $$, and $states.context in JSONata: an object, or @file.json', '{}')
    .option('--result <json>', '$states.result in JSONata: JSON, or @file.json')
    .action(async (given: string, options: Options, command: Command) => {
      const called = session(command);
      const { world } = called;
      const expression = expressionOf((await readTextArgument('<expression>', given, world)).trim(), { jsonata: options.jsonata === true });
      const { roots, scope } = await givenBy(options, world);
      const problem = expression.check();
      if (problem !== undefined) {
        const at = problem.offset === undefined ? undefined : problem.offset - expression.before;
        throw failure(expression, problem.message, { exit: EXIT.refused, code: 'invalid_expression', offset: at, next: spellingAdvice(expression, at) });
      }
      const result = evaluated(expression, roots, scope, ambientOf(world));
      called.answer({ language: expression.language, result }, () => safe(JSON.stringify(result, null, 2)));
    });
}

async function givenBy({ input, variables, context, result }: Options & { readonly context?: string }, world: World): Promise<{ readonly roots: Roots; readonly scope: JsonataScope }> {
  const roots: Roots = {
    data: await readJsonArgument('--input', input, world),
    context: await readJsonObjectArgument('--context', context ?? '{}', { world, what: 'members such as Execution' }),
    variables: variables === undefined ? {} : await readJsonObjectArgument('--variables', variables, { world, what: 'variables by their names' }),
  };
  const states = { input: roots.data, context: roots.context, ...(result !== undefined && { result: await readJsonArgument('--result', result, world) }) };
  return { roots, scope: { states, variables: roots.variables } };
}

function evaluated(expression: Expression, roots: Roots, scope: JsonataScope, ambient: Ambient): ReturnType<Expression['evaluate']> {
  try {
    return expression.evaluate({ roots, scope, ambient });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const advice = missingAdvice(expression, roots, scope);
    const own = error.offset === undefined ? undefined : error.offset - expression.before;
    throw failure(expression, `${error.errorName}: ${error.message}`, { exit: EXIT.runFailed, code: 'expression_failed', offset: own ?? advice?.offset, next: own === undefined ? advice?.message : undefined, details: { name: error.errorName } });
  }
}

interface FailureOptions {
  readonly exit: (typeof EXIT)['refused' | 'runFailed'];
  readonly code: string;
  readonly offset: number | undefined;
  readonly next: string | undefined;
  readonly details?: JsonObject;
}

function failure({ text }: Expression, message: string, { exit, code, offset, next, details }: FailureOptions): Failure {
  const place = offset === undefined ? undefined : placeIn(text, offset);
  return new Failure(message, { exit, code, next, details: { ...details, ...place }, ...(offset !== undefined && { shown: caretLines(text, offset) }) });
}

/** The real time and real chance. */
function ambientOf({ nowMs }: World): Ambient {
  const begunMs = nowMs();
  return { nowMs: begunMs, random: () => Math.random(), elapsedMs: () => nowMs() - begunMs };
}

/** What is wrong with an expression of either query language, as the schemas and checks ask it. */
import { isJsonObject, type Json } from '@baton/contracts';
import { checkJsonata, checkJsonPath, checkPathOrCall, checkTemplate, isJsonata, isReferencePath, variableOfPath, variablesIn, variablesInPathOrCall, type ExpressionProblem } from '@baton/expressions';
import type { QueryLanguage } from './states/query-language.ts';

export interface Mistake {
  readonly message: string;
  /** The way to it from the value that was checked. */
  readonly path: readonly (string | number)[];
}

/** A path into the data, the context object or a variable. */
export const pathMistake = (text: string): string | undefined => told(checkJsonPath(text));

/** As pathMistake, or a call of an intrinsic function. */
export const pathOrCallMistake = (text: string): string | undefined => told(checkPathOrCall(text));

/** One place, wherever it is: in the data, the context object or a variable. */
export function placeMistake(text: string): string | undefined {
  const inData = `$${text.slice(text.startsWith('$$') ? 2 : 1 + (variableOfPath(text)?.length ?? 0))}`;
  return pathMistake(text) ?? (isReferencePath(inData) ? undefined : 'Expected a path to one place, such as $.order.id: no filter, slice or wildcard');
}

/** One place in the data, to be written to. */
export const targetMistake = (text: string): string | undefined =>
  isReferencePath(text) ? undefined : 'Expected a reference path such as $.order.id: one place in the data, no filter, slice or wildcard';

function told(problem: ExpressionProblem): string;
function told(problem: ExpressionProblem | undefined): string | undefined;
function told(problem: ExpressionProblem | undefined): string | undefined {
  return problem === undefined ? undefined : `${problem.message}${problem.offset === undefined ? '' : ` (at character ${problem.offset + 1})`}`;
}

/** An expression `{% … %}` of JSONata. */
export const jsonataMistake = (text: string): string | undefined => told(checkJsonata(text));

/** A payload template: members whose name ends in `.$` take their value from a path or an intrinsic function. */
export const templateMistakes = (template: Json): readonly Mistake[] => checkTemplate(template).map((problem) => ({ message: told(problem), path: problem.path }));

/** JSONata: every string between `{%` and `%}`, at any depth, is an expression; one that has only half of that is a slip. */
export function jsonataMistakes(template: Json): readonly Mistake[] {
  if (typeof template === 'string') {
    const message = isJsonata(template) || template.startsWith('{%') || template.endsWith('%}') ? jsonataMistake(template) : undefined;
    return message === undefined ? [] : [{ message, path: [] }];
  }
  if (Array.isArray(template)) return template.flatMap((item, i) => under(i, jsonataMistakes(item as Json)));
  return isJsonObject(template) ? Object.entries(template).flatMap(([key, value]) => under(key, jsonataMistakes(value))) : [];
}

const under = (key: string | number, mistakes: readonly Mistake[]): readonly Mistake[] => mistakes.map(({ message, path }) => ({ message, path: [key, ...path] }));

/** The names of the variables that an expression reads, each once; none where it is no expression. */
export function variablesRead(text: string, language: QueryLanguage): readonly string[] {
  if (language === 'JSONata') return variablesIn(text);
  return pathOrCallMistake(text) === undefined ? variablesInPathOrCall(text) : [];
}

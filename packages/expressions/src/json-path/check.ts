import type { ExpressionProblem } from '../expression-error.ts';
import { compilePath } from './compile.ts';

/** What keeps `text` from being a path into the data ($…), the context object ($$…) or a variable ($name…); undefined where nothing does. */
export function checkJsonPath(text: string): ExpressionProblem | undefined {
  const compiled = compilePath(text);
  return 'message' in compiled ? compiled : undefined;
}

/** As checkJsonPath, as a question. */
export const isJsonPath = (text: string): boolean => checkJsonPath(text) === undefined;

/**
 * The keys of a reference path, or undefined where `text` is none: one place in the data, by names and indices from the start.
 * `$` is the empty list. Source: Amazon States Language, "Reference Paths".
 */
export function referencePath(text: string): readonly string[] | undefined {
  const compiled = compilePath(text);
  if ('message' in compiled || compiled.root !== 'data' || compiled.keys === undefined) return undefined;
  return compiled.keys.some((key) => typeof key === 'number' && key < 0) ? undefined : compiled.keys.map(String);
}

export const isReferencePath = (text: string): boolean => referencePath(text) !== undefined;

/** The name of the variable that a path reads, or undefined. */
export function variableOfPath(text: string): string | undefined {
  const compiled = compilePath(text);
  return 'message' in compiled || typeof compiled.root === 'string' ? undefined : compiled.root.variable;
}

import type { ExpressionProblem } from '../expression-error.ts';
import { compileJsonata } from './compile.ts';

/** What keeps `text` from being a JSONata expression `{% … %}` that may be run; undefined where nothing does. */
export function checkJsonata(text: string): ExpressionProblem | undefined {
  const compiled = compileJsonata(text);
  return 'message' in compiled ? compiled : undefined;
}

/** The variables that a JSONata expression takes from outside, without `$`; `states` is not among them. Empty where it is no expression. */
export function variablesIn(text: string): readonly string[] {
  const compiled = compileJsonata(text);
  return 'message' in compiled ? [] : compiled.variables;
}

/** The members of `$states` that an expression reads by name, such as `input`; also those that there are not. Empty where it is no expression. */
export function statesMembersIn(text: string): readonly string[] {
  const compiled = compileJsonata(text);
  return 'message' in compiled ? [] : compiled.statesMembers;
}

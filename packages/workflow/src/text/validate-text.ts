/** Checks a definition as text, so that every problem has its line and column. */
import type { Json } from '@baton/contracts';
import { problemList } from '../checks/problems.ts';
import { jsonPathOf, type DefinitionProblem } from '../problem.ts';
import type { StateMachine } from '../states/index.ts';
import { collect, type ValidateOptions } from '../validate.ts';
import { readDefinitionText, type TextFormat } from './definition-text.ts';

export interface ValidateTextOptions extends ValidateOptions {
  /** Default: JSON where the text begins like it, else YAML. */
  readonly format?: TextFormat;
}

export interface ValidatedText {
  /** What was read; absent where it could not be. */
  readonly definition?: Json;
  /** The typed machine; absent where there is an error. */
  readonly machine?: StateMachine;
  /** In the order in which they stand in the text. */
  readonly problems: readonly DefinitionProblem[];
}

/** Never throws: a text that cannot be read is a problem like others. */
export function validateText(text: string, { format, ...options }: ValidateTextOptions = {}): ValidatedText {
  const { value, problems: unread, placeOf } = readDefinitionText(text, format);
  const { problems, report } = problemList(placeOf);
  for (const { path, ...problem } of unread) problems.push({ ...problem, path: jsonPathOf(path), severity: 'error' });
  if (value !== undefined) collect(value, options, report);
  problems.sort((a, b) => a.line! - b.line! || a.column! - b.column!);
  const failed = problems.some((problem) => problem.severity === 'error');
  return { ...(value !== undefined && { definition: value }), ...(!failed && { machine: value as unknown as StateMachine }), problems };
}

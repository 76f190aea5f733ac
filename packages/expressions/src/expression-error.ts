/** What is wrong with an expression before it runs. */
export interface ExpressionProblem {
  /** What was expected, in words for the author. */
  readonly message: string;
  /** UTF-16 units from the beginning of the text that was checked, where the place is known. */
  readonly offset?: number;
}

/**
 * The names under which AWS reports that an expression failed. The specification also has `States.ParameterPathFailure` for a
 * path that finds nothing; what AWS itself reports then is `States.Runtime`.
 */
export type ExpressionErrorName = 'States.IntrinsicFailure' | 'States.QueryEvaluationError' | 'States.Runtime';

/** An expression that could not be evaluated: the state that holds it fails with `errorName`, nothing else does. */
export class ExpressionError extends Error {
  readonly errorName: ExpressionErrorName;
  /** UTF-16 units from the beginning of the text that was evaluated, where the place is known. */
  readonly offset: number | undefined;

  constructor(errorName: ExpressionErrorName, message: string, offset?: number) {
    super(message);
    this.name = 'ExpressionError';
    this.errorName = errorName;
    this.offset = offset;
  }
}

const SHOWN = 160;

/** An author's text as messages show it: its beginning. */
export const excerpt = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);

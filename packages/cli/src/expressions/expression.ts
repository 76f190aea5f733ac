/** An expression given by hand: which language it is in, and how that checks and evaluates it. */
import type { Json } from '@baton/contracts';
import { checkIntrinsic, checkJsonata, checkJsonPath, evaluateIntrinsic, evaluateJsonata, isJsonata, read, type Ambient, type ExpressionProblem, type JsonataScope, type Roots } from '@baton/expressions';
import { usage } from '../failure.ts';

export interface Expression {
  readonly language: 'JSONPath' | 'intrinsic function' | 'JSONata';
  /** As it was given. */
  readonly text: string;
  /** Units that stand before the text in what is evaluated. */
  readonly before: number;
  check(): ExpressionProblem | undefined;
  evaluate(given: { readonly roots: Roots; readonly scope: JsonataScope; readonly ambient: Ambient }): Json;
}

/** @param jsonata the text is JSONata also without its marks. @throws Failure where the text is of no language. */
export function expressionOf(text: string, { jsonata }: { readonly jsonata: boolean }): Expression {
  if (jsonata || isJsonata(text)) {
    const marked = isJsonata(text) ? text : `{%${text}%}`;
    return { language: 'JSONata', text, before: (marked.length - text.length) / 2, check: () => checkJsonata(marked), evaluate: ({ scope, ambient }) => evaluateJsonata(marked, scope, WHAT, ambient) };
  }
  if (text.startsWith('$')) return { language: 'JSONPath', text, before: 0, check: () => checkJsonPath(text), evaluate: ({ roots }) => read(text, roots, WHAT) };
  if (text.startsWith('States.')) return { language: 'intrinsic function', text, before: 0, check: () => checkIntrinsic(text), evaluate: ({ roots, ambient }) => evaluateIntrinsic(text, roots, WHAT, ambient) };
  const half = text.startsWith('{%') || text.endsWith('%}');
  throw usage(
    half ? 'Expected JSONata between {% and %}, but one of them is missing' : "Expected a path that begins with $, a call such as States.Format('{}', $.id), or JSONata between {% and %}",
    half ? undefined : 'For JSONata without its marks, say --jsonata; in a shell, put the expression in single quotes, since $ means something there',
  );
}

/** What messages call the field. */
export const WHAT = 'expression';

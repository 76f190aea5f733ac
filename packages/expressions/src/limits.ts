/**
 * The bounds of every expression. What passes one fails its state with `States.QueryEvaluationError` (JSONata),
 * `States.IntrinsicFailure` or `States.Runtime` (JSONPath), never the process. They are counted, so that a replay fails at
 * the same place; wall time is only the backstop.
 */
export const EXPRESSION_LIMITS = {
  /** UTF-16 units of one expression's text. */
  textLength: 32_768,
  /** Nodes of an expression's syntax tree. */
  nodes: 2_000,
  /** Nesting of an expression's syntax tree. */
  nesting: 250,
  /** Steps of one evaluation, a template's expressions together: at most about 0.4 µs each. See docs/reference/expressions.md for what counts how much. */
  steps: 100_000,
  /** Evaluations inside each other, of JSONata functions that call themselves. */
  recursion: 400,
  /** Levels of a result, and of what is looked at while it is made. */
  depth: 64,
  /** About the UTF-8 bytes of a result as JSON. */
  resultBytes: 262_144,
  /** As resultBytes, of every value on the way to it. */
  valueBytes: 1_048_576,
  /** Items of a list, and UTF-16 units of a text, on the way to a result. */
  items: 131_072,
  characters: 524_288,
  /** Milliseconds by a real clock. Ten times what the counted bounds allow, so that a busy machine fails no run. */
  wallMs: 500,
} as const;

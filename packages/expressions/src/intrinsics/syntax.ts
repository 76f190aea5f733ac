/** An intrinsic function's invocation as data. */
export type Argument =
  | { readonly kind: 'value'; readonly value: null | boolean | number }
  /** A text between apostrophes, without its escapes; `parts` is what stands around the `{}` in it, for States.Format. */
  | { readonly kind: 'text'; readonly value: string; readonly parts: readonly string[] }
  | { readonly kind: 'path'; readonly path: string }
  | Invocation;

export interface Invocation {
  readonly kind: 'call';
  /** `States.Format` */
  readonly name: string;
  readonly arguments: readonly Argument[];
}

/** Deepest nesting of calls. Source: AWS Step Functions, "Intrinsic functions for JSONPath states". */
export const MAX_NESTED_CALLS = 10;

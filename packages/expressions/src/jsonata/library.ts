/**
 * The library as this package uses it: jsonata 1.8, which evaluates in one go, where later ones wait between steps. What its
 * own types do not say is said here, and nothing outside this folder sees it.
 */
import jsonata from 'jsonata';

/** A node of its syntax tree, which is rewritten before it is evaluated; see prepare.ts. */
export interface Node {
  type: string;
  value?: unknown;
  position?: number;
  /** What is watched when this node is evaluated; see marks.ts. Set by prepare.ts. */
  marks?: number;
  /** Of a key: the pairs of its object constructor. Set by prepare.ts. */
  keyOf?: object;
  steps?: Node[];
  stages?: Stage[];
  predicate?: Stage[];
  group?: { lhs: [Node, Node][] };
  terms?: { descending: boolean; expression: Node }[];
  expressions?: Node[];
  expression?: Node;
  arguments?: Node[];
  procedure?: Node;
  body?: Node;
  signature?: { readonly definition: string };
  lhs?: Node | [Node, Node][];
  rhs?: Node;
  condition?: Node;
  then?: Node;
  else?: Node;
  pattern?: Node;
  update?: Node;
  delete?: Node;
  focus?: string;
  index?: string;
  tuple?: boolean;
  ancestor?: unknown;
  seekingParent?: unknown;
  consarray?: boolean;
  keepArray?: boolean;
  keepSingletonArray?: boolean;
}
export interface Stage {
  type: string;
  expr?: Node;
  value?: string;
}

/** What a function of the library is called with as `this`. */
export interface Focus {
  readonly environment: { readonly timestamp: Date };
  readonly input: unknown;
}
export type Implementation = (this: Focus, ...args: never[]) => unknown;

/** A function as the library knows it. */
export interface Native {
  readonly _jsonata_function: true;
  readonly implementation: Implementation;
  readonly signature?: { readonly definition: string };
  readonly apply?: (focus: Focus, args: never[]) => Generator<unknown, unknown>;
}

export interface Program {
  evaluate(input: undefined, bindings: Readonly<Record<string, unknown>>): unknown;
  assign(name: string, value: unknown): void;
  ast(): Node;
}

/** @throws what the library throws: an object with code and position, SyntaxError for a regular expression, RangeError for too deep a nesting. */
export const parse = (text: string): Program => jsonata(text) as unknown as Program;

/** What the library offers under a name. */
export const nativeOf = (name: string): Native => parse(`$${name}`).evaluate(undefined, {}) as Native;

/** An array that is a result of navigation: one of a single value stands for the value itself. */
export function sequence<T>(items: T[]): T[] {
  return Object.assign(items, { sequence: true });
}

/** A function of the language, in whichever form. Data never is one: see data.ts. */
export const isFunction = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' && value !== null && ((value as Partial<Native>)._jsonata_function === true || (value as { readonly _jsonata_lambda?: unknown })._jsonata_lambda === true));

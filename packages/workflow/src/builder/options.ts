/** What the methods of the builder take, and what they make of the type of the data. */
import type { Json, JsonObject, PolicyOverride } from '@baton/contracts';
import type { Catcher, ChoiceRule, Retrier } from '../states/index.ts';
import type { WorkflowBuilder } from './builder.ts';
import type { After, CaughtError, InputOf, OutputOf, ResultRule } from './data.ts';
import type { Expression, Reference, Value } from './reference.ts';
import type { Rule } from './rule.ts';

export interface WorkflowOptions {
  /** The service whose steps are meant by plain names. */
  readonly service: string;
  readonly version?: number;
  readonly comment?: string;
  /** JSON Schema for the input of a run; `input` of the builder writes it from a zod schema. */
  readonly inputSchema?: JsonObject;
  /** Overrides of the platform's defaults; `false`: the defaults do not apply, the machine means what it means on AWS. */
  readonly defaults?: PolicyOverride | false;
}

/** What every state that runs something may say of its errors. */
export interface ErrorOptions<Data> {
  readonly retry?: readonly Retrier[];
  /** Rules that lead to states by their names. */
  readonly catch?: readonly Catcher[];
  /** Rules that lead to a part of their own, which goes on where this state would. The error is in the data, under `error`. */
  readonly handle?: readonly Handler<Data>[];
}

export interface Handler<Data> {
  readonly errors: readonly string[];
  readonly by: (flow: WorkflowBuilder<After<Data, CaughtError, { readonly into: 'error' }>>) => Ending<any>;
}

/** What a part is when it has been built: all that matters is what the data is at its end. */
export interface Ending<out Data> {
  readonly data: Data;
}

/** What any Task may say. */
export interface TaskOptions<Data> extends PolicyOverride, ErrorOptions<Data> {
  /** Of the state. Default: that of the step. */
  readonly name?: string;
  /** `<service>/<step>`, or what the engine does itself, such as `baton:askPerson`; default: the workflow's service and the step's name. */
  readonly resource?: string;
  /** Where the output goes. Default: merged into the data. */
  readonly result?: ResultRule;
  readonly resultSelector?: Json;
  /** As `result`, as a path; `null` drops the output. */
  readonly resultPath?: string | null;
  readonly heartbeatSeconds?: number;
  /** Default: the state added next. */
  readonly next?: string;
}

export interface StepOptions<Data = any, S = any> extends TaskOptions<Data> {
  /** What the step gets; default: the data. */
  readonly input?: ($: Reference<Data>) => Value<InputOf<S>>;
  /** As `input`, as a payload template. */
  readonly parameters?: Json;
}

/** What a step says that undoes another. */
export interface CompensateOptions {
  /** `<service>/<step>`; default: the workflow's service and the step's name. */
  readonly resource?: string;
  /** An object made of what the undone step had. Default: `{ Input, Result }`. */
  readonly input?: (done: Reference<{ Input: any; Result: any }>) => { readonly [name: string]: unknown };
  /** Default: the platform's retries, or those of the workflow's `defaults`. */
  readonly retry?: readonly Retrier[];
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
}

/** For a step whose input is not the data. */
export type MappedOptions<Data, S> = StepOptions<Data, S> & ({ readonly input: ($: Reference<Data>) => Value<InputOf<S>> } | { readonly parameters: Json });
/** For a step that gets the data. */
export interface DirectOptions<Data> extends TaskOptions<Data> {
  /** None. The parameter has its type all the same, since the compiler takes it from the first signature that it tries. */
  readonly input?: ($: Reference<Data>) => never;
  readonly parameters?: never;
}

type RuleOf<O> = O extends { readonly result: infer R } ? R : O extends { readonly resultPath: unknown } ? 'unknown' : 'merge';
export type AfterStep<Data, S, O> = (RuleOf<O> extends 'unknown' ? any : After<Data, OutputOf<S>, RuleOf<O>>) | HandledEnds<O>;
/** What the data is where a handler has ended. */
export type HandledEnds<O> = O extends { readonly handle: readonly (infer H)[] } ? (H extends { readonly by: (...flow: never) => Ending<infer Ends> } ? Ends : never) : never;

/** One case of a choice; made by `when`. */
export interface Case<out Ends> {
  readonly rule: ChoiceRule;
  readonly flow: Ending<Ends>;
}
export type When<Data> = <Ends>(rule: Rule, then: (flow: WorkflowBuilder<Data>) => Ending<Ends>) => Case<Ends>;
export type EndsOf<Cases> = Cases extends readonly Case<infer Ends>[] ? Ends : never;

export type Branches<Data> = Readonly<Record<string, (flow: WorkflowBuilder<Data>) => Ending<any>>>;
export type ResultsOf<B> = { -readonly [K in keyof B]: B[K] extends (flow: never) => Ending<infer Ends> ? Ends : never };

export interface FanOutOptions<Data> extends ErrorOptions<Data> {
  /** Default: it replaces the data. */
  readonly result?: 'replace' | 'drop' | { readonly into: string };
}

export type FanOutRule<O> = O extends { readonly result: infer R } ? R : 'replace';

/** The index and the value of an item, for `input` of a map. */
export interface Item<T> {
  readonly index: Expression<number>;
  readonly value: Reference<T>;
}

export type Items<Data, T> = ($: Reference<Data>) => Expression<readonly T[]>;
export interface ItemsAs<Data, T, Given> {
  readonly items: Items<Data, T>;
  readonly input: ($: Reference<Data>, item: Item<T>) => Given;
}
export interface MapOptions<Data> extends FanOutOptions<Data> {
  /** Iterations at a time; default: as many as the platform allows. */
  readonly atOnce?: number;
}

export type WaitUntil<Data> =
  | { readonly seconds: number | (($: Reference<Data>) => Expression<number>) }
  | { readonly until: ($: Reference<Data>) => Expression<string> }
  | { readonly secondsPath: string }
  | { readonly timestamp: string }
  | { readonly timestampPath: string };

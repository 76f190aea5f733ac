/** How the type of a run's data changes from state to state. */
import type { z } from 'zod';

/** A step as `defineStep` of the step SDK makes it: what matters of it here. */
export interface TypedStep {
  readonly name: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/** By its name alone, nothing is known of what it takes and gives. */
export type AnyStepRef = string | TypedStep;

export type InputOf<S> = S extends { readonly input: infer I extends z.ZodType } ? z.input<I> : any;
export type OutputOf<S> = S extends { readonly output: infer O extends z.ZodType } ? z.output<O> : unknown;

/**
 * Where a result goes: its members into the data (`merge`), in the data's place (`replace`), nowhere (`drop`), or under a name.
 */
export type ResultRule = 'merge' | 'replace' | 'drop' | { readonly into: string };

type IsAny<T> = 0 extends 1 & T ? true : false;
type Flat<T> = { [K in keyof T]: T[K] };
/** A member that may be missing from B leaves what A has. */
type Merged<A, B> = Flat<Omit<A, keyof B> & { [K in keyof B]: K extends keyof A ? (undefined extends B[K] ? Exclude<B[K], undefined> | A[K] : B[K]) : B[K] }>;

/** The data after a state. */
export type After<Data, Result, Rule> =
  IsAny<Data> extends true
    ? any
    : Rule extends 'drop'
      ? Data
      : Rule extends 'replace'
        ? Result
        : Rule extends { readonly into: infer Name extends string }
          ? Merged<Data, { [K in Name]: Result }>
          : unknown extends Result
            ? Data
            : Result extends object
              ? Merged<Data, Result>
              : Data;

/** What of the data a step would miss: the members that are not there, or are of another type. */
type Unfit<Data, Input> = { [K in keyof Input as K extends keyof Data ? ([Data[K]] extends [Input[K]] ? never : K) : undefined extends Input[K] ? never : K]: Input[K] };

/** Nothing more to ask of a step that the data fits; else a member that no step has, named so that the message explains itself. */
export type Accepts<Data, S> = [Data] extends [InputOf<S>] ? unknown : { readonly 'The data does not fit the input of this step; map it with `input`': Flat<Unfit<Data, InputOf<S>>> };

/** The error that a handler finds in the data, under `error`. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

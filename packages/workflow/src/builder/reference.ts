/** References: values that stand for a place in the data of a run, and are written as the path to it. */
import { jsonPathOf } from '../problem.ts';

declare const TYPE: unique symbol;
const EXPRESSION = Symbol('expression');

/** Something that gives a T when the run is there: a place in the data, or what an intrinsic function makes of places. */
export interface Expression<out T> {
  readonly [EXPRESSION]: string;
  /** Carries the type; nothing is there. */
  readonly [TYPE]: () => T;
}

type IsAny<T> = 0 extends 1 & T ? true : false;
/** What stands at a member, undefined where it, or what it stands in, may not be there. */
type Member<T, K extends keyof NonNullable<T>> = NonNullable<T>[K] | Extract<T, undefined | null>;

/** A place in the data that holds a T; its members are the places inside it. */
export type Reference<T> = IsAny<T> extends true ? any : Expression<T> & Inside<T>;
type Inside<T> = NonNullable<T> extends string | number | boolean
  ? unknown
  : NonNullable<T> extends readonly (infer Item)[]
    ? { readonly [index: number]: Reference<Item | Extract<T, undefined | null>> }
    : { readonly [K in keyof NonNullable<T>]-?: Reference<Member<T, K>> };

/** A T in which any part may be a reference to a T instead of one. */
export type Value<T> = IsAny<T> extends true ? any : T | Expression<T> | (T extends readonly (infer Item)[] ? readonly Value<Item>[] : T extends object ? { readonly [K in keyof T]: Value<T[K]> } : never);

/** What a value is, once its references are filled in. */
export type Filled<V> = V extends Expression<infer T> ? T : V extends readonly unknown[] ? { -readonly [I in keyof V]: Filled<V[I]> } : V extends object ? { -readonly [K in keyof V]: Filled<V[K]> } : V;

/** @param root `$` for the data, or another path that the keys follow. */
export function referenceTo<T>(keys: readonly (string | number)[] = [], root = '$'): Reference<T> {
  return new Proxy(
    {},
    {
      has: (_target, key) => key === EXPRESSION,
      get: (_target, key) => {
        if (key === EXPRESSION) return `${root}${jsonPathOf(keys).slice(1)}`;
        return typeof key === 'string' ? referenceTo([...keys, /^\d+$/.test(key) ? Number(key) : key], root) : undefined;
      },
    },
  ) as Reference<T>;
}

export function expressionOf<T>(text: string): Expression<T> {
  return { [EXPRESSION]: text } as unknown as Expression<T>;
}

/** The path or call; undefined where the value is no expression. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'object' && value !== null && EXPRESSION in value ? (value as Expression<unknown>)[EXPRESSION] : undefined);

/**
 * A text with values in it: `format('{} for {}', $.id, $.name)`. The intrinsic function States.Format.
 * @throws TypeError where there are not as many values as `{}`.
 */
export function format(template: string, ...values: readonly (Expression<string | number | boolean | null> | string | number | boolean)[]): Expression<string> {
  const places = template.split('{}').length - 1;
  if (places !== values.length) throw new TypeError(`format: expected ${places} values for ${JSON.stringify(template)}, but found ${values.length}`);
  return expressionOf(`States.Format(${[`'${escaped(template, '\'\\')}'`, ...values.map(argument)].join(', ')})`);
}

/** As an argument of an intrinsic function. */
export function argument(value: Expression<unknown> | string | number | boolean | null): string {
  return typeof value === 'string' ? `'${escaped(value, "'\\{}")}'` : (textOf(value) ?? JSON.stringify(value));
}

const escaped = (text: string, characters: string): string => [...text].map((character) => (characters.includes(character) ? `\\${character}` : character)).join('');

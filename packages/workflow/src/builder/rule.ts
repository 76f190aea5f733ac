/** Rules of a Choice, typed by what they compare. A reference to what may not be there is refused; ask `isPresent` of it. */
import type { ChoiceRule } from '../states/index.ts';
import { textOf, type Expression } from './reference.ts';

/** A rule without where it leads. */
export interface Rule {
  readonly rule: ChoiceRule;
}

type Plain = string | number | boolean;
type Widened<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : never;

const KINDS = { string: 'String', number: 'Numeric', boolean: 'Boolean' } as const;

function compared(place: Expression<unknown>, comparison: string, value: unknown): Rule {
  const kind = KINDS[typeof value as keyof typeof KINDS];
  return { rule: { Variable: pathOf(place), [`${kind}${comparison}`]: value } };
}

function pathOf(place: Expression<unknown>): string {
  const text = textOf(place);
  if (text === undefined || !text.startsWith('$')) throw new TypeError(`Expected a place in the data, but found ${text ?? String(place)}; a rule compares no intrinsic functions`);
  return text;
}

/** The place holds this value: of a text, a number or a boolean. */
export const equals = <T extends Plain>(place: Expression<T>, value: NoInfer<T | Widened<T>>): Rule => compared(place, 'Equals', value);
export const lessThan = <T extends string | number>(place: Expression<T>, value: NoInfer<Widened<T>>): Rule => compared(place, 'LessThan', value);
export const atMost = <T extends string | number>(place: Expression<T>, value: NoInfer<Widened<T>>): Rule => compared(place, 'LessThanEquals', value);
export const greaterThan = <T extends string | number>(place: Expression<T>, value: NoInfer<Widened<T>>): Rule => compared(place, 'GreaterThan', value);
export const atLeast = <T extends string | number>(place: Expression<T>, value: NoInfer<Widened<T>>): Rule => compared(place, 'GreaterThanEquals', value);
/** @param pattern `*` stands for any characters. */
export const matches = (place: Expression<string>, pattern: string): Rule => ({ rule: { Variable: pathOf(place), StringMatches: pattern } });
/** The place is there, also where it holds null. */
export const isPresent = (place: Expression<unknown>): Rule => ({ rule: { Variable: pathOf(place), IsPresent: true } });
export const isNull = (place: Expression<unknown>): Rule => ({ rule: { Variable: pathOf(place), IsNull: true } });

export const all = (...rules: readonly [Rule, ...Rule[]]): Rule => ({ rule: { And: rules.map(({ rule }) => rule) } });
export const any = (...rules: readonly [Rule, ...Rule[]]): Rule => ({ rule: { Or: rules.map(({ rule }) => rule) } });
export const not = ({ rule }: Rule): Rule => ({ rule: { Not: rule } });

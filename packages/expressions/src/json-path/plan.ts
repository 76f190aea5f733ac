/**
 * A path as data: what json-p3 has parsed, without what its own evaluation needs. walk.ts evaluates it, because the
 * library's evaluation cannot be bounded: a filter inside a filter, or `..` inside `..`, may visit every pair of values; and
 * because AWS evaluates as the JsonPath that the language names does (github.com/json-path/JsonPath), not as RFC 9535 does.
 */
import jsonP3, { type JSONPathQuery } from 'json-p3';

const { expressions, selectors } = jsonP3.jsonpath;

export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly start: number | undefined; readonly stop: number | undefined; readonly step: number }
  | { readonly kind: 'every' }
  /** Several names at the end of a path: an object with those members that are there. */
  | { readonly kind: 'members'; readonly names: readonly string[] }
  | { readonly kind: 'filter'; readonly test: Expression };

export interface Segment {
  /** `..`: of the values found so far and of everything inside them. */
  readonly descends: boolean;
  readonly selectors: readonly Selector[];
}

export type Expression =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  | { readonly kind: 'query'; readonly from: 'current' | 'root'; readonly segments: readonly Segment[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: 'count' | 'length' | 'value'; readonly of: Expression };

/** Counts the nodes of what it reads, and stops at `maxNodes`. @throws RangeError */
export function planOf(query: JSONPathQuery, maxNodes: number): readonly Segment[] {
  let nodes = 0;
  const count = (): void => {
    if (++nodes > maxNodes) throw new RangeError(`expected at most ${maxNodes} parts`);
  };

  const segmentsOf = (parsed: JSONPathQuery): Segment[] =>
    parsed.segments.map((segment, i) => {
      const found = segment.selectors.map(selectorOf);
      const names = found.flatMap((selector) => (selector.kind === 'name' ? selector.name : []));
      const areMembers = i === parsed.segments.length - 1 && names.length > 1 && names.length === found.length;
      return { descends: segment instanceof DescendantSegment, selectors: areMembers ? [{ kind: 'members', names }] : found };
    });

  const selectorOf = (selector: object): Selector => {
    count();
    if (selector instanceof selectors.NameSelector) return { kind: 'name', name: selector.name };
    if (selector instanceof selectors.IndexSelector) return { kind: 'index', index: selector.index };
    if (selector instanceof selectors.SliceSelector) return { kind: 'slice', start: selector.start, stop: selector.stop, step: selector.step ?? 1 };
    if (selector instanceof selectors.FilterSelector) return { kind: 'filter', test: expressionOf(selector.expression) };
    return { kind: 'every' };
  };

  const expressionOf = (parsed: object): Expression => {
    count();
    if (parsed instanceof expressions.LogicalExpression) return expressionOf(parsed.expression);
    if (parsed instanceof expressions.RelativeQuery) return { kind: 'query', from: 'current', segments: segmentsOf(parsed.path) };
    if (parsed instanceof expressions.RootQuery) return { kind: 'query', from: 'root', segments: segmentsOf(parsed.path) };
    if (parsed instanceof expressions.PrefixExpression) return { kind: 'not', of: expressionOf(parsed.right) };
    if (parsed instanceof expressions.FunctionExtension) return { kind: 'call', name: parsed.name as 'count', of: expressionOf(parsed.args[0]!) };
    if (parsed instanceof expressions.InfixExpression) {
      const sides = { left: expressionOf(parsed.left), right: expressionOf(parsed.right) };
      if (parsed.operator === '&&') return { kind: 'and', ...sides };
      return parsed.operator === '||' ? { kind: 'or', ...sides } : { kind: 'compare', operator: parsed.operator, ...sides };
    }
    return { kind: 'literal', value: (parsed as { value?: boolean | number | string }).value ?? null };
  };

  return segmentsOf(query);
}

/** The class of `..` has no name outside the library. */
const DescendantSegment = jsonP3.compile('$..x').segments[0]!.constructor as new () => object;

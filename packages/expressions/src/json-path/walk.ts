/**
 * Evaluates a path, counting every value that it looks at: as RFC 9535 says, but for two things that JsonPath does otherwise
 * (see plan.ts). A filter on an object looks at the object itself, and several names at the end give one object.
 */
import type { Json, JsonObject } from '@baton/contracts';
import { ExpressionError } from '../expression-error.ts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import type { Steps } from '../steps.ts';
import { equal, less } from './compare.ts';
import type { Expression, Segment, Selector } from './plan.ts';

/** Every value that `segments` find from `start` on, in the order of the document. */
export function walk(segments: readonly Segment[], start: Json, root: Json, steps: Steps): readonly Json[] {
  let found: readonly Json[] = [start];
  for (const segment of segments) {
    const next: Json[] = [];
    for (const value of found) {
      if (segment.descends) descend(segment.selectors, value, root, next, steps, 0);
      else selectAll(segment.selectors, value, root, next, steps, FILTERS_OBJECT);
    }
    found = next;
  }
  return found;
}

function descend(selectors: readonly Selector[], value: Json, root: Json, found: Json[], steps: Steps, depth: number): void {
  if (depth > EXPRESSION_LIMITS.depth) throw new ExpressionError('States.Runtime', `Expected "..": to look into at most ${EXPRESSION_LIMITS.depth} levels of data`);
  steps.take();
  selectAll(selectors, value, root, found, steps, FILTERS_MEMBERS);
  if (typeof value !== 'object' || value === null) return;
  for (const child of childrenOf(value)) descend(selectors, child, root, found, steps, depth + 1);
}

/** Behind `..` every object has its turn as a member or an item, and would be found twice if it were filtered by itself too. */
const [FILTERS_OBJECT, FILTERS_MEMBERS] = [true, false];

function selectAll(selectors: readonly Selector[], value: Json, root: Json, found: Json[], steps: Steps, filtersObject: boolean): void {
  for (const selector of selectors) select(selector, value, root, found, steps, filtersObject);
}

function select(selector: Selector, value: Json, root: Json, found: Json[], steps: Steps, filtersObject: boolean): void {
  steps.take();
  if (typeof value !== 'object' || value === null) return;
  switch (selector.kind) {
    case 'name':
      if (!Array.isArray(value) && Object.hasOwn(value, selector.name)) found.push((value as JsonObject)[selector.name]!);
      return;
    case 'index': {
      const item = Array.isArray(value) ? (value as readonly Json[]).at(selector.index) : undefined;
      if (item !== undefined) found.push(item);
      return;
    }
    case 'slice':
      if (Array.isArray(value)) slice(selector, value, found, steps);
      return;
    case 'every':
      for (const child of childrenOf(value)) {
        steps.take();
        found.push(child);
      }
      return;
    case 'members': {
      steps.take(selector.names.length);
      if (!Array.isArray(value)) found.push(Object.fromEntries(selector.names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, (value as JsonObject)[name]!])));
      return;
    }
    case 'filter':
      for (const child of filtersObject && !Array.isArray(value) ? [value] : childrenOf(value)) {
        steps.take();
        if (holds(selector.test, child, root, steps)) found.push(child);
      }
  }
}

/** RFC 9535, section 2.3.4.2.2. */
function slice({ start, stop, step }: { readonly start: number | undefined; readonly stop: number | undefined; readonly step: number }, items: readonly Json[], found: Json[], steps: Steps): void {
  const { length } = items;
  const fromEnd = (index: number): number => (index < 0 ? index + length : index);
  const within = (index: number, least: number, most: number): number => Math.min(Math.max(index, least), most);
  if (step > 0) {
    const end = within(fromEnd(stop ?? length), 0, length);
    for (let i = within(fromEnd(start ?? 0), 0, length); i < end; i += step) {
      steps.take();
      found.push(items[i]!);
    }
  } else if (step < 0) {
    const end = stop === undefined ? -1 : within(fromEnd(stop), -1, length - 1);
    for (let i = within(start === undefined ? length - 1 : fromEnd(start), -1, length - 1); i > end; i += step) {
      steps.take();
      found.push(items[i]!);
    }
  }
}

/** Own values only: `Object.values` and elements never reach a prototype. */
const childrenOf = (value: readonly Json[] | JsonObject): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : Object.values(value as JsonObject));

function holds(test: Expression, current: Json, root: Json, steps: Steps): boolean {
  switch (test.kind) {
    case 'and':
      return holds(test.left, current, root, steps) && holds(test.right, current, root, steps);
    case 'or':
      return holds(test.left, current, root, steps) || holds(test.right, current, root, steps);
    case 'not':
      return !holds(test.of, current, root, steps);
    case 'compare':
      return compare(test.operator, valueOf(test.left, current, root, steps), valueOf(test.right, current, root, steps), steps);
    case 'query':
      return nodesOf(test, current, root, steps).length > 0;
    default:
      return valueOf(test, current, root, steps) === true;
  }
}

/** The one value of a comparable; undefined is RFC 9535's Nothing. */
function valueOf(of: Expression, current: Json, root: Json, steps: Steps): Json | undefined {
  steps.take();
  if (of.kind === 'literal') return of.value;
  if (of.kind === 'query') return nodesOf(of, current, root, steps)[0];
  if (of.kind !== 'call') return holds(of, current, root, steps);
  if (of.name === 'length') return lengthOf(valueOf(of.of, current, root, steps), steps);
  const nodes = of.of.kind === 'query' ? nodesOf(of.of, current, root, steps) : [];
  return of.name === 'count' ? nodes.length : nodes.length === 1 ? nodes[0] : undefined;
}

const nodesOf = (query: Expression & { kind: 'query' }, current: Json, root: Json, steps: Steps): readonly Json[] =>
  walk(query.segments, query.from === 'root' ? root : current, root, steps);

/** Of a string its Unicode characters. */
function lengthOf(value: Json | undefined, steps: Steps): number | undefined {
  if (typeof value === 'string') {
    steps.take(value.length >> 4);
    let length = 0;
    for (const _character of value) length++;
    return length;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function compare(operator: string, left: Json | undefined, right: Json | undefined, steps: Steps): boolean {
  switch (operator) {
    case '==':
      return equal(left, right, steps);
    case '!=':
      return !equal(left, right, steps);
    case '<':
      return less(left, right, steps);
    case '>':
      return less(right, left, steps);
    case '<=':
      return less(left, right, steps) || equal(left, right, steps);
    default:
      return less(right, left, steps) || equal(left, right, steps);
  }
}

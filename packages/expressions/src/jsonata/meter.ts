/**
 * Counts an evaluation while it runs. The library calls `enter` and `leave` around every node that it evaluates; its
 * functions, and the operators that prepare.ts has replaced, ask for the meter that runs.
 */
import { ExpressionError } from '../expression-error.ts';
import type { Ambient } from '../facts.ts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import type { Steps } from '../steps.ts';
import { isReservedKey, reservedKey, sizeOf } from './data.ts';
import { isFunction, type Node } from './library.ts';
import { MARKS } from './marks.ts';

/** A node takes about a microsecond, and more the deeper it stands: each level between is woken up for it. */
const STEPS_OF_NODE = 2;
const STEPS_OF_CALL = 4;
/** Functions that are passed on, in one evaluation. */
const MAX_PASSED = 500;

export class Meter {
  readonly ambient: Ambient;
  readonly steps: Steps;
  /** The keys that each object constructor has made, since it was last begun. */
  readonly keys = new Map<object, Keys>();
  /** Lists that were empty when an object was made for them. */
  readonly emptyLists: unknown[][] = [];
  depth = 0;
  /** Comparisons of what ordered steps are ordered by. */
  ordered = 0;
  /** Functions that were passed on after they had been passed once. */
  passed = 0;

  constructor(ambient: Ambient, steps: Steps) {
    this.ambient = ambient;
    this.steps = steps;
  }
}

/** Keys of one object constructor: the values of one key are appended to each other, and all before are copied each time. */
interface Keys {
  made: number;
  /** How often each was made; counted once there are many. */
  times: Map<string, number> | undefined;
}

let current: Meter | undefined;

/** The meter of the evaluation that runs: one at a time, since an evaluation never waits and never starts another. */
export function running(): Meter {
  if (current === undefined) throw new Error('A function of the language runs in an evaluation only');
  return current;
}

export function metered<T>(meter: Meter, evaluate: () => T): T {
  const before = current;
  current = meter;
  try {
    return evaluate();
  } finally {
    current = before;
    for (const list of meter.emptyLists) list.length = 0;
  }
}

export const failed = (message: string): ExpressionError => new ExpressionError('States.QueryEvaluationError', message);

export function enter(node: Node, input: unknown): void {
  const meter = running();
  if (++meter.depth > EXPRESSION_LIMITS.recursion) throw failed(`Expected at most ${EXPRESSION_LIMITS.recursion} evaluations inside each other`);
  meter.steps.take(STEPS_OF_NODE + ((meter.depth * 3) >> 4) + (meter.passed >> 5));
  const marks = node.marks ?? 0;
  if ((marks & WATCHED_BEFORE) !== 0) before(meter, node, input);
}

const WATCHED_BEFORE = MARKS.descends | MARKS.wildcard | MARKS.name | MARKS.ordered | MARKS.partial | MARKS.constructs | MARKS.body;

function before(meter: Meter, node: Node, input: unknown): void {
  const marks = node.marks!;
  if ((marks & MARKS.body) !== 0) meter.steps.take(STEPS_OF_CALL);
  if ((marks & MARKS.descends) !== 0) meter.steps.take(sizeOf(input) >> 4);
  if ((marks & MARKS.wildcard) !== 0 && typeof input === 'object' && input !== null) meter.steps.take((sizeOf(input) >> 4) + appended(input));
  if ((marks & MARKS.name) !== 0 && Array.isArray(input)) meter.steps.take(sizeOf(input) >> 6);
  if ((marks & MARKS.ordered) !== 0) meter.steps.take(10 + (++meter.ordered >> 6));
  if ((marks & MARKS.partial) !== 0) meter.steps.take(100);
  if ((marks & MARKS.constructs) !== 0) {
    if (Array.isArray(input) && input.length === 0) meter.emptyLists.push(input);
    const pairs = node.group?.lhs ?? node.lhs!;
    const keys = meter.keys.get(pairs);
    if (keys === undefined) meter.keys.set(pairs, { made: 0, times: undefined });
    else [keys.made, keys.times] = [0, undefined];
  }
}

/** `*` appends the lists of an object to each other, and copies all before each time. */
function appended(input: object): number {
  let lists = 0;
  let items = 0;
  for (const child of Object.values(input)) {
    if (!Array.isArray(child)) continue;
    lists++;
    items += child.length;
  }
  return Math.ceil((lists * items) / 256);
}

export function leave(node: Node, input: unknown, _environment: unknown, result: unknown): void {
  const meter = running();
  meter.depth--;
  const marks = node.marks ?? 0;
  if (typeof result === 'string') {
    if (result.length > EXPRESSION_LIMITS.characters) throw failed(`Expected a text of at most ${EXPRESSION_LIMITS.characters} characters while it is evaluated`);
    meter.steps.take(result.length >> 10);
  } else if (Array.isArray(result)) {
    if (result.length > EXPRESSION_LIMITS.items) throw failed(`Expected a list of at most ${EXPRESSION_LIMITS.items} items`);
    meter.steps.take((marks & MARKS.tuples) === 0 ? result.length >> 4 : result.length * 3);
  }
  if ((marks & MARKS.constructs) !== 0 && Array.isArray(input) && input.length === 1 && input[0] === undefined) input.length = 0;
  if ((marks & WATCHED_AFTER) !== 0) after(meter, node, singled(result));
}

/** What the library makes of a result of navigation after it has been looked at here: of a single value the value, of none nothing. */
function singled(result: unknown): unknown {
  if (!Array.isArray(result) || result.length > 1) return result;
  const { sequence, keepSingleton } = result as { readonly sequence?: boolean; readonly keepSingleton?: boolean };
  return sequence === true && (keepSingleton !== true || result.length === 0) ? (result[0] as unknown) : result;
}

const WATCHED_AFTER = MARKS.called | MARKS.whole | MARKS.tested | MARKS.negated | MARKS.update | MARKS.deletion | MARKS.changed | MARKS.argument | MARKS.key;

function after(meter: Meter, node: Node, result: unknown): void {
  const marks = node.marks!;
  if ((marks & MARKS.key) !== 0) key(meter, node, result);
  if ((marks & MARKS.argument) !== 0 && typeof result === 'function' && ++meter.passed > MAX_PASSED) throw failed(`Expected functions to be passed on at most ${MAX_PASSED} times`);
  const isObject = typeof result === 'object' && result !== null;
  if ((marks & MARKS.called) !== 0 && isObject && !isFunction(result)) throw failed('Expected a function to call');
  if ((marks & MARKS.whole) !== 0 && isObject) meter.steps.take(sizeOf(result) >> 3);
  if ((marks & MARKS.tested) !== 0 && Array.isArray(result)) meter.steps.take(sizeOf(result) >> 5);
  if ((marks & MARKS.negated) !== 0 && result !== undefined && typeof result !== 'number') throw failed('Expected a number to negate');
  if ((marks & MARKS.update) !== 0 && result !== undefined && (!isObject || Array.isArray(result))) throw failed('Expected the update of a transform to be an object');
  if ((marks & MARKS.deletion) !== 0 && result !== undefined && !isNameOrNames(result)) throw failed('Expected the deletion of a transform to be a name or a list of names');
  if ((marks & MARKS.changed) !== 0 && (Array.isArray(result) ? result : [result]).some(isFunction)) throw failed('Expected a transform to change data, not a function');
}

function key(meter: Meter, node: Node, result: unknown): void {
  if (result === undefined) return;
  if (typeof result !== 'string') throw failed('Expected the key of an object to be a string');
  if (isReservedKey(result)) throw reservedKey(result);
  const keys = meter.keys.get(node.keyOf!);
  if (keys === undefined || ++keys.made <= KEYS_COPIED_FREE) return;
  keys.times ??= new Map();
  const times = (keys.times.get(result) ?? 0) + 1;
  keys.times.set(result, times);
  meter.steps.take(times >> 7);
}

/** So few are no matter, however they are appended. */
const KEYS_COPIED_FREE = 100;

const isNameOrNames = (value: unknown): boolean => (Array.isArray(value) ? value.every((item) => typeof item === 'string') : typeof value === 'string');

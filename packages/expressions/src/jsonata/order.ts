/**
 * `list^(<a, >b)`. The library orders by merging lists that it copies for every item, and asks for every pair what it is
 * ordered by; here each item is asked once, and the list is ordered by what it answered.
 */
import { type Node, sequence } from './library.ts';
import { failed, running } from './meter.ts';
import { operator } from './operators.ts';

/** `path` with its ordering steps replaced. For paths whose steps bind no variables of their own. */
export function ordered(path: Node): Node {
  const at = path.steps!.findIndex((step) => step.type === 'sort');
  if (at < 0) return path;
  const [before, sort, after] = [path.steps!.slice(0, at), path.steps![at]!, path.steps!.slice(at + 1)];
  // A list that is constructed as the last step stands for itself among the items; ordering it is left to the library.
  if (before.at(-1)!.consarray === true && before.length > 1) return path;
  const staysList = after.length > 0 || sort.stages !== undefined || path.keepSingletonArray === true || path.keepArray === true;
  const item: Node = { type: 'variable', value: '', marks: 0 };
  const asked: Node = { type: 'path', marks: 0, steps: [...before, call(answersOf, [item, ...sort.terms!.map(({ expression }) => expression)])] };
  let result = call(orderedBy(sort.terms!.map(({ descending }) => descending), staysList ? (items) => items : sequence), [asked]);
  if (sort.stages !== undefined) result.predicate = sort.stages;
  const { keepSingletonArray, keepArray, group, marks = 0 } = path;
  if (after.length > 0) result = ordered({ type: 'path', marks: 0, steps: [{ ...call(asList, [result]), consarray: true }, ...after] });
  if (group !== undefined) return { type: 'block', marks, expressions: [result], group };
  return keepSingletonArray === true || keepArray === true ? { ...call(asList, [result]), marks } : { type: 'block', marks, expressions: [result] };
}

const call = (native: ReturnType<typeof operator>, args: Node[]): Node => ({ type: 'function', value: '(', marks: 0, procedure: { type: 'value', value: native, marks: 0 }, arguments: args });

/** A list, also of a single value: what following steps go through, and what `[]` behind a path asks for. */
const asList = operator((value) => (value === undefined || Array.isArray(value) ? value : Object.assign(sequence([value]), { keepSingleton: true })));

/** An item, and what it answered, term by term. */
interface Answer {
  readonly item: unknown;
  readonly terms: readonly unknown[];
}
const answersOf = operator((item, ...terms): Answer => ({ item, terms }));

const orderedBy = (descending: readonly boolean[], ofFew: (items: unknown[]) => unknown) =>
  operator((asked) => {
    const answers = (asked === undefined || Array.isArray(asked) ? (asked ?? []) : [asked]) as readonly Answer[];
    if (answers.length === 0) return undefined;
    if (answers.length === 1) return ofFew([answers[0]!.item]);
    running().steps.take(answers.length * 2);
    return [...answers].sort((left, right) => compare(left.terms, right.terms, descending)).map(({ item }) => item);
  });

/** Numbers or strings; what gives neither comes last, whichever way. */
function compare(left: readonly unknown[], right: readonly unknown[], descending: readonly boolean[]): number {
  for (const [i, down] of descending.entries()) {
    const [a, b] = [left[i], right[i]];
    if (a === undefined && b === undefined) continue;
    if (a === undefined) return 1;
    if (b === undefined) return -1;
    if ((typeof a !== 'number' && typeof a !== 'string') || (typeof b !== 'number' && typeof b !== 'string')) throw failed('Expected numbers or strings to order by');
    if (typeof a !== typeof b) throw failed('Expected to order by numbers alone, or by strings alone');
    if (a !== b) return a < b !== down ? -1 : 1;
  }
  return 0;
}

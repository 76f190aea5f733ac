/**
 * Makes a parsed expression fit to be run: checks what the library would not, marks what is to be watched (marks.ts), and
 * puts bounded functions in the place of operators that loop inside one step. The tree is changed in place.
 *
 * Some of what is refused is ordinary JSONata that could reach past the bounds: names that begin with `__` (the library's
 * hooks), signatures of functions that are no signatures (the library makes a regular expression of them).
 */
import { EXPRESSION_LIMITS } from '../limits.ts';
import { isReservedKey } from './data.ts';
import { FUNCTIONS } from './functions/table.ts';
import type { Native, Node, Stage } from './library.ts';
import { MARKS } from './marks.ts';
import { collect, rangeOf, copyOfEmpty } from './operators.ts';
import { ordered } from './order.ts';
import { matcherOf, type Patterns } from './regex.ts';

/** What keeps an expression from being run. Thrown by `prepare`, at a place in its text. */
export class Refusal extends Error {
  /** UTF-16 units from its beginning, where the place is known. */
  readonly offset: number | undefined;
  /** @param end where the library has stopped reading what is refused; it keeps ends, not beginnings. */
  constructor(message: string, end: number | undefined, length = 0) {
    super(message);
    this.offset = end === undefined ? undefined : Math.max(0, end - length);
  }
}

export interface Prepared {
  /** Variables that come from outside, without `$`; `states` and functions of the language are not among them. */
  readonly variables: readonly string[];
  /** Functions of the language that are read otherwise than to be called: a variable of such a name comes before the function. */
  readonly shadowed: readonly string[];
  readonly usesStates: boolean;
  /** The members of `$states` that are read by name: input, result, errorOutput, context, or what there is not. */
  readonly statesMembers: readonly string[];
  /** Whether evaluating may write on the data that it is given; it gets a copy then. */
  readonly writes: boolean;
}

/** @throws Refusal */
export function prepare(root: Node): Prepared {
  const preparation = new Preparation();
  replace(root, preparation.node(root, 0));
  return preparation.outcome();
}

/** The root is held by the library: what comes in its place is written on it. */
function replace(node: Node, by: Node): void {
  if (node === by) return;
  for (const key of Object.keys(node)) delete (node as unknown as Record<string, unknown>)[key];
  Object.assign(node, by);
}

/** Array constructors of more items put their lists together at once, rather than one after the other. */
const MAX_APPENDED = 8;

/** Blocks and functions inside each other: the library looks through the variables of all of them at every node. */
const MAX_SCOPES = 25;

class Preparation {
  readonly #read = new Map<string, number | undefined>();
  /** Of what is read, what is not only called. */
  readonly #valued = new Set<string>();
  readonly #bound = new Set<string>();
  readonly #statesMembers = new Set<string>();
  readonly #patterns: Patterns = { characters: 0, instructions: 0 };
  #nodes = 0;
  #nesting = 0;
  #scopes = 0;
  #writes = false;

  outcome(): Prepared {
    const unbound = [...this.#read.keys()].filter((name) => !this.#bound.has(name));
    const free = unbound.filter((name) => !Object.hasOwn(FUNCTIONS, name));
    if (free.includes('eval')) throw new Refusal('Expected no $eval, which AWS does not offer; use $parse to read JSON', this.#read.get('eval'), '$eval'.length);
    return { variables: free.filter((name) => name !== '' && name !== '$' && name !== 'states'), shadowed: unbound.filter((name) => this.#valued.has(name) && Object.hasOwn(FUNCTIONS, name)), usesStates: this.#read.has('states'), statesMembers: [...this.#statesMembers], writes: this.#writes };
  }

  /** Prepares `node` and what is in it; gives what stands in its place. */
  node(node: Node, marks: number): Node {
    if (++this.#nodes > EXPRESSION_LIMITS.nodes) throw new Refusal(`Expected an expression of at most ${EXPRESSION_LIMITS.nodes} parts`, node.position);
    if (++this.#nesting > EXPRESSION_LIMITS.nesting) throw new Refusal(`Expected an expression of at most ${EXPRESSION_LIMITS.nesting} levels`, node.position);
    node.marks = marks;
    for (const name of [node.focus, node.index]) if (name !== undefined) this.#bind(name, node);
    this.#stages(node.predicate);
    this.#stages(node.stages);
    if (node.group !== undefined) this.#pairs(node.group.lhs, node);
    if (node.keepSingletonArray === true) this.#writes = true;
    const scope = node.type === 'block' || node.type === 'lambda' ? 1 : 0;
    this.#scopes += scope;
    if (this.#scopes > MAX_SCOPES) throw new Refusal(`Expected at most ${MAX_SCOPES} blocks and functions inside each other`, node.position);
    const prepared = groupedApart(this.#byType(node));
    this.#scopes -= scope;
    this.#nesting--;
    return prepared;
  }

  #byType(node: Node): Node {
    switch (node.type) {
      case 'path':
        return this.#path(node);
      case 'binary':
        return this.#binary(node);
      case 'unary':
        return this.#unary(node);
      case 'variable':
        this.#name(node.value as string, node);
        this.#read.set(node.value as string, node.position);
        if ((node.marks! & MARKS.called) === 0) this.#valued.add(node.value as string);
        return node;
      case 'name':
        node.marks! |= MARKS.name;
        return node;
      case 'wildcard':
        node.marks! |= MARKS.wildcard;
        return node;
      case 'descendant':
        node.marks! |= MARKS.descends;
        return node;
      case 'string':
      case 'number':
      case 'value':
      case 'parent':
        return node;
      case 'condition':
        for (const part of ['condition', 'then', 'else'] as const) {
          const inner = node[part];
          if (inner !== undefined) node[part] = this.node(inner, part === 'condition' ? MARKS.tested : 0);
        }
        return node;
      case 'block':
        node.expressions = node.expressions!.map((expression) => this.node(expression, 0));
        return node;
      case 'bind':
        this.#bind((node.lhs as Node).value as string, node);
        node.rhs = this.node(node.rhs!, 0);
        return node;
      case 'function':
      case 'partial':
        if (node.type === 'partial') node.marks! |= MARKS.partial;
        node.procedure = this.node(node.procedure!, MARKS.called);
        node.arguments = node.arguments!.map((argument) => (argument.type === 'operator' ? argument : this.node(argument, argument.type === 'regex' ? 0 : MARKS.argument)));
        return node;
      case 'lambda':
        return this.#lambda(node);
      case 'apply':
        node.lhs = this.node(node.lhs as Node, 0);
        node.rhs = this.node(node.rhs!, 0);
        return node;
      case 'transform':
        this.#writes = true;
        node.pattern = this.node(node.pattern!, MARKS.changed);
        node.update = this.node(node.update!, MARKS.update);
        if (node.delete !== undefined) node.delete = this.node(node.delete, MARKS.deletion);
        return node;
      case 'regex':
        return this.#regex(node);
      default:
        throw new Refusal(`Expected JSONata, but found ${JSON.stringify(node.type)}`, node.position);
    }
  }

  #path(node: Node): Node {
    const steps = node.steps!;
    const [first, second] = steps;
    if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name') this.#statesMembers.add(second.value as string);
    const binds = bindsEach(node);
    node.steps = steps.map((step) => {
      if (step.type !== 'sort') return this.node(step, binds ? MARKS.tuples : 0);
      this.#stages(step.stages);
      for (const term of step.terms!) term.expression = this.node(term.expression, binds ? MARKS.ordered : 0);
      return step;
    });
    return binds || node.tuple === true ? node : ordered(node);
  }

  #binary(node: Node): Node {
    const operator = node.value as string;
    const marks = operator === 'and' || operator === 'or' ? MARKS.tested : operator === '=' || operator === '!=' || operator === '&' ? MARKS.whole : 0;
    node.lhs = this.node(node.lhs as Node, marks);
    node.rhs = this.node(node.rhs!, marks);
    return operator === '..' ? callOf(rangeOf, [node.lhs, node.rhs], node) : node;
  }

  #unary(node: Node): Node {
    if (node.value === '-') node.expression = this.node(node.expression!, MARKS.negated);
    else if (node.value === '{') this.#pairs(node.lhs as [Node, Node][], node);
    else {
      const nested = node.expressions!.map((expression) => expression.value === '[' && expression.type === 'unary');
      node.expressions = node.expressions!.map((expression) => this.node(expression, 0));
      if (node.expressions.length > MAX_APPENDED) node.expressions = [callOf(collect(nested), node.expressions, node)];
    }
    return node;
  }

  /** The pairs of `of`, an object constructor or what is grouped by one. */
  #pairs(pairs: [Node, Node][], of: Node): void {
    of.marks! |= MARKS.constructs;
    for (const pair of pairs) {
      const [key, value] = pair;
      if (key.type === 'string' && isReservedKey(key.value as string)) throw new Refusal(`Expected another key than ${JSON.stringify(key.value)}, which cannot be used in JSONata`, key.position);
      pair[0] = this.node(key, MARKS.key);
      pair[0].keyOf = pairs;
      pair[1] = this.node(value, 0);
    }
  }

  #stages(stages: readonly Stage[] | undefined): void {
    for (const stage of stages ?? []) {
      if (stage.expr !== undefined) stage.expr = this.node(stage.expr, MARKS.tested);
      else if (stage.value !== undefined) this.#bind(stage.value, { type: stage.type });
    }
  }

  #lambda(node: Node): Node {
    for (const parameter of node.arguments ?? []) this.#bind(parameter.value as string, parameter);
    if (node.signature !== undefined && !isSignature(node.signature.definition)) throw new Refusal(`Expected a signature such as <s-n?:s>, but found ${JSON.stringify(node.signature.definition.slice(0, 80))}`, node.position);
    node.body = this.node(node.body!, MARKS.tested | MARKS.body);
    return node;
  }

  #regex(node: Node): Node {
    const { source, flags } = node.value as RegExp;
    try {
      return { ...node, type: 'value', value: matcherOf(source, flags, this.#patterns) };
    } catch (error) {
      throw error instanceof RangeError ? new Refusal(error.message, node.position, `/${source}/`.length + flags.length - 1) : error;
    }
  }

  #bind(name: string, node: Node): void {
    this.#name(name, node);
    this.#bound.add(name);
  }

  #name(name: string, node: Node): void {
    if (name.startsWith('__')) throw new Refusal(`Expected a name that does not begin with "__", but found $${name}`, node.position, name.length + 1);
  }
}

/**
 * `of{ ... }` where an empty list is grouped as a copy, since the library writes on what it groups. What binds variables for each
 * item is grouped by these, of which the library makes lists of its own; a list that is constructed as the last step is never empty.
 */
function groupedApart(node: Node): Node {
  if (node.group === undefined || node.tuple === true || bindsEach(node) || node.steps?.at(-1)!.consarray === true) return node;
  const { group, ...of } = node;
  return { type: 'block', marks: node.marks!, expressions: [callOf(copyOfEmpty, [{ ...of, marks: node.marks! & ~MARKS.constructs }], node)], group };
}

const bindsEach = ({ steps = [] }: Node): boolean => steps.some((step) => step.tuple === true || step.ancestor !== undefined || step.focus !== undefined || step.index !== undefined);

/** A call of a function that is not among those that have a name. */
export const callOf = (native: Native, args: Node[], at: Node): Node => ({
  type: 'function',
  value: '(',
  marks: 0,
  procedure: { type: 'value', value: native, marks: 0 },
  arguments: args,
  ...(at.position !== undefined && { position: at.position }),
});

/** Letters of types, choices of them, and few of what makes one more or less: the library tries every way of dividing the arguments. */
function isSignature(definition: string): boolean {
  const { length } = definition.replaceAll(/[^?+-]/g, '');
  return definition.length <= 100 && length <= 8 && definition.split('+').length <= 2 && /^<(?:[a-z]|\([a-z]+\)|[<>?+:-])*>$/.test(definition);
}

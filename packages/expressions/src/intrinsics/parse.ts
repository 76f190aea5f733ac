/**
 * Reads an invocation such as `States.Format('Hello {}', $.name)`.
 * Source: Amazon States Language, "Intrinsic Functions"; the four escapes \' \{ \} \\ are its own, and no other is.
 */
import type { Json } from '@baton/contracts';
import type { ExpressionProblem } from '../expression-error.ts';
import { checkJsonPath } from '../json-path/check.ts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { FUNCTIONS, type ArgumentKind } from './functions.ts';
import { MAX_NESTED_CALLS, type Argument, type Invocation } from './syntax.ts';

/** Thrown inside this file alone. */
class Mistake extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export function parseIntrinsic(text: string): Invocation | ExpressionProblem {
  if (text.length > EXPRESSION_LIMITS.textLength) return { message: `Expected a call of at most ${EXPRESSION_LIMITS.textLength} characters` };
  try {
    return new Reader(text).whole();
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { message: error.message, offset: error.offset };
  }
}

const NAME = /[A-Za-z0-9._]+/y;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const BLANKS = /[ \t\r\n]*/y;
const ESCAPED = "'{}\\";

/** Whether an argument can be of a kind: what a path or a call gives is seen when it is there. */
function mayBe(kind: ArgumentKind, argument: Argument): boolean {
  if (argument.kind === 'text') return kind === 'a string';
  return argument.kind !== 'value' || (kind === 'a whole number' && typeof argument.value === 'number');
}

class Reader {
  readonly #text: string;
  #at = 0;
  #nodes = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Invocation {
    this.#blanks();
    const call = this.#call(1);
    this.#blanks();
    if (this.#at < this.#text.length) throw new Mistake(`Expected nothing after the call, but found ${JSON.stringify(this.#text.slice(this.#at, this.#at + 20))}`, this.#at);
    return call;
  }

  #call(depth: number): Invocation {
    const start = this.#at;
    const name = this.#match(NAME);
    if (name === undefined || !Object.hasOwn(FUNCTIONS, name)) throw new Mistake(`Expected an intrinsic function such as States.Format, but found ${JSON.stringify(name ?? this.#text.slice(start, start + 20))}`, start);
    if (depth > MAX_NESTED_CALLS) throw new Mistake(`Expected at most ${MAX_NESTED_CALLS} nested intrinsic functions`, start);
    if (this.#text[this.#at] !== '(') throw new Mistake(`Expected "(" after ${name}`, this.#at);
    this.#at++;
    const args = this.#arguments(name, depth);
    const { least, most, kinds } = FUNCTIONS[name]!;
    if (args.length < least || args.length > most) throw new Mistake(`${name}: expected ${least === most ? least : most === Infinity ? `at least ${least}` : `${least} to ${most}`} arguments, but found ${args.length}`, start);
    const misfit = args.findIndex((argument, i) => kinds[i] !== undefined && !mayBe(kinds[i]!, argument));
    // It would fail whenever it is called.
    if (misfit >= 0) throw new Mistake(`${name}: expected ${kinds[misfit]} as argument ${misfit + 1}, but found ${JSON.stringify((args[misfit] as { readonly value: Json }).value)}`, start);
    return { kind: 'call', name, arguments: args };
  }

  #arguments(name: string, depth: number): Argument[] {
    this.#blanks();
    if (this.#text[this.#at] === ')') {
      this.#at++;
      return [];
    }
    const args: Argument[] = [];
    for (;;) {
      this.#blanks();
      args.push(this.#argument(depth));
      this.#blanks();
      const end = this.#text[this.#at++];
      if (end === ')') return args;
      if (end !== ',') throw new Mistake(`Expected "," or ")" after argument ${args.length} of ${name}`, this.#at - 1);
    }
  }

  #argument(depth: number): Argument {
    if (++this.#nodes > EXPRESSION_LIMITS.nodes) throw new Mistake(`Expected at most ${EXPRESSION_LIMITS.nodes} arguments in all`, this.#at);
    const first = this.#text[this.#at];
    if (first === "'") return this.#quoted();
    if (first === '$') return this.#path();
    const number = this.#match(NUMBER);
    if (number !== undefined) return { kind: 'value', value: Number(number) };
    const word = this.#match(WORD);
    if (word !== undefined) return { kind: 'value', value: word === 'null' ? null : word === 'true' };
    return this.#call(depth + 1);
  }

  #quoted(): Argument {
    const start = this.#at++;
    const parts = [''];
    const push = (characters: string): void => {
      parts[parts.length - 1] += characters;
    };
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new Mistake("Expected the text to end with '", start);
      this.#at++;
      if (character === "'") return { kind: 'text', value: parts.join('{}'), parts };
      if (character === '\\') {
        const next = this.#text[this.#at];
        if (next === undefined || !ESCAPED.includes(next)) throw new Mistake("Expected one of ' { } \\ after a backslash; write a backslash as \\\\", this.#at - 1);
        this.#at++;
        push(next);
      } else if (character === '{' && this.#text[this.#at] === '}') {
        this.#at++;
        parts.push('');
      } else push(character);
    }
  }

  /** A path goes on to the comma or the bracket that is not its own. */
  #path(): Argument {
    const start = this.#at;
    let open = 0;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (open > 0 && (character === "'" || character === '"')) this.#skipQuoted(character);
      else if (character === '[' || character === '(') open++;
      else if (open === 0 && (character === ',' || character === ')')) break;
      else if (character === ']' || character === ')') open--;
    }
    const path = this.#text.slice(start, this.#at).trimEnd();
    const problem = checkJsonPath(path);
    if (problem !== undefined) throw new Mistake(problem.message, start + (problem.offset ?? 0));
    return { kind: 'path', path };
  }

  #skipQuoted(quote: string): void {
    for (this.#at++; this.#at < this.#text.length && this.#text[this.#at] !== quote; this.#at++) if (this.#text[this.#at] === '\\') this.#at++;
  }

  #blanks(): void {
    this.#match(BLANKS);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

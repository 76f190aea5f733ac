/** Source: AWS Step Functions, "Intrinsic functions for JSONPath states". */
import type { Json } from '@baton/contracts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { weigh } from '../weight.ts';
import { failure, textAt, type Call } from './arguments.ts';

/** The template with each `{}` replaced by the next argument. */
export function format(call: Call): Json {
  const template = textAt(call, 0);
  const parts = call.parts ?? partsOf(template);
  const values = call.values.slice(1);
  if (parts.length - 1 !== values.length) throw failure(call, `expected as many arguments after the template as it has {}, which is ${parts.length - 1}, but found ${values.length}`);
  let text = parts[0]!;
  for (const [i, value] of values.entries()) {
    call.steps.take(1 + (weigh(value, 'States.IntrinsicFailure', call.name) >> 4));
    text += shown(value) + parts[i + 1]!;
    if (text.length > EXPRESSION_LIMITS.resultBytes) throw failure(call, `expected a text of at most ${EXPRESSION_LIMITS.resultBytes} characters`);
  }
  return text;
}

/** A template that comes from data; `\{` and `\}` stand for the characters themselves. */
function partsOf(template: string): readonly string[] {
  return template.split('{}').map((part) => part.replaceAll('\\{', '{').replaceAll('\\}', '}'));
}

/** Objects and arrays as AWS writes them, which is Java's way: `{name=x, list=[1, 2]}`. */
function shown(value: Json): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => shown(item as Json)).join(', ')}]`;
  return `{${Object.entries(value).map(([key, member]) => `${key}=${shown(member as Json)}`).join(', ')}}`;
}

/** Splits at every one of the given characters; empty pieces are left out, as on AWS. */
export function stringSplit(call: Call): Json {
  const text = textAt(call, 0);
  const splitters = new Set(textAt(call, 1));
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (!splitters.has(character)) piece += character;
    else {
      if (piece !== '') pieces.push(piece);
      piece = '';
    }
  }
  if (piece !== '') pieces.push(piece);
  call.steps.take(pieces.length);
  return pieces;
}

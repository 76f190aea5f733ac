/**
 * What paths may say beyond RFC 9535, put into its words, in one pass over the text; a text without any of it stays as it is.
 *
 *   `$.1st`, `$.detail:type`, `$.store\.book`   names behind a dot (Amazon States Language, "Reference Paths"): `$['1st']`
 *   `$['a\"b']`                                 in quotes, a backslash that escapes nothing is one, as recorded on AWS
 *   `$[(@.length-1)]`                           an element counted from the end, as Goessner's article on JSONPath has it: `[-1]`
 */

/** What the parser takes behind a dot as it stands. */
const ORDINARY = /^[\u0080-\uFFFFa-zA-Z_][\u0080-\uFFFFa-zA-Z0-9_-]*$/;
/** A backslash with nothing behind it, which the parser refuses. */
const OPEN_ESCAPE = /(?<!\\)(?:\\\\)*\\$/;
/** What ends a name behind a dot, unless a backslash stands before it. */
const ENDS = new Set('.[](),?*\'" \t\r\n');
const FROM_THE_END = /\[\s*\(\s*@\.length\s*-\s*([1-9]\d{0,8})\s*\)\s*\]/y;

export function inRfc9535(path: string): string {
  let rewritten = '';
  let open = 0;
  for (let at = 0; at < path.length; ) {
    const character = path[at]!;
    if (open > 0 && (character === "'" || character === '"')) {
      const end = endOfQuoted(path, at);
      rewritten += withLiteralBackslashes(path.slice(at, end), character);
      at = end;
      continue;
    }
    FROM_THE_END.lastIndex = at;
    const fromTheEnd = character === '[' ? FROM_THE_END.exec(path) : null;
    if (fromTheEnd !== null) {
      rewritten += `[-${fromTheEnd[1]}]`;
      at += fromTheEnd[0].length;
      continue;
    }
    if (character === '[' || character === '(') open++;
    else if (character === ']' || character === ')') open--;
    rewritten += character;
    at++;
    if (character !== '.' || open > 0) continue;
    const end = endOfName(path, at);
    const name = path.slice(at, end);
    if (name === '' || ORDINARY.test(name) || OPEN_ESCAPE.test(name)) rewritten += name;
    else rewritten = `${rewritten.slice(0, rewritten.endsWith('..') ? undefined : -1)}['${quoted(unescaped(name))}']`;
    at = end;
  }
  return rewritten;
}

function endOfName(path: string, from: number): number {
  let at = from;
  while (at < path.length && !ENDS.has(path[at]!)) at += path[at] === '\\' ? 2 : 1;
  return Math.min(at, path.length);
}

function endOfQuoted(path: string, from: number): number {
  let at = from + 1;
  while (at < path.length && path[at] !== path[from]) at += path[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, path.length);
}

const withLiteralBackslashes = (text: string, quote: string): string => text.replaceAll(/\\(.)/gs, (pair, escaped: string) => (escaped === quote || 'bfnrtu/\\'.includes(escaped) ? pair : `\\${pair}`));

const unescaped = (name: string): string => name.replaceAll(/\\(u[\da-fA-F]{4}|.)/gs, (_, escaped: string) => (escaped.length === 5 ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16)) : escaped));

const quoted = (name: string): string => name.replaceAll(/[\\']/g, '\\$&');

/**
 * A definition as text, JSON or YAML: its value, and where each part of it stands. Both are read by the same parser, so
 * that both have places; what is JSON is held to JSON. Names that stand twice in one object are mistakes in either.
 */
import { checkJson, ContractError, DEFAULT_JSON_LIMITS, utf8Length, type Json } from '@baton/contracts';
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node, type Pair, type YAMLError } from 'yaml';
import type { ReportExtra } from '../problem.ts';

export interface Place {
  /** Both counted from 1; a column counts UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

export interface TextProblem extends Place {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface DefinitionText {
  /** Undefined where the text could not be read. */
  readonly value: Json | undefined;
  /** What keeps it from being read, or what would be lost by reading it. */
  readonly problems: readonly TextProblem[];
  /** Where a part of the value stands: the member's name or its value; where the path leads to nothing, the nearest part around it. */
  placeOf(keys: readonly PropertyKey[], extra?: Pick<ReportExtra, 'ofName'>): Place;
}

export type TextFormat = 'json' | 'yaml';

const BEGINNING: Place = { line: 1, column: 1 };
/** Of aliases in YAML; more would be a way to make much out of little. */
const MAX_ALIASES = 1_000;

/** @param format default: JSON where the text begins as an object or list of JSON. */
export function readDefinitionText(text: string, format: TextFormat = /^\s*[{[]/.test(text) ? 'json' : 'yaml'): DefinitionText {
  if (utf8Length(text) > DEFAULT_JSON_LIMITS.maxBytes) return unread({ ...BEGINNING, path: [], message: `Expected at most ${DEFAULT_JSON_LIMITS.maxBytes} bytes of text` });
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (format === 'json') {
    const broken = jsonMistake(text);
    if (broken !== undefined) return unread({ path: [], ...broken });
  }
  const document = parseDocument(text, { lineCounter: lines, schema: format === 'json' ? 'json' : 'core', uniqueKeys: false, prettyErrors: false, stringKeys: true });
  const duplicates = duplicatesIn(document, at);
  const errors = format === 'json' ? [] : document.errors.map((error) => ({ ...at(error.pos[0]), path: [], message: yamlMessage(error) }));
  const placeOf: DefinitionText['placeOf'] = (keys, extra = {}) => at(offsetOf(document, keys, extra.ofName === true));
  if (errors.length > 0) return { value: undefined, problems: errors, placeOf };
  try {
    const value: unknown = format === 'json' ? JSON.parse(text) : document.toJS({ maxAliasCount: MAX_ALIASES });
    checkJson(value);
    return { value, problems: duplicates, placeOf };
  } catch (error) {
    const path = error instanceof ContractError ? keysOfPointer(error.field) : [];
    const message = error instanceof ContractError ? (error.problems[0]?.message ?? error.message) : `Expected YAML that can be read, but ${(error as Error).message}`;
    return { value: undefined, problems: [...duplicates, { ...placeOf(path, { ofName: true }), path, message }], placeOf };
  }
}

const unread = (problem: TextProblem): DefinitionText => ({ value: undefined, problems: [problem], placeOf: () => ({ line: problem.line, column: problem.column }) });
const yamlMessage = (error: YAMLError): string => `Expected YAML, but ${error.message.replace(/\.$/, '')}`;

/** RFC 6901. */
export const keysOfPointer = (pointer: string): PropertyKey[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));

/** What the engine's own parser says, with the place where it stopped. */
function jsonMistake(text: string): (Place & { readonly message: string }) | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    const before = text.slice(0, stoppedAt(message, text)).split('\n');
    const said = message.replace(/ in JSON at position \d+.*$/s, '').replace(/ in JSON$/, '').replace(/, (\.\.\.)?"[\s\S]*$/, '');
    return { line: before.length, column: before[before.length - 1]!.length + 1, message: `Expected JSON, but it stops here: ${said}` };
  }
}

/** The parser names the position, or shows up to ten characters before it, or nothing where the text ends too early. */
function stoppedAt(message: string, text: string): number {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  const [, token, cut, shown] = /^Unexpected token '([\s\S]{1,2})', (\.\.\.)?"([\s\S]*)"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? [];
  if (token === undefined || shown === undefined) return text.length;
  return cut === undefined ? text.indexOf(token) : text.indexOf(shown) + 10;
}

function duplicatesIn(document: Document, at: (offset: number) => Place): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Map: (_key, map, ancestors) => {
      const seen = new Map<unknown, Node>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const first = seen.get(key.value);
        if (first === undefined) seen.set(key.value, key);
        else problems.push({ ...at(offsetOfNode(key)), path: [...pathOf([...ancestors, map]), String(key.value)], message: `Expected each name once in an object, but ${JSON.stringify(key.value)} stands at line ${at(offsetOfNode(first)).line} too` });
      }
    },
  });
  return problems;
}

/** The way from the document to the last of these nodes. */
function pathOf(nodes: readonly unknown[]): PropertyKey[] {
  return nodes.flatMap((node, i): PropertyKey[] => {
    const next = nodes[i + 1];
    if (isPair(node)) return isScalar(node.key) ? [String(node.key.value)] : [];
    return isSeq(node) && next !== undefined ? [node.items.indexOf(next as never)] : [];
  });
}

function offsetOf(document: Document, keys: readonly PropertyKey[], ofName: boolean): number {
  let node: unknown = document.contents;
  let name: unknown;
  for (const key of keys) {
    const pair: Pair | undefined = isMap(node) ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key)) : undefined;
    const inner: unknown = pair !== undefined ? pair.value : isSeq(node) ? node.items[Number(key)] : undefined;
    if (pair === undefined && inner === undefined) return offsetOfNode(name ?? node);
    name = pair?.key ?? inner;
    node = inner;
  }
  return offsetOfNode(ofName ? (name ?? node) : (node ?? name));
}

const offsetOfNode = (node: unknown): number => (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0] ?? 0;

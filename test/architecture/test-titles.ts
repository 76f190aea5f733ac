/** The titles of all tests, read from their source: what documentation says of a test is held against them. */
import { parseSync } from 'oxc-parser';
import { filesBelow, type SourceFile } from './source.ts';

export interface TestTitle {
  /** Of the file, from the root. */
  readonly path: string;
  /** As jest writes it, the groups around it first, without the codes at its end; `%s` and its kin where a test runs for each of several. */
  readonly name: string;
  /** What it says at its end that it provokes or holds: `(F4, I3)`. */
  readonly codes: readonly string[];
}

/** A test file, or a suite of @baton/testkit, whose tests run once for each adapter. */
const holdsTests = (path: string): boolean => path.endsWith('.test.ts') || /\/src\/suites\/.*-suite\.ts$/.test(path);

export function testTitles(): readonly TestTitle[] {
  return ['packages', 'services', 'infra', 'test'].flatMap((dir) => filesBelow(dir, ['.ts'])).filter(({ path }) => holdsTests(path)).flatMap(titlesOf);
}

/** @throws Error where the file does not parse. */
export function titlesOf({ path, text }: SourceFile): readonly TestTitle[] {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]!.message}`);
  const found: TestTitle[] = [];
  visit(program, [], (title, under) => {
    const { name, codes } = split(title);
    found.push({ path, name: [...under, name].join(' '), codes });
  });
  return found;
}

/** Codes are taken from the end of a title. */
function split(title: string): Pick<TestTitle, 'name' | 'codes'> {
  const [, name, codes] = /^(.*?)(?: \(((?:[A-Z]\d+)(?:, [A-Z]\d+)*)\))?$/s.exec(title)!;
  return { name: name!, codes: codes?.split(', ') ?? [] };
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const GROUPS = new Set(['describe', 'describeWithServers']);

/** @param under titles of the groups around. */
function visit(value: unknown, under: readonly string[], see: (title: string, under: readonly string[]) => void): void {
  if (Array.isArray(value)) return value.forEach((one) => visit(one, under, see));
  if (typeof value !== 'object' || value === null) return;
  let within = under;
  const node = value as Node;
  const called = node.type === 'CallExpression' ? calledBy(node['callee'] as Node) : undefined;
  const title = called === undefined ? undefined : titleIn(node['arguments'] as readonly Node[]);
  if (title !== undefined && called === 'it') see(title, under);
  if (title !== undefined && GROUPS.has(called!)) within = [...under, title];
  for (const one of Object.values(node)) visit(one, within, see);
}

/** `it` of `it('…')`, of `it.each(…)('…')`, and of `(able ? it : it.skip)('…')`. */
function calledBy(callee: Node): string | undefined {
  if (callee.type === 'Identifier') return callee['name'] as string;
  if (callee.type === 'MemberExpression') return calledBy(callee['object'] as Node);
  if (callee.type === 'ParenthesizedExpression') return calledBy(callee['expression'] as Node);
  if (callee.type === 'ConditionalExpression') return calledBy(callee['consequent'] as Node);
  return callee.type === 'CallExpression' ? calledBy(callee['callee'] as Node) : undefined;
}

function titleIn(given: readonly Node[]): string | undefined {
  const text = given.find(({ type, value }) => type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string'));
  if (text?.type === 'Literal') return text['value'] as string;
  return (text?.['quasis'] as readonly { readonly value: { readonly cooked: string } }[] | undefined)?.map(({ value }) => value.cooked).join('…');
}

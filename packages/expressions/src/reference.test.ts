import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@baton/contracts';
import { evaluateIntrinsic, evaluateJsonata, EXPRESSION_LIMITS, ExpressionError, fillTemplate, read, type Ambient } from './index.ts';
import { FUNCTIONS as INTRINSICS } from './intrinsics/functions.ts';
import { FUNCTIONS } from './jsonata/functions/table.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/expressions.md'), 'utf8');
const { data, context, variables } = JSON.parse(/```json\n([^]*?)```/.exec(page)![1]!) as { data: Json; context: JsonObject; variables: Record<string, Json> };
const roots = { data, context, variables };
const ambient: Ambient = { nowMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678), random: () => 0.5 };

/** Rows of all tables with this heading: what stands in backquotes, or the text. */
const rows = (heading: string): [string, string][] =>
  [...page.matchAll(new RegExp(`^\\| ${heading} \\|[^\\n]*\\n\\|[-|]+\\|\\n((?:\\|[^\\n]*\\n)+)`, 'gm'))].flatMap(([, table]) =>
    table!.trim().split('\n').map((row) => row.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|').replace(/^`(.*)`$/, '$1')) as [string, string]),
  );

function outcome(evaluate: () => Json): Json {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof ExpressionError) return error.errorName;
    throw error;
  }
}
const expected = (text: string): Json => (text === 'the data' ? data : text.startsWith('States.') ? text : (JSON.parse(text) as Json));

describe('what docs/reference/expressions.md says', () => {
  it.each(rows('path'))('of the path %s', (path, gives) => expect(outcome(() => read(path, roots, 'InputPath'))).toEqual(expected(gives)));
  it.each(rows('template'))('of the template %s', (template, gives) => expect(outcome(() => fillTemplate(JSON.parse(template) as Json, roots, 'Parameters', ambient))).toEqual(expected(gives)));
  it.each(rows('call'))('of the call %s', (call, gives) => expect(outcome(() => evaluateIntrinsic(call, roots, 'Parameters', ambient))).toEqual(expected(gives)));
  it.each(rows('expression'))('of the expression %s', (expression, gives) => expect(outcome(() => evaluateJsonata(`{% ${expression} %}`, { states: { input: data, context }, variables }, 'Output', ambient))).toEqual(expected(gives)));

  it('of the bounds', () => expect(Object.fromEntries(rows('bound').map(([bound, most]) => [/`(\w+)`|^(\w+)/.exec(bound)!.slice(1).find(Boolean), Number(most)]))).toEqual(EXPRESSION_LIMITS));

  it('has an example of every function', () => {
    const shown = [...rows('call'), ...rows('expression')].map(([text]) => text).join('\n');
    expect(Object.keys(INTRINSICS).filter((name) => !shown.includes(`${name}(`))).toEqual([]);
    expect(Object.keys(FUNCTIONS).filter((name) => !shown.includes(`$${name}(`))).toEqual([]);
  });
});

describe('the functions of JSONata', () => {
  it('are all that the library has, but $eval', () => {
    const library = readFileSync(join(import.meta.dirname, '../../../node_modules/jsonata/jsonata.js'), 'utf8');
    const offered = [...library.matchAll(/(?:staticFrame|environment)\.bind\('(\w+)'/g)].map(([, name]) => name!);
    expect(offered.length).toBeGreaterThan(50);
    expect(offered.filter((name) => name !== 'eval' && !Object.hasOwn(FUNCTIONS, name))).toEqual([]);
  });
});

/** What expressions cost in CPU time: the usual ones in microseconds, hostile ones until they are held. */
import { checkIntrinsic, checkJsonata, checkJsonPath, evaluateIntrinsic, evaluateJsonata, fillTemplate, lookUp, type Ambient, type Roots } from '@baton/expressions';
import { hostileCalls, hostileJsonata, hostilePaths, hostileTexts } from '@baton/expressions/testing';
import type { Json } from '@baton/contracts';
import { usageNow } from './measure.ts';

export interface ExpressionFigures {
  readonly usual: readonly { readonly what: string; readonly microseconds: number }[];
  readonly hostile: readonly { readonly what: string; readonly firstMs: number; readonly warmMs: number }[];
}

const ambient: Ambient = { nowMs: 0, random: () => 0.5 };
const order = { id: 'o-1', customer: { name: 'Ada', address: { city: 'London' } }, lines: [{ sku: 'a', n: 2, price: 5 }, { sku: 'b', n: 1, price: 9.5 }], note: 'x'.repeat(700) };
const roots: Roots = { data: order, context: { Execution: { Id: 'run-1' } }, variables: { limit: 10 } };
const scope = { states: { input: order, context: roots.context }, variables: roots.variables };
const many = { states: { input: Array.from({ length: 1_000 }, (_, i) => ({ id: i, name: `n${i}`, price: i * 2 })), context: {} }, variables: {} };

const usual: readonly (readonly [string, () => unknown])[] = [
  ['$.customer.address.city', () => lookUp('$.customer.address.city', roots)],
  ['$$.Execution.Id', () => lookUp('$$.Execution.Id', roots)],
  ['$.lines[*].price', () => lookUp('$.lines[*].price', roots)],
  ['$.lines[?(@.price > 6)].sku', () => lookUp('$.lines[?(@.price > 6)].sku', roots)],
  ['a template of three paths', () => fillTemplate({ 'id.$': '$.id', to: { 'city.$': '$.customer.address.city' }, 'run.$': '$$.Execution.Id', kind: 'x' }, roots, 'Parameters', ambient)],
  ["States.Format('{}: {}', $.id, $.customer.name)", () => evaluateIntrinsic("States.Format('{}: {}', $.id, $.customer.name)", roots, 'Parameters', ambient)],
  ['{% $states.input.customer.name %}', () => evaluateJsonata('{% $states.input.customer.name %}', scope, 'Output', ambient)],
  ['{% $states.input.id & ": " & $limit %}', () => evaluateJsonata('{% $states.input.id & ": " & $limit %}', scope, 'Output', ambient)],
  ['{% $sum($states.input.lines.(n * price)) > $limit %}', () => evaluateJsonata('{% $sum($states.input.lines.(n * price)) > $limit %}', scope, 'Output', ambient)],
  ['{% {"id": …, "lines": lines.{"sku": sku, "total": n * price}} %}', () => evaluateJsonata('{% {"id": $states.input.id, "lines": $states.input.lines.{"sku": sku, "total": n * price}} %}', scope, 'Output', ambient)],
  ['$map of 1,000 to objects of four fields', () => evaluateJsonata('{% $map($states.input, function($i) { {"id": $i.id, "n": $i.name & "x", "p": $i.price * 2 + 1, "q": $i.price > 10 ? "a" : "b"} }) %}', many, 'Output', ambient)],
  ['1,000 ordered by two fields', () => evaluateJsonata('{% $states.input^(>price, name).id %}', many, 'Output', ambient)],
];

const attempt = (run: () => unknown): void => {
  try {
    run();
  } catch {
    // Held, which is what is measured.
  }
};

const hostile: readonly (readonly [string, () => unknown])[] = [
  ...hostilePaths.map(({ what, text, data }) => [`path: ${what}`, () => lookUp(text, { ...roots, data })] as const),
  ...hostileCalls.map(({ what, text, data }) => [`call: ${what}`, () => evaluateIntrinsic(text, { ...roots, data: data as Json }, 'Parameters', ambient)] as const),
  ...hostileJsonata.map(({ what, expression, input }) => [what, () => evaluateJsonata(`{% ${expression} %}`, { states: { input, context: {} }, variables: {} }, 'Output', ambient)] as const),
  ...hostileTexts.jsonata.map((text) => [`text: ${text.slice(0, 20)}`, () => checkJsonata(`{% ${text} %}`)] as const),
  ...hostileTexts.paths.map((text) => [`text of a path: ${text.slice(0, 20)}`, () => checkJsonPath(text)] as const),
  ...hostileTexts.calls.map((text) => [`text of a call: ${text.slice(0, 20)}`, () => checkIntrinsic(text)] as const),
];

function cpuMs(run: () => void): number {
  const before = usageNow().cpuSeconds;
  run();
  return (usageNow().cpuSeconds - before) * 1_000;
}

/** The least of several: what else the machine does only adds. */
function leastMs(times: number, run: () => void): number {
  return Math.min(...Array.from({ length: times }, () => cpuMs(run)));
}

export function measureExpressions(): ExpressionFigures {
  const firsts = hostile.map(([, run]) => cpuMs(() => attempt(run)));
  return {
    hostile: hostile.map(([what, run], i) => ({ what, firstMs: firsts[i]!, warmMs: leastMs(5, () => attempt(run)) })),
    usual: usual.map(([what, run]) => {
      cpuMs(() => repeat(50, run));
      const times = Math.max(20, Math.floor(20 / Math.max(0.001, cpuMs(() => repeat(20, run)) / 20)));
      return { what, microseconds: (leastMs(5, () => repeat(times, run)) / times) * 1_000 };
    }),
  };
}

function repeat(times: number, run: () => unknown): void {
  for (let i = 0; i < times; i++) run();
}

export function printExpressions({ usual, hostile }: ExpressionFigures): void {
  for (const { what, microseconds } of usual) console.log(`${what.padEnd(72)}${microseconds.toFixed(2).padStart(9)} µs`);
  const slowest = hostile.toSorted((a, b) => b.warmMs - a.warmMs);
  console.log(`\nThe slowest of ${slowest.length} hostile expressions, CPU ms: the first time, and again`);
  for (const { what, firstMs, warmMs } of slowest.slice(0, 12)) console.log(`${what.padEnd(72)}${firstMs.toFixed(1).padStart(9)}${warmMs.toFixed(1).padStart(9)}`);
}

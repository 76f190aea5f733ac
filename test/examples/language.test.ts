/** docs/reference/language.md: its tables are what the schemas say, and its examples do what stands beside them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@baton/contracts';
import { RunNotCompleted, testEngine, type StepFunction } from '@baton/testkit';
import { defineWorkflow, STATES, withLanguageTables } from '@baton/workflow';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/reference/language.md'), 'utf8');

interface Example {
  readonly heading: string;
  readonly definition: JsonObject;
  readonly input: unknown;
  readonly steps: string;
  readonly ends: string;
}

/** Every definition with the table of runs behind it. */
function examples(): Example[] {
  const found: Example[] = [];
  for (const { 1: json = '', 2: table = '', index } of PAGE.matchAll(/```json\n([\s\S]*?)\n```\n\n\| Input \| Steps \| Ends with \|\n\|---\|---\|---\|\n((?:\|.*\|\n)+)/g)) {
    const heading = [...PAGE.slice(0, index).matchAll(/^#+ (.*)$/gm)].pop()?.[1] ?? '';
    for (const row of table.trim().split('\n')) {
      const [input = '', steps = '', ends = ''] = row.split('|').slice(1).map((cell) => cell.trim());
      found.push({ heading, definition: JSON.parse(json), input: JSON.parse(input.replaceAll('`', '')), steps, ends });
    }
  }
  return found;
}

/** "`shop/pay` gets `{…}` → `{…}`", or "throws `Name`". */
function stepsOf(text: string, got: [string, unknown, unknown][]): Record<string, StepFunction> {
  const steps: Record<string, StepFunction> = {};
  for (const [, name = '', input, output, error] of text.matchAll(/`([^`]+)`(?: gets `([^`]+)`)? (?:→ `([^`]+)`|throws `([^`]+)`)/g)) {
    steps[name] = (given: unknown) => {
      if (input !== undefined) got.push([name, given, JSON.parse(input)]);
      if (error !== undefined) throw Object.assign(new Error('It went wrong'), { name: error });
      return JSON.parse(output!);
    };
  }
  return steps;
}

/** "signal `approved` with `{…}`" */
const signalsOf = (text: string): readonly (readonly [name: string, data: Json])[] => [...text.matchAll(/signal `([^`]+)` with `([^`]+)`/g)].map(([, name = '', data = '']) => [name, JSON.parse(data)]);

/** "`ada` answers `{…}`" */
const answersOf = (text: string): readonly (readonly [by: string, answer: JsonObject])[] => [...text.matchAll(/`([^`]+)` answers `([^`]+)`/g)].map(([, by = '', answer = '']) => [by, JSON.parse(answer)]);

describe('docs/reference/language.md', () => {
  it('has the tables that the schemas give; write them with npm run docs:contracts', () => {
    expect(withLanguageTables(PAGE)).toBe(PAGE);
  });

  it('has a section for every kind of state', () => {
    for (const type of Object.keys(STATES)) expect(PAGE).toContain(`\n### ${type}\n`);
  });

  it('has a table behind every definition', () => {
    expect(new Set(examples().map(({ definition }) => JSON.stringify(definition))).size).toBe([...PAGE.matchAll(/^```json$/gm)].length);
  });

  it.each(examples())('$heading: $input ends with $ends', async ({ definition, input, steps, ends }) => {
    const got: [string, unknown, unknown][] = [];
    const engine = await testEngine({ workflows: [defineWorkflow({ name: 'example', asl: definition })], steps: stepsOf(steps, got) });
    try {
      const run = await engine.start('example', input);
      for (const [name, data] of signalsOf(steps)) await run.signal(name, data);
      for (const [by, answer] of answersOf(steps)) await run.answer(answer, { by });
      await engine.advance({ hours: 2 });
      const error = /^error `([^`]+)`$/.exec(ends)?.[1];
      if (error === undefined) expect(await run.result()).toEqual(JSON.parse(ends.replaceAll('`', '')));
      else expect(((await run.result().catch((failure: unknown) => failure)) as RunNotCompleted).error).toMatchObject({ name: error });
      for (const [, given, expected] of got) expect(given).toEqual(expected);
      // What stands there as given was asked for.
      expect(new Set(got.map(([name]) => name))).toEqual(new Set([...steps.matchAll(/`([^`]+)` gets /g)].map(([, name]) => name)));
    } finally {
      await engine.close();
    }
  });
});

/** docs/guides/three-ways.md: what stands there in three ways does the same, and is what the builders beside this test write. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@baton/contracts';
import { RunNotCompleted, testEngine, type StepLike } from '@baton/testkit';
import { defineWorkflow, shortForm, type Workflow } from '@baton/workflow';
import { parse } from 'yaml';
import * as monthlyStatement from './three-ways/monthly-statement.ts';
import * as refund from './three-ways/refund.ts';
import * as welcome from './three-ways/welcome.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/guides/three-ways.md'), 'utf8');

interface Written {
  readonly built: Workflow;
  readonly service: string;
  readonly steps: readonly StepLike[];
  readonly file: string;
}
const WRITTEN: Readonly<Record<string, Written>> = {
  'A refund': { built: refund.refund, service: 'claims', steps: refund.steps, file: 'refund.ts' },
  'A welcome': { built: welcome.welcome, service: 'bank', steps: welcome.steps, file: 'welcome.ts' },
  'A monthly statement': { built: monthlyStatement.monthlyStatement, service: 'statements', steps: monthlyStatement.steps, file: 'monthly-statement.ts' },
};

interface Section {
  readonly heading: string;
  readonly asl: JsonObject;
  readonly code: string;
  readonly short: JsonObject;
  readonly runs: readonly { readonly input: Json; readonly ends: string }[];
}

const block = (text: string, language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? '';
const sections = PAGE.split(/^## /m)
  .slice(1)
  .map((text): Section => ({
    heading: text.slice(0, text.indexOf('\n')),
    asl: parse(block(text, 'yaml')) as JsonObject,
    code: block(text, 'ts'),
    short: JSON.parse(block(text, 'json')) as JsonObject,
    runs: [...text.matchAll(/^\| `(\{.*?\})` \| (.*) \|$/gm)].map(([, input, ends]) => ({ input: JSON.parse(input!) as Json, ends: ends! })),
  }));

interface Told {
  /** What each step was given, attempt by attempt; of steps side by side in the order of their names. */
  readonly given: readonly string[];
  /** What happened to each step, in order. */
  readonly happened: Readonly<Record<string, readonly string[]>>;
  readonly output?: Json;
  readonly error?: string;
}

async function told(flow: Workflow, { service, steps }: Written, input: Json): Promise<Told> {
  const engine = await testEngine({ workflows: [flow], steps: { [service]: steps } });
  try {
    const run = await engine.start(flow.def.name, input);
    await engine.advance({ hours: 1 });
    const commands = (await engine.commands()).flatMap((command) => (command.t === 'run-step' ? [`${command.step} #${command.attempt} ${JSON.stringify(inputOf(command.step, command.input, steps))}`] : []));
    const names = new Map((await run.steps()).map(({ stepId, state }) => [stepId as string, state]));
    const happened: Record<string, string[]> = {};
    for (const { event } of await run.history()) {
      const state = names.get((event as { readonly stepId?: string }).stepId ?? '');
      if (state !== undefined && steps.some(({ name }) => name === state)) (happened[state] ??= []).push(event.type);
    }
    const seen = { given: commands.sort(), happened };
    try {
      return { ...seen, output: await run.result() };
    } catch (failure) {
      return { ...seen, error: (failure as RunNotCompleted).error?.name ?? String(failure) };
    }
  } finally {
    await engine.close();
  }
}

/** What of its input a step reads: the data around it is the way's own business. */
function inputOf(name: string, input: Json, steps: readonly StepLike[]): unknown {
  const read = steps.find((step) => step.name === name)!.input!.safeParse(input);
  return read.success ? read.data : input;
}

describe('docs/guides/three-ways.md', () => {
  it('has the workflows that are written beside this test', () => {
    expect(sections.map(({ heading }) => heading)).toEqual(Object.keys(WRITTEN));
  });

  it.each(sections)('$heading: the builder stands on the page, and writes the definition above it', ({ heading, code, asl }) => {
    const { file, built } = WRITTEN[heading]!;
    expect(readFileSync(join(import.meta.dirname, 'three-ways', file), 'utf8')).toContain(`// The builder\n${code}`);
    expect(built.asl).toEqual(asl);
  });

  it.each(sections.flatMap(({ runs, ...section }) => runs.map((run) => ({ ...section, ...run }))))('$heading: $input ends with $ends, whichever way it is written', async ({ heading, asl, short, input, ends }) => {
    const written = WRITTEN[heading]!;
    const { built, service } = written;
    const byLanguage = await told(defineWorkflow({ name: built.def.name, asl }), written, input);
    const byBuilder = await told(built, written, input);
    const byShortForm = await told(shortForm(short, { service }), written, input);
    expect(byBuilder).toEqual(byLanguage);
    expect({ given: byShortForm.given, happened: byShortForm.happened, error: byShortForm.error }).toEqual({ given: byLanguage.given, happened: byLanguage.happened, error: byLanguage.error });
    const error = /^error `([^`]+)`$/.exec(ends)?.[1];
    const [, member, value] = /^`(\w+)` `(.*)`$/.exec(ends) ?? [];
    for (const { output, error: failed } of [byLanguage, byBuilder, byShortForm]) {
      if (error !== undefined) expect(failed).toBe(error);
      else if (member !== undefined) expect(output).toMatchObject({ [member]: JSON.parse(value!) });
      else expect(output).toEqual(JSON.parse(ends.replaceAll('`', '')));
    }
  });
});

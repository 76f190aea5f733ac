/** What the compiler must refuse of the typed builder, and where: each snippet has its mistakes marked by the line above them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

const BEFORE = `
import { defineStep } from '@baton/step-sdk';
import { equals, format, greaterThan, isPresent, workflow } from '@baton/workflow';
import { z } from 'zod';
const reserve = defineStep({ name: 'reserve', input: z.object({ sku: z.string(), count: z.number() }), output: z.object({ price: z.number() }), run: () => ({ price: 1 }) });
const charge = defineStep({ name: 'charge', input: z.object({ amount: z.number() }), output: z.object({ receipt: z.string() }), run: () => ({ receipt: 'r' }) });
const pick = defineStep({ name: 'pick', input: z.object({ sku: z.string() }), output: z.object({ shelf: z.string() }), run: () => ({ shelf: 's' }) });
const order = () => workflow('order', { service: 'shop' }).input(z.object({ sku: z.string(), count: z.number(), note: z.string().optional(), lines: z.array(z.object({ sku: z.string() })) }));
`;

/** By what they show; in each, \`// refused: <part of the message>\` stands above a line that must not compile. */
const SNIPPETS: Readonly<Record<string, string>> = {
  'takes all of this': `
    order()
      .step(reserve)
      .step(charge, { input: ($) => ({ amount: $.price }), result: { into: 'paid' }, retry: [{ ErrorEquals: ['Busy'] }] })
      .choice('C', ($, when) => [when(equals($.paid.receipt, 'x'), (flow) => flow.step(pick)), when(isPresent($.note), (flow) => flow)])
      .parallel('P', { a: (flow) => flow.step(pick, { name: 'one' }), b: (flow) => flow.map('M', ($) => $.lines, (line) => line.step(pick, { name: 'two' })) })
      .pass('E', { value: ($) => ({ text: format('{}', $.a.shelf), shelf: $.b[0]!.shelf }) })
      .build();`,
  'a reference to what is not there': `
    order().step(charge, {
      // refused: Property 'cuont' does not exist
      input: ($) => ({ amount: $.cuont }),
    });`,
  'a reference of another type': `
    order().step(charge, {
      // refused: is not assignable to type
      input: ($) => ({ amount: $.sku }),
    });`,
  'a reference to the output of a step that comes later': `
    order()
      // refused: Property 'price' does not exist
      .step(charge, { input: ($) => ({ amount: $.price }) })
      .step(reserve);`,
  'a step that the data does not fit': `
    order().step(reserve).step(
      // refused: The data does not fit the input of this step
      charge,
    );`,
  'data that was replaced': `
    order().step(reserve, { result: 'replace' }).step(charge, {
      // refused: Property 'count' does not exist
      input: ($) => ({ amount: $.count }),
    });`,
  'a member that may be missing': `
    order().step(pick, {
      // refused: is not assignable to type
      input: ($) => ({ sku: $.note }),
    });`,
  'a comparison of another kind': `
    // refused: is not assignable to parameter
    order().choice('C', ($, when) => [when(greaterThan($.count, 'many'), (flow) => flow)]);`,
  'a comparison of what may be missing': `
    // refused: is not assignable to parameter
    order().choice('C', ($, when) => [when(equals($.note, 'x'), (flow) => flow)]);`,
  'what only one way brings': `
    order()
      .step(reserve)
      .choice('C', ($, when) => [when(greaterThan($.price, 9), (flow) => flow.step(charge, { input: ($) => ({ amount: $.price }) }))])
      // refused: Property 'receipt' does not exist
      .pass('E', { value: ($) => ({ receipt: $.receipt }) });`,
  'what the items do not have': `
    order().map('M', ($) => $.lines, (line) =>
      line.step(pick, {
        // refused: Property 'shelf' does not exist
        input: ($) => ({ sku: $.shelf }),
      }),
    );`,
  'a list that is none': `
    // refused: is not assignable to
    order().map('M', ($) => $.sku, (item) => item);`,
  'the branch of another name': `
    order()
      .parallel('P', { a: (flow) => flow.step(reserve) })
      // refused: Property 'b' does not exist
      .pass('E', { value: ($) => ({ x: $.b }) });`,
  'an option that there is not': `
    order().step(reserve, {
      // refused: does not exist in type
      resutl: 'drop',
    });`,
};

interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

describe('the compiler', () => {
  let found: readonly Diagnostic[];
  let folder: string;
  const names = Object.keys(SNIPPETS);
  const textOf = (name: string): string => `${BEFORE}${SNIPPETS[name]!}\n`;

  beforeAll(async () => {
    folder = await mkdtemp(join(import.meta.dirname, 'refused-'));
    await Promise.all(names.map((name, i) => writeFile(join(folder, `snippet-${i}.ts`), textOf(name))));
    const { compilerOptions } = JSON.parse(await readFile(join(ROOT, 'tsconfig.tests.json'), 'utf8')) as { compilerOptions: object };
    // An import that a snippet has no use for is no mistake.
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), compilerOptions: { ...compilerOptions, types: ['node'], noUnusedLocals: false }, include: ['*.ts'] }));
    const said = await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'], { cwd: folder }).then(() => '', (error: { stdout: string }) => error.stdout);
    found = said.split(/\n(?=\S)/).flatMap((text) => {
      const [, file, line, message] = /^(snippet-\d+\.ts)\((\d+),\d+\): error TS\d+: ([\s\S]*)$/.exec(text) ?? [];
      return file === undefined ? [] : [{ file, line: Number(line), message: message! }];
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(names)('refuses where it stands: %s', (name) => {
    const expected = textOf(name).split('\n').flatMap((text, i) => {
      const message = /\/\/ refused: (.*)$/.exec(text)?.[1];
      return message === undefined ? [] : [{ line: i + 2, message: expect.stringContaining(message) }];
    });
    expect(found.filter(({ file }) => file === `snippet-${names.indexOf(name)}.ts`).map(({ line, message }) => ({ line, message }))).toEqual(expected);
  });
});

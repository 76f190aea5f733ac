/** Whatever a definition is, checking ends, throws nothing and says where. Repeat a failure with FC_SEED=<seed> in the environment. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '@baton/contracts';
import { graphOf, mermaidOf, validate, validateState, validateText, type DefinitionProblem } from './index.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const runs = { seed, numRuns: 300, verbose: 1 } as const;

/** A definition that uses much of the language, for the mutations to begin with. */
const WHOLE: JsonObject = {
  StartAt: 'Task',
  Baton: { Defaults: {}, Resources: { a: 's/a' } },
  States: {
    Task: { Type: 'Task', Resource: 'a.sync', Parameters: { 'x.$': "States.Format('{}', $.a)" }, ResultPath: '$.r', Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [{ ErrorEquals: ['E'], Next: 'Choice', Assign: { v: 1 } }], Next: 'Choice' },
    Choice: { Type: 'Choice', Choices: [{ And: [{ Variable: '$v', IsNull: true }, { Not: { Variable: '$.t', TimestampEquals: '2030-01-01T00:00:00Z' } }], Next: 'Map' }], Default: 'Nata' },
    Nata: { Type: 'Pass', QueryLanguage: 'JSONata', Output: { a: '{% $states.input.a & $v %}' }, Next: 'Map' },
    Map: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'In', States: { In: { Type: 'Wait', Seconds: 1, End: true } } }, ItemBatcher: { MaxItemsPerBatch: 2 }, Next: 'Parallel' },
    Parallel: { Type: 'Parallel', Branches: [{ StartAt: 'B', States: { B: { Type: 'Fail', Error: 'E' } } }], End: true },
  },
};

const WORDS = ['Type', 'Task', 'Next', 'End', 'StartAt', 'States', 'Branches', 'ItemProcessor', 'Choices', 'Condition', '$.a', '$$.x', '$v', '{% $a %}', '{% (', 'States.Format(', 'JSONata', 'QueryLanguage', 'Assign', 'Retry', 'ErrorEquals', 'States.ALL', 'Map', 'constructor', '', '__proto__'];
const value = fc.oneof(fc.constantFrom<Json>(...WORDS, null, true, 0, -1, 1e9, 0.5, [], {}), fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>, fc.string());

/** Puts a value, or nothing, at some place of a definition. */
const mutated = fc.array(fc.record({ steps: fc.array(fc.nat(6), { maxLength: 8 }), value, name: fc.constantFrom(...WORDS), how: fc.constantFrom('set', 'remove', 'add') }), { minLength: 1, maxLength: 6 }).map((changes) => {
  const definition = structuredClone(WHOLE) as unknown;
  for (const { steps, value: put, name, how } of changes) {
    let node = definition as Record<string, unknown>;
    let key = '';
    let around = node;
    for (const step of steps) {
      const keys = typeof node === 'object' && node !== null ? Object.keys(node) : [];
      if (keys.length === 0) break;
      key = keys[step % keys.length]!;
      around = node;
      node = node[key] as Record<string, unknown>;
    }
    if (key === '') continue;
    if (how === 'remove') delete around[key];
    else Object.defineProperty(around, how === 'add' ? name : key, { value: put, enumerable: true, writable: true, configurable: true });
  }
  // An array that was given a name or a hole is none of JSON: what a definition comes from has neither.
  return JSON.parse(JSON.stringify(definition)) as unknown;
});

function expectPlaces(problems: readonly DefinitionProblem[], text?: string): void {
  for (const { path, message, line, column } of problems) {
    expect(path).toMatch(/^\$/);
    expect(message.length).toBeGreaterThan(5);
    if (text === undefined) continue;
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(text.split('\n').length);
    expect(column).toBeGreaterThanOrEqual(1);
  }
}

describe('whatever a definition is', () => {
  it('is checked and drawn', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, value as fc.Arbitrary<unknown>), (definition) => {
        const { problems, machine } = validate(definition);
        expectPlaces(problems);
        expect(machine === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
        expectPlaces(validateState(definition));
        expect(mermaidOf(graphOf(definition as Json))).toMatch(/^flowchart TD\n/);
      }),
      runs,
    );
  });

  it('is checked as text, with places, whole or cut', () => {
    fc.assert(
      fc.property(fc.oneof(mutated.map((definition) => JSON.stringify(definition, null, 1)), fc.string()), fc.nat(), (text, cut) => {
        expectPlaces(validateText(text).problems, text);
        const part = text.slice(0, cut % (text.length + 1));
        expectPlaces(validateText(part).problems, part);
        expectPlaces(validateText(part, { format: 'yaml' }).problems, part);
      }),
      runs,
    );
  });

  it('has in text the problems that it has as a value', () => {
    fc.assert(
      fc.property(mutated, (definition) => {
        const text = JSON.stringify(definition, null, 2);
        const told = (problems: readonly DefinitionProblem[]): string[] => problems.map(({ path, message }) => `${path} ${message}`).sort();
        expect(told(validateText(text).problems)).toEqual(told(validate(JSON.parse(text)).problems));
      }),
      runs,
    );
  });
});

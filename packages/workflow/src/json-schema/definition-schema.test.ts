import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { validate } from '../validate.ts';
import { definitionSchema } from './definition-schema.ts';

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false, allowUnionTypes: true });
addFormats.default(ajv);
const accepts = ajv.compile(definitionSchema());

const processor = (states: object): object => ({ StartAt: Object.keys(states)[0], States: states });
const leaf = (name: string): object => ({ [name]: { Type: 'Succeed' } });

const SOUND: Readonly<Record<string, object>> = {
  'every kind in JSONPath': {
    Comment: 'All of it',
    Version: '1.0',
    StartAt: 'Task',
    TimeoutSeconds: 3_600,
    Baton: { Defaults: { max_retries: 2, retry_backoff: 'fixed' }, Resources: { 'arn:aws:states:::lambda:invoke': 'shop/pay' } },
    States: {
      Task: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        InputPath: '$.order',
        Parameters: { 'id.$': '$.id', 'text.$': "States.Format('{}', $.id)" },
        ResultSelector: { 'paid.$': '$.paid' },
        ResultPath: '$.payment',
        OutputPath: null,
        TimeoutSecondsPath: '$.seconds',
        HeartbeatSeconds: 5,
        Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1.5, MaxDelaySeconds: 9, JitterStrategy: 'FULL' }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Fail', Assign: { 'why.$': '$.Error' } }],
        Baton: { Result: 'merge' },
        Next: 'Choice',
      },
      Choice: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.a', NumericGreaterThanEqualsPath: '$.b', Next: 'Wait', Assign: { rule: 1 } },
          { And: [{ Not: { Variable: '$.a', IsPresent: true } }, { Or: [{ Variable: '$.t', TimestampLessThan: '2030-01-01T00:00:00Z' }] }], Comment: 'Nested', Next: 'Pass' },
        ],
        Default: 'Parallel',
      },
      Wait: { Type: 'Wait', Timestamp: '2030-01-01T00:00:00+01:00', Next: 'Pass' },
      Pass: { Type: 'Pass', Result: [null], ResultPath: '$.x', Next: 'Parallel' },
      Parallel: { Type: 'Parallel', Branches: [processor(leaf('One')), processor(leaf('Two'))], Next: 'Map' },
      Map: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemSelector: { 'item.$': '$$.Map.Item.Value' },
        MaxConcurrency: 5,
        ToleratedFailurePercentage: 12.5,
        Label: 'wide',
        ItemBatcher: { MaxItemsPerBatch: 10, BatchInput: { a: 1 } },
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor(leaf('Item')) },
        Next: 'Nata',
      },
      Nata: { Type: 'Task', QueryLanguage: 'JSONata', Resource: 'shop/pay', Arguments: '{% $states.input %}', Output: { a: '{% $states.result %}' }, End: true },
      Fail: { Type: 'Fail', ErrorPath: '$.error', Cause: 'Because' },
    },
  },
  'every kind in JSONata': {
    QueryLanguage: 'JSONata',
    StartAt: 'Task',
    States: {
      Task: { Type: 'Task', Resource: 'shop/pay', Arguments: { a: '{% $states.input %}' }, TimeoutSeconds: '{% 5 %}', Assign: { x: 1 }, Catch: [{ ErrorEquals: ['X'], Output: '{% $states.errorOutput %}', Next: 'Fail' }], Next: 'Choice' },
      Choice: { Type: 'Choice', Choices: [{ Condition: '{% $x = 1 %}', Output: 1, Assign: { y: 1 }, Next: 'Wait' }], Default: 'Map' },
      Wait: { Type: 'Wait', Seconds: '{% $x %}', Output: null, Next: 'Map' },
      Map: { Type: 'Map', Items: [1, '{% 2 %}'], ItemSelector: {}, MaxConcurrency: '{% 1 %}', ItemProcessor: processor(leaf('Item')), Next: 'Parallel' },
      Parallel: { Type: 'Parallel', Arguments: 1, Branches: [processor({ In: { Type: 'Pass', Output: 1, End: true } })], End: true },
      Fail: { Type: 'Fail', Error: '{% $x %}', Cause: 'Because' },
    },
  },
};

describe('the JSON Schema of definitions', () => {
  it.each(Object.entries(SOUND))('accepts what validate accepts: %s', (_what, definition) => {
    expect(validate(definition).problems.filter(({ severity, unsupported }) => severity === 'error' && unsupported === undefined)).toEqual([]);
    expect(accepts(definition) ? [] : accepts.errors).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a field that there is not', { StartAt: 'A', States: { A: { Type: 'Succeed', Nxt: 'B' } } }, '/States/A'],
    ['a kind that there is not', { StartAt: 'A', States: { A: { Type: 'Tusk' } } }, '/States/A/Type'],
    ['a field of the other language', { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Pass', Parameters: {}, End: true } } }, '/States/A'],
    ['a field of the other language, in a machine inside', { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Map', ItemProcessor: processor({ B: { Type: 'Pass', Parameters: {}, End: true } }), End: true } } }, '/States/A/ItemProcessor/States/B'],
    ['a state that neither leads on nor ends', { StartAt: 'A', States: { A: { Type: 'Pass' } } }, '/States/A'],
    ['Next in a rule inside another', { StartAt: 'A', States: { A: { Type: 'Choice', Choices: [{ Not: { Variable: '$.a', IsNull: true, Next: 'A' }, Next: 'A' }] } } }, '/States/A/Choices/0/Not'],
    ['a number out of its range', { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: -1, End: true } } }, '/States/A/Seconds'],
    ['a path that is none', { StartAt: 'A', States: { A: { Type: 'Pass', InputPath: 'a', End: true } } }, '/States/A/InputPath'],
    ['no states', { StartAt: 'A', States: {} }, '/States'],
  ])('refuses %s, where it stands', (_what, definition, path) => {
    expect(accepts(definition)).toBe(false);
    expect(accepts.errors!.map(({ instancePath }) => instancePath)).toContain(path);
  });

  it('describes every field, for whoever points at it', () => {
    const missing: string[] = [];
    const look = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { properties } = value as { properties?: Readonly<Record<string, { description?: string }>> };
      for (const [name, property] of Object.entries(properties ?? {})) if (property.description === undefined && name !== 'Type') missing.push(`${at}.${name}`);
      for (const [key, inner] of Object.entries(value)) if (!['Baton', 'if'].includes(key)) look(inner, `${at}/${key}`);
    };
    look(definitionSchema()['definitions'], '');
    expect(missing).toEqual([]);
  });
});

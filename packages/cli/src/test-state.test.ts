import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { baton, type Called } from './testing.ts';

const PAY = {
  Type: 'Task',
  Resource: 'arn:aws:lambda:us-east-1:123456789012:function:pay',
  Parameters: { 'id.$': '$.id' },
  ResultSelector: { 'receipt.$': '$.number' },
  ResultPath: '$.paid',
  Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, MaxAttempts: 1 }],
  Catch: [{ ErrorEquals: ['Declined', 'Busy'], ResultPath: '$.why', Next: 'Refuse' }],
  Next: 'Ship',
};
const ORDER = { StartAt: 'Pay', States: { Pay: PAY, Ship: { Type: 'Succeed' }, Refuse: { Type: 'Fail', Error: 'Refused', Cause: 'No money' } } };

describe('baton test-state', () => {
  let folder: string;
  let order: string;
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baton-test-state-'));
    order = await file('order.json', JSON.stringify(ORDER));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const tried = (...args: string[]): Promise<Called> => baton(['test-state', order, '--state', 'Pay', '--input', '{"id":7}', ...args]);
  const document = async (...args: string[]): Promise<{ code: number; said: unknown }> => {
    const { code, stdout } = await tried('--json', ...args);
    return { code, said: JSON.parse(stdout) };
  };

  it('makes of an input and a mocked answer what a run would, and says where it goes on', async () => {
    expect(await document('--mock', '{"number":"r-1"}')).toEqual({ code: 0, said: { state: 'Pay', status: 'SUCCEEDED', output: { id: 7, paid: { receipt: 'r-1' } }, next: 'Ship', variables: {} } });
    const { stdout } = await tried('--mock', `@${await file('answer.json', '{"number":"r-1"}')}`);
    expect(stdout).toContain('status  SUCCEEDED\nnext  Ship\noutput  {\n  "id": 7,');
  });

  it('shows the data on its way with --inspect', async () => {
    expect((await document('--mock', '{"number":"r-1"}', '--inspect')).said).toMatchObject({
      inspection: { input: { id: 7 }, afterInputPath: { id: 7 }, afterParameters: { id: 7 }, result: { number: 'r-1' }, afterResultSelector: { receipt: 'r-1' }, afterResultPath: { id: 7, paid: { receipt: 'r-1' } } },
    });
    expect((await tried('--mock', '{"number":"r-1"}', '--inspect')).stdout).toContain('afterResultSelector  {\n  "receipt": "r-1"\n}');
  });

  it('says what the rules do with an error: again, caught, or failed', async () => {
    expect(await document('--mock-error', '{"Error":"Busy"}')).toEqual({ code: 0, said: { state: 'Pay', status: 'RETRIABLE', error: 'Busy', cause: '', errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 2 }, variables: {} } });
    expect(await document('--mock-error', '{"Error":"Busy","Cause":"full"}', '--retries', '1')).toMatchObject({ code: 0, said: { status: 'CAUGHT_ERROR', output: { id: 7, why: { Error: 'Busy', Cause: 'full' } }, next: 'Refuse', errorDetails: { catchIndex: 0 } } });
    expect(await document('--mock-error', '{"Error":"Other","Cause":"odd"}')).toMatchObject({ code: 3, said: { status: 'FAILED', error: 'Other', cause: 'odd' } });
    expect(await document('--input', '{}', '--mock', '1')).toMatchObject({ code: 3, said: { error: 'States.Runtime', cause: expect.stringContaining('$.id finds nothing') } });
  });

  it('takes YAML, states inside others, variables, the context object and JSONata', async () => {
    const path = await file(
      'deep.yaml',
      'QueryLanguage: JSONata\nStartAt: Each\nStates:\n  Each:\n    Type: Map\n    End: true\n    ItemProcessor:\n      StartAt: Price\n      States:\n        Price: { Type: Pass, Output: "{% $states.input.n * $rate + $states.context.Map.Item.Index %}", Assign: { last: "{% $states.input.n %}" }, End: true }\n',
    );
    const called = await baton(['test-state', path, '-s', 'Price', '-i', '{"n":4}', '--variables', '{"rate":2}', '--context', '{"Map":{"Item":{"Index":1}}}', '--json']);
    expect({ code: called.code, said: JSON.parse(called.stdout) }).toEqual({ code: 0, said: { state: 'Price', status: 'SUCCEEDED', output: 9, variables: { last: 4 } } });
    expect((await baton(['test-state', path, '-s', 'Each', '-i', '[1,2]', '--mock', '[1,2]'])).stdout).toContain('next  none: the machine ends');
  });

  it('takes one state without a machine, from standard input too', async () => {
    const { code, stdout } = await baton(['test-state', '-', '--json'], { stdin: '{"Type":"Pass","Result":1,"End":true}' });
    expect({ code, said: JSON.parse(stdout) }).toEqual({ code: 0, said: { status: 'SUCCEEDED', output: 1, variables: {} } });
  });

  it('tries a state out although the rest has mistakes, and says so', async () => {
    const path = await file('half.json', JSON.stringify({ ...ORDER, States: { ...ORDER.States, Ship: { Type: 'Succed' } } }));
    const called = await baton(['test-state', path, '-s', 'Refuse']);
    expect(called).toMatchObject({ code: 3, stdout: expect.stringContaining('error  Refused\ncause  No money'), stderr: expect.stringContaining('The rest of the definition has 1 error') });
  });

  it.each([
    ['no mock for what reaches outside', ['-s', 'Pay'], "Give it with --mock '<json>'"],
    ['a mock for what does not', ['-s', 'Ship', '--mock', '1'], 'leave the mock out'],
    ['both mocks', ['-s', 'Pay', '--mock', '1', '--mock-error', '{"Error":"E"}'], 'exclude each other'],
    ['an error without its name', ['-s', 'Pay', '--mock-error', '{"Cause":"x"}'], '--mock-error expects {"Error": "<name>"'],
    ['variables that are no object', ['-s', 'Pay', '--mock', '1', '--variables', '[1]'], '--variables expects an object, variables by their names, but found [1]'],
    ['input that is no JSON', ['-s', 'Pay', '--mock', '1', '-i', '{'], '--input is not JSON'],
    ['a count that is none', ['-s', 'Pay', '--mock', '1', '--retries', 'x'], '--retries expects a whole number'],
    ['no name', [], 'say which of its states is meant, such as "Pay"'],
    ['another name', ['-s', 'Shp'], 'There is no state "Shp"; did you mean "Ship"?'],
  ])('refuses %s with 2 and what helps', async (_what, args, text) => {
    const { code, stdout, stderr } = await baton(['test-state', order, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });

  it('lists every mistake of the state itself', async () => {
    const path = await file('wrong.json', '{"StartAt":"A","States":{"A":{"Type":"Pass",\n"Ned":true,\n"Next":"B"}}}');
    const { code, stdout } = await baton(['test-state', path, '-s', 'A', '--json']);
    expect({ code, said: JSON.parse(stdout) }).toMatchObject({ code: 2, said: { error: { code: 'invalid_definition', problems: [{ field: '$.States.A.Ned (line 2)' }, { field: '$.States.A.Next (line 3)' }] } } });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@baton/contracts';
import { TestRun } from '../test/test-run.ts';

const machine = (states: Readonly<Record<string, JsonObject>>): JsonObject => ({ StartAt: Object.keys(states)[0]!, States: states });
const output = (states: Readonly<Record<string, JsonObject>>, input: JsonObject = {}) => new TestRun(machine(states)).start(input).current.output;

describe('variables', () => {
  it('are set as a state is left, from what it has come to, and read by those after it', () => {
    expect(
      output({
        A: { Type: 'Pass', Result: { n: 1, list: [1, 2] }, ResultPath: null, Assign: { 'n.$': '$.n', 'all.$': '$', fixed: { a: 1 } }, Next: 'B' },
        B: { Type: 'Pass', Parameters: { 'n.$': '$n', 'second.$': '$all.list[1]', 'a.$': '$fixed.a' }, End: true },
      }),
    ).toEqual({ n: 1, second: 2, a: 1 });
  });

  it('keep their value while the state that sets them is evaluated', () => {
    expect(
      output({
        A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { 'x.$': '$y', 'y.$': '$x' }, Next: 'C' },
        C: { Type: 'Pass', Parameters: { 'x.$': '$x', 'y.$': '$y' }, End: true },
      }),
    ).toEqual({ x: 2, y: 1 });
  });

  it('are taken from the raw result of a Task, whatever ResultSelector makes of it', () => {
    const run = new TestRun(machine({ A: { Type: 'Task', Resource: 's/a', ResultSelector: { 'b.$': '$.b' }, Assign: { 'c.$': '$.c' }, Next: 'B' }, B: { Type: 'Pass', Parameters: { 'c.$': '$c' }, End: true } }));
    expect(run.start().succeed({ b: 1, c: 2 }).current.output).toEqual({ c: 2 });
  });

  it('can be set by a rule of a Choice, by Default, and by a rule of Catch from the error', () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 1, Assign: { by: 'rule' }, Next: 'End' }], Default: 'End', Assign: { by: 'default' } };
    const end = { Type: 'Pass', Parameters: { 'by.$': '$by' }, End: true };
    expect(output({ C: choice, End: end }, { n: 1 })).toEqual({ by: 'rule' });
    expect(output({ C: choice, End: end }, { n: 2 })).toEqual({ by: 'default' });
    const caught = machine({ A: { Type: 'Task', Resource: 's/a', Catch: [{ ErrorEquals: ['States.ALL'], Assign: { 'by.$': '$.Error' }, Next: 'End' }], End: true }, End: end });
    expect(new TestRun(caught).start().fail({ name: 'Oops' }).current.output).toEqual({ by: 'Oops' });
  });

  it('of an outer scope can be read inside, and those of an inner one end with it', () => {
    const inside = machine({ In: { Type: 'Pass', Assign: { 'inner.$': '$outer' }, Next: 'Read' }, Read: { Type: 'Pass', Parameters: { 'inner.$': '$inner', 'outer.$': '$outer' }, End: true } });
    const run = new TestRun(machine({ A: { Type: 'Pass', Assign: { outer: 1 }, Next: 'P' }, P: { Type: 'Parallel', Branches: [inside], Next: 'End' }, End: { Type: 'Choice', Choices: [{ Variable: '$inner', IsPresent: true, Next: 'Bad' }], Default: 'Good' }, Bad: { Type: 'Fail' }, Good: { Type: 'Succeed' } }));
    expect(run.start().current).toMatchObject({ status: 'completed', output: [{ inner: 1, outer: 1 }] });
  });

  it('of outside are not seen by the iterations of a DISTRIBUTED Map, which are runs of their own on AWS', () => {
    const each = (mode: string) => machine({ A: { Type: 'Pass', Assign: { outer: 1 }, Result: [0], Next: 'M' }, M: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: mode, ...(mode === 'DISTRIBUTED' && { ExecutionType: 'STANDARD' }) }, ...machine({ C: { Type: 'Choice', Choices: [{ Variable: '$outer', IsPresent: true, Next: 'Seen' }], Default: 'Not' }, Seen: { Type: 'Pass', Result: 'seen', End: true }, Not: { Type: 'Pass', Result: 'not', End: true } }) }, End: true } });
    expect(new TestRun(each('INLINE')).start().current.output).toEqual(['seen']);
    expect(new TestRun(each('DISTRIBUTED')).start().current.output).toEqual(['not']);
  });

  it('are bounded: those of one state, and all of a run', () => {
    const big = 'x'.repeat(200_000);
    const assigns = (count: number) => machine(Object.fromEntries(Array.from({ length: count }, (_, i) => [`A${i}`, { Type: 'Task', Resource: 's/a', Assign: { [`v${i}`]: big }, ...(i + 1 < count ? { Next: `A${i + 1}` } : { End: true }) }])));
    expect(new TestRun(machine({ A: { Type: 'Pass', Assign: { a: big, b: big }, End: true } })).start().current.error?.name).toBe('States.DataLimitExceeded');
    const run = new TestRun(assigns(5)).start();
    for (let i = 0; i < 5 && run.current.status === 'running'; i++) run.succeed({});
    expect(run.current).toMatchObject({ status: 'failed', error: { name: 'States.DataLimitExceeded', step: 'A3', message: expect.stringContaining('All data of the run') } });
  });
});

describe('the context object', () => {
  it('has the run’s input where the definition may ask for it, whatever has become of the data', () => {
    const run = new TestRun(machine({ A: { Type: 'Pass', Result: 1, Next: 'B' }, B: { Type: 'Pass', Parameters: { 'in.$': '$$.Execution.Input.x' }, End: true } })).start({ x: 7 });
    expect(run.current).toMatchObject({ output: { in: 7 }, input: { x: 7 } });
    expect(new TestRun(machine({ A: { Type: 'Pass', Parameters: { 'n.$': '$$.State.Name' }, End: true } })).start({ x: 7 }).current.input).toBeUndefined();
  });

  it('is AWS’s, whole', () => {
    const run = new TestRun(machine({ A: { Type: 'Pass', InputPath: '$$', End: true } })).start({ x: 7 });
    const at = new Date(run.nowMs).toISOString();
    expect(run.current.output).toEqual({
      Execution: { Id: 'run-1', Input: { x: 7 }, Name: 'run-1', RoleArn: 'none', StartTime: at, RedriveCount: 0 },
      State: { Name: 'A', EnteredTime: at },
      StateMachine: { Id: run.current.def.hash, Name: 'test' },
    });
  });
});

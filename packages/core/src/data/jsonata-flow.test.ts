import { describe, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import type { State } from '@baton/workflow';
import { TestRun } from '../../test/test-run.ts';
import { testState, type StateTest, type StateTested } from '../test-state/test-state.ts';

function tried(state: object, input: Json = {}, test: Partial<StateTest> = {}): StateTested {
  const result = testState({ state: { QueryLanguage: 'JSONata', ...state } as State, input, nowMs: 1_700_000_000_000, ...test });
  if ('refused' in result) throw new Error(`Refused: ${result.refused}`);
  return result;
}
const output = (state: object, input: Json = {}, test: Partial<StateTest> = {}): Json | undefined => tried(state, input, test).output;
const errorOf = (state: object, input: Json = {}, test: Partial<StateTest> = {}): string | undefined => tried(state, input, test).error?.name;
const task = (more: object): object => ({ Type: 'Task', Resource: 's/a', End: true, ...more });
const pass = (Output: Json, more: object = {}): object => ({ Type: 'Pass', Output, End: true, ...more });

describe('what goes on', () => {
  it('is the result without Output, and what Output says with it', () => {
    expect(output(task({}), { n: 1 }, { mock: { result: { m: 2 } } })).toEqual({ m: 2 });
    expect(output(task({ Output: { n: '{% $states.input.n %}', m: '{% $states.result.m %}', fixed: [true, '{% 1 + 1 %}'] } }), { n: 1 }, { mock: { result: { m: 2 } } })).toEqual({ n: 1, m: 2, fixed: [true, 2] });
  });

  it('is the input where a state has no result', () => {
    expect(output({ Type: 'Pass', End: true }, { n: 1 })).toEqual({ n: 1 });
    expect(output({ Type: 'Succeed', Output: '{% $states.input.n %}' }, { n: 1 })).toBe(1);
    expect(output({ Type: 'Wait', Seconds: '{% $states.input.n %}', Output: 'later', Next: 'A' }, { n: 1 })).toBe('later');
  });

  it('has no result to name in a Pass', () => {
    expect(errorOf(pass('{% $states.result %}'))).toBe('States.QueryEvaluationError');
    expect(errorOf(pass(1, { Assign: { a: '{% $states.result %}' } }))).toBe('States.QueryEvaluationError');
  });

  it('takes what data say for data, whatever they look like', () => {
    expect(output(pass({ text: '{% $states.input.text %}' }), { text: '{% 1 + 1 %}' })).toEqual({ text: '{% 1 + 1 %}' });
  });

  it('fails the state where an expression gives nothing', () => {
    expect(errorOf(pass({ a: '{% $states.input.absent %}' }))).toBe('States.QueryEvaluationError');
    expect(errorOf(pass('{% $unset %}'))).toBe('States.QueryEvaluationError');
  });
});

describe('variables', () => {
  it('are read as they were before the state, and set from its result', () => {
    const state = task({ Output: '{% $total %}', Assign: { total: '{% $total + $states.result %}', was: '{% $total %}' } });
    expect(tried(state, {}, { variables: { total: 3 }, mock: { result: 4 } })).toMatchObject({ output: 3, variables: { total: 7, was: 3 } });
  });
});

describe('Task', () => {
  it('gives its step Arguments, else its input', () => {
    const run = (more: object) => new TestRun({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', End: true, ...more } } }).start({ n: 1 }).lastCommand().input;
    expect(run({ Arguments: { doubled: '{% $states.input.n * 2 %}' } })).toEqual({ doubled: 2 });
    expect(run({})).toEqual({ n: 1 });
  });

  it('has its time-out from an expression, and fails where that gives no whole number from 1', () => {
    const run = (seconds: string) => new TestRun({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Task', Resource: 's/a', TimeoutSeconds: seconds, End: true } } }).start({ n: 7 });
    const timed = run('{% $states.input.n %}');
    expect(timed.lastCommand().deadlineMs).toBe(timed.nowMs + 7_000);
    for (const seconds of ['{% 0 %}', '{% 1.5 %}', "{% '7' %}"]) expect(run(seconds).current).toMatchObject({ status: 'failed', error: { name: 'States.QueryEvaluationError' } });
  });

  it('may catch what an expression of its own fails by', () => {
    const state = task({ Arguments: '{% $states.input.absent %}', Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'B' }] });
    expect(tried(state, {}, { mock: { result: 1 } })).toMatchObject({ status: 'CAUGHT_ERROR', next: 'B', output: { Error: 'States.QueryEvaluationError' } });
  });

  it('goes on with the error, or with what the rule’s Output makes of it', () => {
    const mock = { error: { name: 'Busy', cause: 'later' } };
    expect(output(task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), { n: 1 }, { mock })).toEqual({ Error: 'Busy', Cause: 'later' });
    const rule = { ErrorEquals: ['States.ALL'], Output: { n: '{% $states.input.n %}', name: '{% $states.errorOutput.Error %}' }, Assign: { cause: '{% $states.errorOutput.Cause %}' }, Next: 'B' };
    expect(tried(task({ Catch: [rule] }), { n: 1 }, { mock })).toMatchObject({ output: { n: 1, name: 'Busy' }, variables: { cause: 'later' } });
  });
});

describe('Choice', () => {
  const choice = (condition: Json, more: object = {}): object => ({ Type: 'Choice', Choices: [{ Condition: condition, Next: 'Yes', ...more }], Default: 'No' });

  it('goes where the first condition is true', () => {
    expect(tried(choice('{% $states.input.n > 3 %}'), { n: 4 }).next).toBe('Yes');
    expect(tried(choice('{% $states.input.n > 3 %}'), { n: 3 }).next).toBe('No');
    expect(tried(choice(true)).next).toBe('Yes');
  });

  it('has Assign and Output of the rule that is taken, and its own for Default', () => {
    const state = { ...choice('{% $states.input.yes %}', { Output: 'of the rule', Assign: { a: 'rule' } }), Output: 'of the state', Assign: { a: 'state' } };
    expect(tried(state, { yes: true })).toMatchObject({ output: 'of the rule', variables: { a: 'rule' } });
    expect(tried(state, { yes: false })).toMatchObject({ output: 'of the state', variables: { a: 'state' } });
  });

  it('fails where a condition is neither true nor false', () => {
    expect(errorOf(choice("{% 'true' %}"))).toBe('States.QueryEvaluationError');
  });
});

describe('Fail', () => {
  it('has its error and cause from expressions, which must be texts', () => {
    expect(tried({ Type: 'Fail', Error: "{% 'Order.' & $states.input.what %}", Cause: '{% $string($states.input) %}' }, { what: 'Refused' }).error).toMatchObject({ name: 'Order.Refused', message: '{"what":"Refused"}' });
    expect(errorOf({ Type: 'Fail', Error: '{% 5 %}' })).toBe('States.QueryEvaluationError');
  });
});

describe('fan-outs', () => {
  const machine = (state: object) => new TestRun({ QueryLanguage: 'JSONata', StartAt: 'Fan', States: { Fan: { End: true, ...state } } });
  const doubled = { StartAt: 'Double', States: { Double: { Type: 'Pass', Output: '{% $states.input * 2 %}', End: true } } };

  it('Map goes over Items: an expression, a list with expressions in it, or the input', () => {
    expect(machine({ Type: 'Map', Items: '{% $states.input.list %}', ItemProcessor: doubled }).start({ list: [1, 2] }).current.output).toEqual([2, 4]);
    expect(machine({ Type: 'Map', Items: [5, '{% $states.input.n %}'], ItemProcessor: doubled }).start({ n: 6 }).current.output).toEqual([10, 12]);
    expect(machine({ Type: 'Map', ItemProcessor: doubled }).start([7]).current.output).toEqual([14]);
  });

  it('Map gives each iteration what ItemSelector makes of item and input', () => {
    const state = { Type: 'Map', Items: '{% $states.input.list %}', ItemSelector: { of: '{% $states.input.name %}', at: '{% $states.context.Map.Item.Index %}', item: '{% $states.context.Map.Item.Value %}' }, ItemProcessor: { StartAt: 'Same', States: { Same: { Type: 'Pass', End: true } } } };
    expect(machine(state).start({ name: 'n', list: ['a', 'b'] }).current.output).toEqual([{ of: 'n', at: 0, item: 'a' }, { of: 'n', at: 1, item: 'b' }]);
  });

  it('Map fails over what is no list', () => {
    expect(machine({ Type: 'Map', Items: '{% {} %}', ItemProcessor: doubled }).start().current.error?.name).toBe('States.QueryEvaluationError');
    expect(machine({ Type: 'Map', ItemProcessor: doubled }).start({ n: 1 }).current.error?.name).toBe('States.QueryEvaluationError');
  });

  it('Parallel gives its branches Arguments', () => {
    const state = { Type: 'Parallel', Arguments: '{% $states.input.n %}', Output: '{% $sum($states.result) %}', Branches: [doubled, { StartAt: 'Same', States: { Same: { Type: 'Pass', End: true } } }] };
    expect(machine(state).start({ n: 3 }).current.output).toBe(9);
  });
});

describe('a machine in JSONPath', () => {
  it('may have states in JSONata, which share its variables', () => {
    const run = new TestRun({ StartAt: 'A', States: { A: { Type: 'Pass', Assign: { 'n.$': '$.n' }, Next: 'B' }, B: { Type: 'Pass', QueryLanguage: 'JSONata', Output: { more: '{% $n + 1 %}' }, Next: 'C' }, C: { Type: 'Pass', Parameters: { 'both.$': 'States.Array($n, $.more)' }, End: true } } });
    expect(run.start({ n: 1 }).current.output).toEqual({ both: [1, 2] });
  });
});

import { describe, expect, it } from '@jest/globals';
import { errorsOf, machineOf } from '../testing/problems.ts';

const jsonata = (state: Readonly<Record<string, unknown>>): string[] => errorsOf(machineOf(state, { QueryLanguage: 'JSONata' }));
const task = (fields: Readonly<Record<string, unknown>>): string[] => jsonata({ Type: 'Task', Resource: 's/a', ...fields });

describe('$states', () => {
  it('has the result of a Task for its Output and Assign, nowhere else', () => {
    expect(task({ Output: { a: ['{% $states.result.x %}'] }, Assign: { b: '{% $count($states.result) %}' } })).toEqual([]);
    expect(task({ Arguments: '{% $states.result %}' })).toEqual(['$.States.A.Arguments: Expected no $states.result here: it is there for Output and Assign of the Task']);
    expect(jsonata({ Type: 'Pass', Output: '{% $states.result %}' })).toEqual(['$.States.A.Output: Expected no $states.result, since a Pass has no result of its own']);
  });
  it('has the error for Output and Assign of a rule of Catch, nowhere else', () => {
    expect(task({ Catch: [{ ErrorEquals: ['X'], Output: '{% $states.errorOutput.Error %}', Assign: { a: '{% $states.errorOutput %}' }, Next: 'A' }] })).toEqual([]);
    expect(task({ Output: '{% $states.errorOutput %}' })).toEqual(['$.States.A.Output: Expected no $states.errorOutput here: it is there for Output and Assign of a rule of Catch']);
  });
  it('has four members', () => {
    expect(task({ Output: '{% $states.inptu %}' })).toEqual(['$.States.A.Output: $states has no "inptu"; did you mean "input"?']);
    expect(task({ Output: '{% [$states.input, $states.context.Execution.Id] %}' })).toEqual([]);
  });
});

it('expressions of JSONata are told where they break', () => {
  expect(task({ Arguments: { a: '{% $sum( %}' } })).toEqual([expect.stringMatching(/^\$\.States\.A\.Arguments\.a: Expected JSONata, but .* \(at character \d+\)/)]);
  expect(task({ TimeoutSeconds: '{% 1 + %}' })).toEqual([expect.stringMatching(/^\$\.States\.A\.TimeoutSeconds: Expected JSONata, but /)]);
});

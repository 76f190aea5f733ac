import { describe, expect, it } from '@jest/globals';
import { errorsOf, machineOf, problemsOf, warningsOf } from '../testing/problems.ts';

const waits = (more: Readonly<Record<string, unknown>>, machine: Readonly<Record<string, unknown>> = {}): unknown => machineOf({ Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'approved' }, ...more }, machine);

describe('a Task that the engine itself is behind', () => {
  it('is sound with what its resource takes, as it stands or evaluated', () => {
    expect(problemsOf(waits({}))).toEqual([]);
    expect(problemsOf(waits({ Parameters: { 'Name.$': '$.name' }, TimeoutSeconds: 60 }))).toEqual([]);
    const jsonata = { QueryLanguage: 'JSONata' };
    expect(problemsOf(waits({ Parameters: undefined, Arguments: { Name: '{% $states.input.name %}' } }, jsonata))).toEqual([]);
    expect(problemsOf(waits({ Parameters: undefined, Arguments: '{% $states.input %}' }, jsonata))).toEqual([]);
  });
  it('is told what is missing, not known, or of another kind', () => {
    expect(errorsOf(waits({ Parameters: undefined }))).toEqual(['$.States.A: Expected Parameters: baton:waitForEvent takes Name']);
    expect(errorsOf(waits({ Parameters: 7 }))).toEqual(['$.States.A.Parameters: Expected an object with Name, but found 7']);
    expect(errorsOf(waits({ Parameters: {} }))).toEqual(['$.States.A.Parameters.Name: Expected this field, but it is missing']);
    expect(errorsOf(waits({ Parameters: { Name: 'a', Nmae: 'b' } }))).toEqual(['$.States.A.Parameters.Nmae: Expected one of Name, but found Nmae; did you mean "Name"?']);
    expect(errorsOf(waits({ Parameters: { Name: 'no name' } }))).toEqual([expect.stringContaining('$.States.A.Parameters.Name: Expected a name')]);
  });
  it('sends no heartbeats, and has no attempts of a step', () => {
    expect(errorsOf(waits({ HeartbeatSeconds: 5 }))).toEqual([expect.stringContaining('$.States.A.HeartbeatSeconds: Expected no HeartbeatSeconds')]);
    expect(warningsOf(waits({ Baton: { max_retries: 2, timeout_seconds: 5 } }))).toEqual([expect.stringContaining('Write Retry'), expect.stringContaining('Write TimeoutSeconds')]);
  });
  it('ends the outermost machine where it ends the run', () => {
    const on = { Type: 'Task', Resource: 'baton:continueAs', Parameters: {}, End: true };
    expect(problemsOf(machineOf(on))).toEqual([]);
    expect(errorsOf({ StartAt: 'A', States: { A: { ...on, End: undefined, Next: 'B' }, B: { Type: 'Succeed' } } })).toEqual(['$.States.A: Expected End: true, since baton:continueAs ends the run']);
    expect(errorsOf(machineOf({ Type: 'Parallel', Branches: [{ StartAt: 'In', States: { In: on } }], End: true }))).toEqual([expect.stringContaining('Expected no baton:continueAs inside a Parallel or Map')]);
  });
  it('has a name that is known: what begins with baton: is the engine’s own', () => {
    expect(errorsOf(waits({ Resource: 'baton:waitForEvents' }))).toEqual([expect.stringContaining('did you mean "baton:waitForEvent"?')]);
    expect(errorsOf(waits({ Resource: 'baton:other' }, { Baton: { Resources: { 'baton:other': 's/other' } } }))).toHaveLength(1);
  });
});

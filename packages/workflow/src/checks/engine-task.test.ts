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

  describe('by a name of AWS', () => {
    const starts = (more: Readonly<Record<string, unknown>>, suffix = '.sync:2', machine: Readonly<Record<string, unknown>> = {}): unknown => machineOf({ Type: 'Task', Resource: `arn:aws:states:::states:startExecution${suffix}`, Parameters: { StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:ship' }, ...more }, machine);
    it('is sound as it is written there, and needs no step', () => {
      for (const suffix of ['', '.sync', '.sync:2']) expect(problemsOf(starts({ Parameters: { 'StateMachineArn.$': '$.arn', Input: { 'a.$': '$.a', AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'x' }, Name: 'n' } }, suffix))).toEqual([]);
      expect(problemsOf(starts({ Parameters: undefined, Arguments: { StateMachineArn: '{% $states.input.arn %}' } }, '', { QueryLanguage: 'JSONata' }))).toEqual([]);
      expect(problemsOf(machineOf({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution', Parameters: { StateMachineArn: 'ship' } }))).toEqual([]);
      expect(problemsOf(machineOf({ Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', Parameters: { Entries: [{ 'Detail.$': '$', DetailType: 'x', 'Source.$': '$.from' }] } }))).toEqual([]);
    });
    it.each<[unknown, string]>([
      [starts({ Parameters: {} }), '$.States.A.Parameters.StateMachineArn: Expected this field, but it is missing'],
      [starts({ Parameters: { StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:ship:3' } }), 'without a version or alias behind it'],
      [starts({ Parameters: { StateMachineArn: 'arn:aws:lambda:us-east-1:123456789012:function:ship' } }), 'Expected the ARN of a state machine'],
      [starts({ Parameters: { StateMachineArn: 'ship', Input: '{"a"' } }), '$.States.A.Parameters.Input: Expected JSON'],
      [starts({ Parameters: { StateMachineArn: 'ship', Nmae: 'x' } }), 'did you mean "Name"?'],
      [starts({}, '.waitForTaskToken'), 'of a Task arn:aws:states:::states:startExecution, arn:aws:states:::states:startExecution.sync, arn:aws:states:::states:startExecution.sync:2. Bind "arn:aws:states:::states:startExecution" to a step'],
      [machineOf({ Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', Parameters: { Entries: [{}, {}] } }), 'Expected one event: more of them are a Map with a Task for each'],
    ])('says what is wrong with it: %j', (definition, message) => {
      expect(errorsOf(definition).join('\n')).toContain(message);
    });
    it('is a step’s where the machine binds it to one, with or without what stands behind it', () => {
      for (const name of ['', '.sync:2']) expect(problemsOf(starts({ Parameters: { whatever: 1 }, HeartbeatSeconds: 5, TimeoutSeconds: 9 }, '.sync:2', { Baton: { Resources: { [`arn:aws:states:::states:startExecution${name}`]: 'shop/start' } } }))).toEqual([]);
    });
  });
  it('asks a person by a form that is checked as far as it stands there', () => {
    const asks = (given: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): unknown => waits({ Resource: 'baton:askPerson', Parameters: { Title: 'Pay?', Form: { type: 'object', properties: { ok: { type: 'boolean' } } }, ...given }, ...more });
    expect(problemsOf(asks({ Assignees: ['ada'], Escalate: [{ AfterSeconds: 60, Assignees: ['bob'] }] }, { TimeoutSeconds: 90 }))).toEqual([]);
    expect(errorsOf(asks({ Form: { type: 'object', properties: { ok: { type: 'bool' } } } }))).toEqual([expect.stringContaining('$.States.A.Parameters.Form.properties.ok.type: ')]);
    expect(errorsOf(asks({ Form: { type: 'object', properties: { ok: { type: 'string', pattern: '^(a+)+$' } } } }))).toEqual([expect.stringContaining('$.States.A.Parameters.Form.properties.ok: ')]);
    expect(errorsOf(asks({ Form: { type: 'object', properties: {} } }))).toEqual(['$.States.A.Parameters.Form.properties: Expected 1 to 50 fields, but found 0']);
    expect(errorsOf(asks({ Form: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['yes'] } }))).toEqual(['$.States.A.Parameters.Form.required[0]: Expected one of ok, but found yes']);
    expect(errorsOf(asks({ Form: { type: 'object', properties: { sum: { type: 'integer', minimum: 5, default: 4 } } } }))).toEqual([expect.stringContaining('$.States.A.Parameters.Form.properties.sum.default: Expected a value that fits the field')]);
    expect(errorsOf(asks({ Assignees: 'ada' }))).toEqual(['$.States.A.Parameters.Assignees: Expected an array, but found "ada"']);
    expect(errorsOf(asks({ Escalate: [{ AfterSeconds: 60, Assignees: ['bob'] }, { AfterSeconds: 60, Assignees: ['eve'] }] }))).toEqual([expect.stringContaining('$.States.A.Parameters.Escalate: Expected each AfterSeconds to be more than the one before it')]);
    expect(errorsOf(asks({ Escalate: [{ AfterSeconds: 90, Assignees: ['bob'] }] }, { TimeoutSeconds: 90 }))).toEqual(['$.States.A.Parameters.Escalate[0].AfterSeconds: Expected less than TimeoutSeconds (90), since nobody can answer any more after that, but found 90']);
  });
  it('leaves what is evaluated inside of a form to the run, and checks the rest of it', () => {
    const asks = (ok: Readonly<Record<string, unknown>>): unknown => waits({ Resource: 'baton:askPerson', Parameters: { 'Title.$': '$.title', Form: { type: 'object', properties: { ok } } } });
    expect(problemsOf(asks({ type: 'string', 'enum.$': '$.choices', 'default.$': '$.first' }))).toEqual([]);
    expect(errorsOf(asks({ type: 'string', 'enum.$': '$.choices', titel: 'x' }))).toEqual([expect.stringContaining('titel')]);
    const ata = (ok: Readonly<Record<string, unknown>>): unknown => waits({ Resource: 'baton:askPerson', Parameters: undefined, Arguments: { Title: '{% $states.input.title %}', Form: { type: 'object', properties: { ok } } } }, { QueryLanguage: 'JSONata' });
    expect(problemsOf(ata({ type: 'string', enum: '{% $states.input.choices %}' }))).toEqual([]);
    expect(errorsOf(ata({ type: 'strign', enum: '{% $states.input.choices %}' }))).toEqual([expect.stringContaining('.type: ')]);
  });
});

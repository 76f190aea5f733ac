import { describe, expect, it } from '@jest/globals';
import { DefinitionError } from '../problem.ts';
import { shortForm } from './short-form.ts';

const problemsOf = (act: () => unknown): string[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems.map((p) => p.path);
    throw error;
  }
  return [];
};

describe('the short form', () => {
  const document = { order: { steps: ['reserve', { step: 'charge', max_retries: 0 }, 'ship'], business_rules: { required: ['sku'] }, default_error_handler: 'fail' } };

  it('compiles to Amazon States Language: rules first, then step after step', () => {
    const { machine, asl } = shortForm(document, { service: 'shop', bindings: { ship: { resource: 'parcels/send', parameters: { 'to.$': '$.address' }, heartbeatSeconds: 5 } } });
    expect(Object.keys(machine.States)).toEqual(['Business rules', 'reserve', 'charge', 'ship']);
    expect(asl['States']).toMatchObject({
      reserve: { Resource: 'shop/reserve', Next: 'charge' },
      charge: { Baton: { max_retries: 0, Result: 'merge' } },
      ship: { Resource: 'parcels/send', Parameters: { 'to.$': '$.address' }, HeartbeatSeconds: 5, End: true },
    });
    expect(machine.Baton?.Defaults).toEqual({ default_error_handler: 'fail' });
  });

  it('takes what the engine does itself, with a deadline of its own', () => {
    const ask = { step: 'approve', resource: 'baton:askPerson', parameters: { Title: 'Pay?', Form: { type: 'object', properties: { ok: { type: 'boolean' } } } }, timeout_seconds: 600 };
    const { asl } = shortForm({ order: { steps: ['reserve', ask, { step: 'go', resource: 'baton:waitForEvent', parameters: { Name: 'go' } }] } }, { service: 'shop' });
    expect(asl['States']).toMatchObject({ approve: { Type: 'Task', Resource: 'baton:askPerson', Parameters: ask.parameters, TimeoutSeconds: 600, Next: 'go' }, go: { Resource: 'baton:waitForEvent', End: true } });
    expect((asl['States'] as Record<string, { Baton: unknown }>)['approve']!.Baton).toEqual({ Result: 'merge' });
    expect(problemsOf(() => shortForm({ order: { steps: [{ ...ask, parameters: { Title: 'Pay?' } }] } }, { service: 'shop' }))).toEqual([expect.stringContaining('Parameters.Form')]);
    expect(problemsOf(() => shortForm({ order: { steps: [{ ...ask, resource: 'baton:askPersons' }] } }, { service: 'shop' }))).toEqual(['$.order.steps[0].resource']);
  });

  it('has a hash that follows from its meaning alone', () => {
    const hash = shortForm(document, { service: 'shop' }).def.hash;
    expect(shortForm(JSON.parse(JSON.stringify(document)) as typeof document, { service: 'shop' }).def.hash).toBe(hash);
    expect(shortForm({ order: { ...document.order, version: 2 } }, { service: 'shop' }).def.hash).not.toBe(hash);
  });

  it('names every mistake with its path', () => {
    expect(problemsOf(() => shortForm({ order: { steps: ['a', { stp: 'b' }], max_retries: -1, retries: 2 } }, { service: 's' }))).toEqual(
      expect.arrayContaining(['$.order.steps[1]', '$.order.max_retries']),
    );
    expect(problemsOf(() => shortForm({ order: { steps: ['a', 'a'] } }, { service: 's' }))).toEqual(['$.order.steps[1]']);
    expect(problemsOf(() => shortForm({ order: { steps: ['charge'] } }, { service: 's', bindings: { chrage: { resource: 'x/y' } } }))).toEqual(['$.order.steps']);
    expect(problemsOf(() => shortForm({}, { service: 's' }))).toEqual(['$']);
  });
});

describe('what undoes a step of the short form', () => {
  it('stands beside it: by its name, or with what differs; a step of another service too, and inside a group', () => {
    const { asl } = shortForm(
      { trip: { steps: [{ step: 'flight', compensate: 'cancel' }, { step: 'hotel', compensate: { step: 'release', resource: 'hotels/release', parameters: { 'id.$': '$.Result.id' }, timeout_seconds: 60, heartbeat_seconds: 5 } }, { parallel: [{ step: 'car', compensate: 'cancel' }, 'train'] }, 'pay'] } },
      { service: 's', bindings: { cancel: { resource: 'desk/cancel' } } },
    );
    expect(asl['States']).toMatchObject({
      flight: { Compensate: { Resource: 'desk/cancel' } },
      hotel: { Compensate: { Resource: 'hotels/release', Parameters: { 'id.$': '$.Result.id' }, TimeoutSeconds: 60, HeartbeatSeconds: 5 } },
      'Group 1': { Branches: [{}, { States: { car: { Compensate: { Resource: 'desk/cancel' } } } }, {}] },
    });
    expect((asl['States'] as { pay: object }).pay).not.toHaveProperty('Compensate');
  });

  it('is refused where it cannot be meant, naming the place', () => {
    expect(problemsOf(() => shortForm({ trip: { steps: [{ step: 'a', compensate: { stp: 'b' } }] } }, { service: 's' }))).toEqual(['$.trip.steps[0].compensate']);
    expect(problemsOf(() => shortForm({ trip: { steps: [{ step: 'a', compensate: { step: 'b', parameters: { 'x.$': 'Result' } } }] } }, { service: 's' }))).toEqual([expect.stringContaining('Compensate.Parameters')]);
    expect(problemsOf(() => shortForm({ trip: { steps: [{ step: 'a', compensate: 'cancel' }] } }, { service: 's', bindings: { cancle: { resource: 'x/y' } } }))).toEqual(['$.trip.steps']);
  });
});

describe('groups and conditions of the short form', () => {
  const rule = { Variable: '$.total', NumericGreaterThan: 100 };

  it('lead round a step whose condition is not so', () => {
    const { asl } = shortForm({ order: { steps: ['a', { step: 'b', when: rule }, { step: 'c', when: '{% $states.input.total > 5 %}' }] } }, { service: 's' });
    expect(asl['States']).toMatchObject({
      a: { Next: 'b?' },
      'b?': { Type: 'Choice', Choices: [{ ...rule, Next: 'b' }], Default: 'c?' },
      b: { Type: 'Task', Next: 'c?' },
      'c?': { Type: 'Choice', QueryLanguage: 'JSONata', Choices: [{ Condition: '{% $states.input.total > 5 %}', Next: 'c' }], Default: 'c?: done' },
      c: { End: true },
      'c?: done': { Type: 'Succeed' },
    });
  });

  it('run steps side by side and merge what they give into the data', () => {
    const { asl } = shortForm({ order: { steps: [{ parallel: ['a', { step: 'b', when: rule, max_retries: 1 }] }, { parallel: ['c', 'd'], name: 'Both', when: rule }] } }, { service: 's', bindings: { c: { resource: 'other/c' } } });
    expect(asl['StartAt']).toBe('Group 1');
    expect(asl['States']).toMatchObject({
      'Group 1': {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Group 1: data', States: { 'Group 1: data': { Type: 'Pass', End: true } } },
          { StartAt: 'a', States: { a: { Type: 'Task', Resource: 's/a', Baton: { default_error_handler: 'fail' }, End: true } } },
          { StartAt: 'b?', States: { 'b?': { Default: 'b: nothing' }, b: { Baton: { max_retries: 1 }, End: true }, 'b: nothing': { Type: 'Pass', Result: {}, End: true } } },
        ],
        ResultSelector: { 'merged.$': 'States.JsonMerge(States.JsonMerge($[0], $[1], false), $[2], false)' },
        OutputPath: '$.merged',
        Next: 'Both?',
      },
      'Both?': { Type: 'Choice', Default: 'Both?: done' },
      Both: { Type: 'Parallel', End: true },
    });
  });

  it.each([
    ['a condition that is no expression', { step: 'a', when: '$.total > 5' }, '$.order.steps[0].when', 'or JSONata between {% and %}'],
    ['JSONata with a mistake', { step: 'a', when: '{% 1 + %}' }, '$.order.steps[0].when', 'Expected JSONata'],
    ['a comparison that there is not', { step: 'a', when: { Variable: '$.a', NumericGreaterThn: 5 } }, '$.order.steps[0].when.NumericGreaterThn', 'did you mean "NumericGreaterThan"'],
    ['a rule that leads somewhere', { step: 'a', when: { ...rule, Next: 'b' } }, '$.order.steps[0].when.Next', 'the step is what follows'],
    ['a group of one', { parallel: ['a'] }, '$.order.steps[0].parallel', 'at least two steps'],
    ['a group of too many', { parallel: [...'abcdefghijk'] }, '$.order.steps[0].parallel', 'at most 10 steps'],
    ['a group in a group', { parallel: ['a', { parallel: ['b', 'c'] }] }, '$.order.steps[0].parallel[1]', 'a group stands in no other group'],
    ['a field that a group does not have', { parallel: ['a', 'b'], resource: 'x/y' }, '$.order.steps[0]', 'Unrecognized key: "resource"'],
    ['a step twice', { parallel: ['a', 'a'] }, '$.order.steps[0].parallel[1]', '"a" stands twice'],
    ['a step of a group that goes on after errors', { parallel: ['a', { step: 'b', default_error_handler: 'continue' }] }, '$.order.steps[0].parallel[1]', 'Expected "default_error_handler": "fail"'],
    ['what is no step', 7, '$.order.steps[0]', 'or with "parallel", a group of steps'],
  ])('refuse %s, naming the place', (_what, entry, path, message) => {
    let problems: readonly { readonly path: string; readonly message: string }[] = [];
    try {
      shortForm({ order: { steps: [entry] } }, { service: 's' });
    } catch (error) {
      problems = (error as DefinitionError).problems;
    }
    expect(problems).toContainEqual(expect.objectContaining({ path, message: expect.stringContaining(message) }));
  });

  it('may have as many steps in a group as calls may be nested', () => {
    expect(shortForm({ order: { steps: [{ parallel: [...'abcdefghij'] }] } }, { service: 's' }).machine.States['Group 1']).toMatchObject({ Type: 'Parallel' });
  });

  it('leave the hash of what was written before as it was', () => {
    const before = shortForm({ order: { steps: ['reserve', { step: 'charge', max_retries: 0, heartbeat_seconds: 5 }, 'ship'], business_rules: { required: ['sku'] }, default_error_handler: 'fail', comment: 'c' } }, { service: 'shop', bindings: { ship: { resource: 'parcels/send', parameters: { 'to.$': '$.address' }, timeoutSeconds: 9 } } });
    expect(before.def.hash).toBe('8855f9081eac40f9f1ee0561f7f41526');
  });
});

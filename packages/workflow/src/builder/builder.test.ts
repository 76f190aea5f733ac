import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { all, any, atLeast, equals, format, greaterThan, isPresent, lessThan, matches, not, workflow, type WorkflowBuilder } from './index.ts';

const step = <I extends z.ZodType, O extends z.ZodType>(name: string, input: I, output: O) => ({ name, input, output });
const reserve = step('reserve', z.object({ sku: z.string(), count: z.number() }), z.object({ price: z.number(), held: z.boolean() }));
const charge = step('charge', z.object({ amount: z.number(), text: z.string().optional() }), z.object({ receipt: z.string() }));
const pick = step('pick', z.object({ sku: z.string() }), z.object({ shelf: z.string() }));
const Order = z.object({ sku: z.string(), count: z.number(), note: z.string().optional(), lines: z.array(z.object({ sku: z.string(), n: z.number() })) });
const order = () => workflow('order', { service: 'shop', defaults: false }).input(Order);

/** Both ways: neither of the two is wider. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <Claim extends true>(): Claim => true as Claim;
type Order = z.infer<typeof Order>;
type DataOf<B> = B extends WorkflowBuilder<infer D> ? D : never;

describe('the builder', () => {
  it('leads from each state to the next, and ends the machine with the last', () => {
    const { asl } = order().step(reserve).wait('Rest', { seconds: 3 }).step('pack').build();
    expect(asl).toEqual({
      StartAt: 'reserve',
      States: {
        reserve: { Type: 'Task', Resource: 'shop/reserve', Baton: { Result: 'merge' }, Next: 'Rest' },
        Rest: { Type: 'Wait', Seconds: 3, Next: 'pack' },
        pack: { Type: 'Task', Resource: 'shop/pack', Baton: { Result: 'merge' }, End: true },
      },
    });
  });

  it('makes the input’s schema a JSON Schema for starts', () => {
    expect(order().step(reserve).build().inputSchema).toMatchObject({ type: 'object', required: ['sku', 'count', 'lines'], properties: { sku: { type: 'string' } } });
  });

  it('writes references as paths and calls, and one for all of the input as InputPath', () => {
    const { asl } = order()
      .step(reserve)
      .step(charge, { input: ($) => ({ amount: $.price, text: format("{}'s {}", $.sku, $.lines[0]!.n) }) })
      .step(pick, { name: 'Pick the first', input: ($) => $.lines[0]!, result: { into: 'first one' } })
      .pass('Keep', { value: ($) => ({ list: [$.sku, 'x', 1], deep: { on: true, at: $['first one'].shelf } }) })
      .build();
    expect(asl['States']).toMatchObject({
      charge: { Parameters: { 'amount.$': '$.price', 'text.$': "States.Format('{}\\'s {}', $.sku, $.lines[0].n)" } },
      'Pick the first': { InputPath: '$.lines[0]', ResultPath: '$["first one"]' },
      Keep: { Parameters: { 'list.$': "States.Array($.sku, 'x', 1)", deep: { on: true, 'at.$': '$["first one"].shelf' } } },
    });
  });

  it('brings the ways of a choice together in the state that follows', () => {
    const { asl } = order()
      .step(reserve)
      .choice('Is it much?', ($, when) => [when(all(greaterThan($.price, 1_000), not(equals($.held, true))), (flow) => flow.step('approve').step('sign')), when(any(matches($.sku, 'x*'), isPresent($.note)), (flow) => flow), when(lessThan($.count, 0), (flow) => flow.fail('Nothing', { error: 'NoCount' }))])
      .step('pack')
      .build();
    expect(asl['States']).toEqual({
      reserve: expect.objectContaining({ Next: 'Is it much?' }),
      'Is it much?': {
        Type: 'Choice',
        Choices: [
          { And: [{ Variable: '$.price', NumericGreaterThan: 1_000 }, { Not: { Variable: '$.held', BooleanEquals: true } }], Next: 'approve' },
          { Or: [{ Variable: '$.sku', StringMatches: 'x*' }, { Variable: '$.note', IsPresent: true }], Next: 'pack' },
          { Variable: '$.count', NumericLessThan: 0, Next: 'Nothing' },
        ],
        Default: 'pack',
      },
      approve: expect.objectContaining({ Next: 'sign' }),
      sign: expect.objectContaining({ Next: 'pack' }),
      Nothing: { Type: 'Fail', Error: 'NoCount' },
      pack: expect.objectContaining({ End: true }),
    });
  });

  it('ends the machine where a way of the last choice does nothing', () => {
    const { asl } = order().choice('Big?', ($, when) => [when(atLeast($.count, 9), (flow) => flow.step('approve'))]).build();
    expect(asl['States']).toMatchObject({ 'Big?': { Choices: [{ Next: 'approve' }], Default: 'Big?: done' }, approve: { End: true }, 'Big?: done': { Type: 'Succeed' } });
  });

  it('leads ways out of an inner choice to what follows the outer one', () => {
    const { asl } = order()
      .choice('Outer', ($, when) => [when(isPresent($.note), (flow) => flow.choice('Inner', ($, when) => [when(equals($.sku, 'a'), (inner) => inner.step('a'))]))], (flow) => flow.step('b'))
      .step('after')
      .build();
    expect(asl['States']).toMatchObject({ Outer: { Choices: [{ Next: 'Inner' }], Default: 'b' }, Inner: { Choices: [{ Next: 'a' }], Default: 'after' }, a: { Next: 'after' }, b: { Next: 'after' } });
  });

  it('gives the branches of a parallel their names, and puts items and their index where they are asked for', () => {
    const { asl } = order()
      .parallel('Side by side', { paid: (flow) => flow.step(charge, { input: ($) => ({ amount: $.count }) }), picked: (flow) => flow.map('Each', ($) => $.lines, (line) => line.step(pick), { atOnce: 2 }) }, { result: { into: 'done' } })
      .map('Again', { items: ($) => $.lines, input: ($, { index, value }) => ({ of: $.sku, index, sku: value.sku }) }, (line) => line.step('label', { input: ($) => ({ of: $.of }) }), { result: 'drop' })
      .build();
    expect(asl['States']).toMatchObject({
      'Side by side': {
        Branches: [{ StartAt: 'charge' }, { StartAt: 'Each', States: { Each: { ItemsPath: '$.lines', MaxConcurrency: 2, ItemProcessor: { StartAt: 'pick', States: { pick: { End: true } } }, End: true } } }],
        ResultSelector: { 'paid.$': '$[0]', 'picked.$': '$[1]' },
        ResultPath: '$.done',
        Next: 'Again',
      },
      Again: { ItemSelector: { 'of.$': '$.sku', 'index.$': '$$.Map.Item.Index', 'sku.$': '$$.Map.Item.Value.sku' }, ResultPath: null },
    });
  });

  it('leads a handled error to a part of its own, which goes on where the state would', () => {
    const { asl } = order()
      .step(reserve, { handle: [{ errors: ['Declined'], by: (flow) => flow.step('apologise', { input: ($) => ({ why: $.error.Cause }) }) }, { errors: ['States.ALL'], by: (flow) => flow.fail('Broken', { error: 'Broken' }) }], catch: [{ ErrorEquals: ['Busy'], Next: 'after' }] })
      .step('after')
      .build();
    expect(asl['States']).toMatchObject({
      reserve: { Catch: [{ ErrorEquals: ['Busy'], Next: 'after' }, { ErrorEquals: ['Declined'], ResultPath: '$.error', Next: 'apologise' }, { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Broken' }], Next: 'after' },
      apologise: { Parameters: { 'why.$': '$.error.Cause' }, Next: 'after' },
    });
  });

  it('takes states by their names, as the language has them', () => {
    const built = workflow('order', { service: 'shop' }).step('reserve').wait('rest', { seconds: 3 }).choice('ok', [{ Variable: '$.ok', BooleanEquals: true, Next: 'done' }], { default: 'refuse' }).succeed('done').fail('refuse', { error: 'Refused' }).build();
    expect(built.asl).toMatchObject({ StartAt: 'reserve', States: { reserve: { Next: 'rest' }, rest: { Type: 'Wait', Seconds: 3, Next: 'ok' }, refuse: { Type: 'Fail', Error: 'Refused' } } });
  });

  it('is the same definition once it was printed and read again', () => {
    const { asl, def } = order().step(reserve).choice('Big?', ($, when) => [when(atLeast($.count, 9), (flow) => flow.step('approve'))]).build();
    expect(JSON.parse(JSON.stringify(asl))).toEqual(asl);
    expect(order().step(reserve).choice('Big?', ($, when) => [when(atLeast($.count, 9), (flow) => flow.step('approve'))]).build().def).toEqual(def);
  });

  it('writes what the engine does itself as any step, with a deadline of its own', () => {
    const Form = { type: 'object', properties: { ok: { type: 'boolean' } } };
    const built = workflow('order', { service: 'shop' })
      .step('approve', { resource: 'baton:askPerson', parameters: { 'Title.$': '$.title', Form, Assignees: ['ada'] }, result: { into: 'approval' }, timeout_seconds: 600 })
      .step('go', { resource: 'baton:waitForEvent', input: ($) => ({ Name: $.name }), resultPath: null })
      .build();
    expect(built.asl['States']).toEqual({
      approve: { Type: 'Task', Resource: 'baton:askPerson', Parameters: { 'Title.$': '$.title', Form, Assignees: ['ada'] }, ResultPath: '$.approval', TimeoutSeconds: 600, Next: 'go' },
      go: { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { 'Name.$': '$.name' }, ResultPath: null, End: true },
    });
    expect(() => workflow('order', { service: 'shop' }).step('approve', { resource: 'baton:askPerson', parameters: { Title: 'x' } }).build()).toThrow('Form');
  });

  it('writes what undoes a step beside it', () => {
    const built = order().step(reserve).compensate('release', { input: (done) => ({ sku: done.Input.sku, price: done.Result.price }), retry: [{ ErrorEquals: ['Busy'] }], timeoutSeconds: 5 }).step('pay').compensate('pay-back').build();
    expect(built.asl['States']).toMatchObject({
      reserve: { Compensate: { Resource: 'shop/release', Parameters: { 'sku.$': '$.Input.sku', 'price.$': '$.Result.price' }, Retry: [{ ErrorEquals: ['Busy'] }], TimeoutSeconds: 5 }, Next: 'pay' },
      pay: { Compensate: { Resource: 'shop/pay-back' }, End: true },
    });
  });

  it.each([
    ['two states of one name', () => order().step(reserve).step(reserve), '"reserve" was added twice'],
    ['two states of one name on two ways', () => order().choice('C', ($, when) => [when(isPresent($.note), (flow) => flow.step('a'))], (flow) => flow.step('a')).build(), '"a" was added twice'],
    ['an input that comes too late', () => workflow('w', { service: 's' }).step('a').input(Order), 'before the first state'],
    ['a compensation of what is no step', () => order().pass('P').compensate('release'), '"P" is none'],
    ['two compensations of one step', () => order().step(reserve).compensate('a').compensate('b'), 'found two'],
    ['more values than places', () => format('{}', 1, 2), 'expected 1 values'],
    ['a name that would be a path', () => order().pass('P', { value: ($) => ({ 'a.$': $.sku }) }), 'without ".$"'],
    ['a call where a place is needed', () => order().choice('C', (_$, when) => [when(equals(format('a'), 'a'), (flow) => flow)]), 'compares no intrinsic functions'],
    ['a list of objects with references', () => order().pass('P', { value: ($) => ({ a: [$.sku, { b: 1 }] }) }), 'only as the member of an object'],
  ])('refuses %s', (_what, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('the type of the data', () => {
  it('flows from the input through the outputs of steps', () => {
    const reserved = order().step(reserve);
    const again = () => order().step(reserve);
    holds<Same<DataOf<typeof reserved>, { sku: string; count: number; note?: string | undefined; lines: { sku: string; n: number }[]; price: number; held: boolean }>>();
    const into = again().step(charge, { input: ($) => ({ amount: $.price }), result: { into: 'paid' } });
    holds<Same<DataOf<typeof into>['paid'], { receipt: string }>>();
    const replaced = again().step(charge, { input: ($) => ({ amount: $.price }), result: 'replace' });
    holds<Same<DataOf<typeof replaced>, { receipt: string }>>();
    const dropped = again().step(charge, { input: ($) => ({ amount: $.price }), result: 'drop' });
    holds<Same<DataOf<typeof dropped>, DataOf<typeof reserved>>>();
    const passed = again().pass('P', { value: ($) => ({ a: $.sku, b: 1 as number, c: format('{}', $.price) }) });
    holds<Same<DataOf<typeof passed>, { a: string; b: number; c: string }>>();
    expect(passed.build().def.name).toBe('order');
  });

  it('is that of all ways which come together, without those that end', () => {
    const chosen = order().choice('C', ($, when) => [when(isPresent($.note), (flow) => flow.pass('A', { value: () => ({ way: 1 as number }) })), when(equals($.sku, 'x'), (flow) => flow.fail('F', { error: 'E' }))], (flow) => flow.pass('B', { value: () => ({ way: 'two' as string }) }));
    holds<Same<DataOf<typeof chosen>, { way: number } | { way: string }>>();
    const both = order().parallel('P', { a: (flow) => flow.step(reserve, { result: 'replace' }), b: (flow) => flow.map('M', ($) => $.lines, (line) => line.step(pick)) });
    holds<Same<DataOf<typeof both>, { a: { price: number; held: boolean }; b: { sku: string; n: number; shelf: string }[] }>>();
    expect(both.build().def.name).toBe('order');
  });

  it('is unknown without an input, and then nothing is refused', () => {
    const free = workflow('free', { service: 's' }).step('a').step(charge).pass('P', { value: ($) => ({ x: $.what.ever[0].there }) });
    expect(free.build().asl['States']).toMatchObject({ P: { Parameters: { 'x.$': '$.what.ever[0].there' } } });
  });
});

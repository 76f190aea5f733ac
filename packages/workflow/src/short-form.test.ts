import { describe, expect, it } from '@jest/globals';
import { DefinitionCatalogue } from './catalogue.ts';
import { DefinitionError } from './problem.ts';
import { shortForm } from './short-form.ts';
import { workflow } from './builder.ts';

const problemsOf = (act: () => unknown): string[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems.map((p) => p.path);
    throw error;
  }
  return [];
};
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

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

describe('the builder', () => {
  it('writes the same thing as the short form, state by state', () => {
    const built = workflow('order', { service: 'shop' }).step('reserve').wait('rest', { seconds: 3 }).choice('ok', [{ Variable: '$.ok', BooleanEquals: true, Next: 'done' }], { default: 'refuse' }).succeed('done').fail('refuse', { error: 'Refused' }).build();
    expect(built.asl).toMatchObject({ StartAt: 'reserve', States: { reserve: { Next: 'rest' }, rest: { Type: 'Wait', Seconds: 3, Next: 'ok' }, refuse: { Type: 'Fail', Error: 'Refused' } } });
  });
});

describe('the catalogue', () => {
  const flow = shortForm({ order: { steps: ['a'] } }, { service: 's' });
  const records = flow.toRecords('s').map((record, offset) => ({ offset, key: 'k', value: bytes(record) }));

  it('gives a definition by hash and the current one by name', () => {
    const catalogue = new DefinitionCatalogue();
    expect(catalogue.accept(records)).toEqual([]);
    expect(catalogue.current('order')?.def).toEqual(flow.def);
    expect(catalogue.byHash(flow.def.hash)?.machine).toEqual(flow.machine);
  });

  it('keeps a definition for its runs when its name was withdrawn', () => {
    const catalogue = new DefinitionCatalogue();
    catalogue.accept([...records, { offset: 9, key: 'order', value: null }]);
    expect(catalogue.current('order')).toBeUndefined();
    expect(catalogue.byHash(flow.def.hash)).toBeDefined();
  });

  it('returns poisoned records and goes on with the others', () => {
    const catalogue = new DefinitionCatalogue();
    const forged = { ...flow.toRecords('s')[0], def: { ...flow.def, hash: '0'.repeat(32) } };
    const refused = catalogue.accept([{ offset: 1, key: 'x', value: bytes('rubbish') }, { offset: 2, key: 'x', value: new Uint8Array([0xff]) }, { offset: 3, key: 'x', value: bytes(forged) }, ...records]);
    expect(refused.map((r) => r.offset)).toEqual([1, 2, 3]);
    expect(catalogue.current('order')).toBeDefined();
  });
});

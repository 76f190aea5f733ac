import { describe, expect, it } from '@jest/globals';
import { definitionKey, definitionKeys, type DefinitionRecord } from '@baton/contracts';
import { DefinitionCatalogue } from './catalogue.ts';
import { shortForm } from './short-form/index.ts';
import { defineWorkflow, type Workflow } from './workflow.ts';

const version = (ver: number, comment = ''): Workflow => defineWorkflow({ name: 'order', version: ver, asl: { Comment: comment, StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } });
const [one, two] = [version(1), version(2)];
const share = (workflow: Workflow, weight: number) => ({ def: workflow.def, weight });
const alias = (name: string, ...routes: ReturnType<typeof share>[]): DefinitionRecord => ({ v: 1, t: 'alias', name: 'order', alias: name, routes, atMs: 1 });
const retired = (workflow: Workflow): DefinitionRecord => ({ v: 1, t: 'retired', def: workflow.def, atMs: 7 });

function knowing(...records: (DefinitionRecord | string)[]): DefinitionCatalogue {
  const catalogue = new DefinitionCatalogue();
  const lines = records.map((record, offset) => (typeof record === 'string' ? { offset, key: record, value: null } : { offset, key: definitionKey(record), value: Buffer.from(JSON.stringify(record)) }));
  expect(catalogue.accept(lines)).toEqual([]);
  return catalogue;
}
const chosen = (catalogue: DefinitionCatalogue, ask?: number | string, chance = 0) => {
  const found = catalogue.choose('order', ask, chance);
  return typeof found === 'string' ? found : found.def.ver;
};

describe('what a start takes', () => {
  it('is what was published last where it asks for nothing, also where its number is lower', () => {
    expect(chosen(knowing(...one.toRecords('svc'), ...two.toRecords('svc')))).toBe(2);
    expect(chosen(knowing(...two.toRecords('svc'), ...one.toRecords('svc')))).toBe(1);
  });

  it('is what the alias live says where there is one, whatever is published', () => {
    const catalogue = knowing(...one.toRecords('svc'), alias('live', share(one, 1)), ...two.toRecords('svc'));
    expect([chosen(catalogue), chosen(catalogue, 'live'), catalogue.current('order')?.def.ver]).toEqual([1, 1, 1]);
  });

  it('is the version of that number, of several the one that was published last', () => {
    const again = version(1, 'changed without counting up');
    const catalogue = knowing(...one.toRecords('svc'), ...again.toRecords('svc'), ...two.toRecords('svc'));
    expect(chosen(catalogue, 1)).toBe(1);
    expect(catalogue.choose('order', 1, 0)).toMatchObject({ def: again.def });
    expect(catalogue.versions('order').map(({ def }) => def.hash)).toEqual([two, again, one].map(({ def }) => def.hash));
    expect(knowing(...again.toRecords('svc'), ...one.toRecords('svc')).choose('order', 1, 0)).toMatchObject({ def: one.def });
  });

  it('is shared by weight between two versions, and the same for the same chance', () => {
    const catalogue = knowing(...one.toRecords('svc'), ...two.toRecords('svc'), alias('live', share(one, 9), share(two, 1)));
    const taken = Array.from({ length: 1_000 }, (_, i) => chosen(catalogue, undefined, i / 1_000));
    expect(taken.filter((ver) => ver === 1)).toHaveLength(900);
    expect(taken[899]).toBe(1);
    expect(taken[900]).toBe(2);
    expect(catalogue.current('order')?.def.ver).toBe(1);
  });

  it('is none of a name, a version or an alias that nobody knows', () => {
    const catalogue = knowing(...one.toRecords('svc'));
    expect([catalogue.choose('odrer', undefined, 0), catalogue.choose('odrer', 1, 0), chosen(catalogue, 3), chosen(catalogue, 'canary')]).toEqual(['unknown_workflow', 'unknown_workflow', 'unknown_workflow_version', 'unknown_workflow_version']);
  });

  it('is none that was retired until the retirement is taken back', () => {
    const records = [...one.toRecords('svc'), ...two.toRecords('svc'), retired(two)];
    expect([chosen(knowing(...records)), chosen(knowing(...records), 2), chosen(knowing(...records), 1)]).toEqual(['workflow_retired', 'workflow_retired', 1]);
    expect(chosen(knowing(...records, definitionKeys.retired(two.def)))).toBe(2);
    // A service that starts again publishes what it has, and changes nothing of that.
    expect(chosen(knowing(...records, ...two.toRecords('svc')))).toBe('workflow_retired');
  });

  it('is what was published last again once live is removed', () => {
    expect(chosen(knowing(...one.toRecords('svc'), ...two.toRecords('svc'), alias('live', share(one, 1)), definitionKeys.alias('order', 'live')))).toBe(2);
  });
});

describe('the catalogue', () => {
  it('keeps a definition for its runs when its pointer is taken back, and forgets it when it is deleted', () => {
    const withdrawn = knowing(...one.toRecords('svc'), definitionKeys.current('order'));
    expect([withdrawn.names(), chosen(withdrawn), chosen(withdrawn, 1), withdrawn.byHash(one.def.hash)?.def]).toEqual([[], 'unknown_workflow', 1, one.def]);
    const deleted = knowing(...one.toRecords('svc'), ...two.toRecords('svc'), definitionKeys.definition(one.def));
    expect([deleted.byHash(one.def.hash), chosen(deleted, 1), chosen(deleted)]).toEqual([undefined, 'unknown_workflow_version', 2]);
  });

  it('takes it again when a service publishes it again', () => {
    expect(chosen(knowing(...one.toRecords('svc'), definitionKeys.current('order'), definitionKeys.definition(one.def), ...one.toRecords('svc')), 1)).toBe(1);
  });

  it('names aliases in order, and a name that only live makes startable', () => {
    const catalogue = knowing(one.toRecords('svc')[0]!, alias('live', share(one, 1)), alias('canary', share(one, 1)));
    expect([catalogue.names(), catalogue.aliases('order').map((each) => each.alias)]).toEqual([['order'], ['canary', 'live']]);
  });
});

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('the catalogue', () => {
  const flow = shortForm({ order: { steps: ['a'] } }, { service: 's' });
  const records = flow.toRecords('s').map((record, offset) => ({ offset, key: 'k', value: bytes(record) }));

  it('gives a definition by hash and the current one by name', () => {
    const catalogue = new DefinitionCatalogue();
    expect(catalogue.accept(records)).toEqual([]);
    expect(catalogue.current('order')?.def).toEqual(flow.def);
    expect(catalogue.byHash(flow.def.hash)?.machine).toEqual(flow.machine);
  });

  it('keeps a definition for its runs when its name was withdrawn (F51)', () => {
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

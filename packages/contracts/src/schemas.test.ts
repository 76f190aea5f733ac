import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as contracts from './index.ts';

const schemas = Object.entries(contracts as Record<string, unknown>).filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType);

/** What is open on purpose, and why. Paths of the JSON Schema below the name of the schema. */
const OPEN: Readonly<Record<string, string>> = {
  CloudEvent: 'extension attributes belong to the event',
  RequestEvent: 'extension attributes belong to the event',
  HistoryTxnEnvelope: 'what an orchestrator wrote inside is trusted, only the envelope is checked',
  'HistoryTxnEnvelope.events[]': 'an event of a later release has fields of its own',
  HistoryImageEnvelope: 'what an orchestrator wrote inside is trusted, only the envelope is checked',
  'HistoryImageEnvelope.state': 'a run as an orchestrator folded it',
  'HistoryEntry.event': 'an event of a later release has fields of its own',
  'RunHistory.entries[].event': 'an event of a later release has fields of its own',
  'WorkflowList.workflows[].inputSchema': 'a JSON Schema of a team',
  'WorkflowView.versions[].inputSchema': 'a JSON Schema of a team',
};

interface Node {
  readonly properties?: Record<string, Node>;
  readonly items?: Node;
  readonly anyOf?: Node[];
  readonly oneOf?: Node[];
  readonly allOf?: Node[];
  readonly additionalProperties?: unknown;
}

/** Objects with named fields that take further ones. */
function openObjects(path: string, node: Node): string[] {
  const here = node.properties !== undefined && node.additionalProperties !== false ? [path] : [];
  const below = [
    ...Object.entries(node.properties ?? {}).map(([name, child]) => [`${path}.${name}`, child] as const),
    ...(node.items === undefined ? [] : [[`${path}[]`, node.items] as const]),
    ...[...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])].map((child) => [path, child] as const),
  ];
  return [...here, ...below.flatMap(([childPath, child]) => openObjects(childPath, child))];
}

describe('every schema', () => {
  it('is found', () => {
    expect(schemas.length).toBeGreaterThan(50);
  });

  it.each(schemas)('%s refuses unknown fields, or says why not', (name, schema) => {
    const open = openObjects(name, z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Node);
    for (const path of open) expect(Object.keys(OPEN)).toContain(path);
  });

  it('that is listed as open is open', () => {
    const open = schemas.flatMap(([name, schema]) => openObjects(name, z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Node));
    for (const path of Object.keys(OPEN).filter((one) => !one.endsWith('.inputSchema') && !one.endsWith('.event') && !one.endsWith('events[]'))) expect(open).toContain(path);
  });

  it('names the field in its refusal', () => {
    const bad = { v: 1, id: 'a', runId: 'r', ts: 0, type: 'cancel', body: { reason: 'x', extra: 1 } };
    try {
      contracts.readInboxMessage(JSON.stringify(bad));
      throw new Error('Expected a refusal');
    } catch (error) {
      expect(error).toBeInstanceOf(contracts.ContractError);
      expect((error as contracts.ContractError).problems).toMatchObject([{ field: '/body' }]);
      expect((error as Error).message).toContain('extra');
    }
  });

  it.each([
    ['inbox message', contracts.readInboxMessage, { id: 'a', runId: 'r', ts: 0, type: 'cancel', body: { reason: 'x' } }],
    ['command', contracts.readCommand, { t: 'abandon-step', key: 'r/s/1', runId: 'r', stepId: 's', attempt: 1, service: 'x', step: 'y', why: 'cancelled' }],
    ['definition', contracts.readDefinitionRecord, { t: 'current', def: { name: 'w', ver: 1, hash: '0'.repeat(32) }, publishedBy: 'x' }],
    ['history record', contracts.readHistoryRecord, { t: 'mark', epoch: 0, inboxOff: -1, disp: -1 }],
    ['dead letter', contracts.readDeadLetter, contracts.deadLetterOf({ partition: 0, offset: 1, key: null, value: null, headers: {} }, { topic: 't', reason: 'schema', detail: '', foundBy: 'x', foundMs: 0 })],
  ])('of a %s tells an unknown version from a broken record', (_what, read: (text: string) => unknown, record) => {
    expect(read(JSON.stringify({ ...record, v: 1 }))).toBeDefined();
    expect(() => read(JSON.stringify({ ...record, v: 7 }))).toThrow(expect.objectContaining({ code: 'unknown_version', field: '/v' }) as unknown as Error);
    expect(() => read(JSON.stringify({ ...record, v: 1, extra: true }))).toThrow(expect.objectContaining({ code: 'schema' }) as unknown as Error);
    expect(() => read('{"v":1,"__proto__":{}}')).toThrow(contracts.ContractError);
  });

  it.each([
    [{ v: 7, t: 'txn', epoch: 7 }, 7],
    [{ v: 7, t: 'not yet thought of', epoch: 0 }, 0],
    [{ v: 7, t: 'claim', epoch: 7 }, undefined],
    [{ v: 7, epoch: 7 }, undefined],
    [{ v: 7, t: 'txn' }, undefined],
    [{ v: 7, t: 'txn', epoch: -7 }, undefined],
    [{ v: 7, t: 'txn', epoch: '7' }, undefined],
    [{ v: 0, t: 'txn', epoch: 7 }, undefined],
    [{ v: 1.5, t: 'txn', epoch: 7 }, undefined],
  ])('tells the epoch of a history record of a newer version, and of nothing else: %j', (record, epoch) => {
    expect(() => contracts.readHistoryRecord(JSON.stringify(record))).toThrow(expect.objectContaining({ code: 'unknown_version', epoch }) as unknown as Error);
  });

  it('reads the records of carry-forward at version 2, and at no other', () => {
    const carried = { v: 2, t: 'carried', epoch: 7, inboxOff: -1, disp: 7, runs: 0, beganMs: 1 };
    expect(contracts.readHistoryRecord(JSON.stringify(carried))).toEqual(carried);
    expect(() => contracts.readHistoryRecord(JSON.stringify({ ...carried, v: 1 }))).toThrow(expect.objectContaining({ code: 'schema', field: '/t' }) as unknown as Error);
    expect(() => contracts.readHistoryRecord(JSON.stringify({ ...carried, runs: -1 }))).toThrow(expect.objectContaining({ code: 'schema' }) as unknown as Error);
    expect(() => contracts.readHistoryRecord('{"v":2,"t":"image","epoch":7,"state":{"v":1,"runId":"r"},"stateHash":"x"}')).toThrow(expect.objectContaining({ code: 'schema', field: '/state/seq' }) as unknown as Error);
  });

  it('reads a transition whose events earlier engines do not know at version 3, and nothing else that has a version of its own', () => {
    const txn = { v: 3, t: 'txn', epoch: 7, runId: 'r', seq: 1, def: { name: 'n', ver: 1, hash: '0'.repeat(32) }, cause: { off: 0, id: 'm', ts: 1, type: 'timer' }, events: [{ type: 'branch-opened' }], outbox: [], chain: 'c', disp: -1 };
    expect(contracts.readHistoryRecord(JSON.stringify(txn))).toEqual(txn);
    expect(() => contracts.readHistoryRecord(JSON.stringify({ v: 3, t: 'mark', epoch: 7, inboxOff: -1, disp: -1 }))).toThrow(expect.objectContaining({ code: 'schema', field: '/t' }) as unknown as Error);
  });

  it('writes and reads at version 5 what can be undone, and nothing else', () => {
    const kept = { type: 'compensation-kept', branch: '0', stepId: 'A.1', state: 'A', input: 1 } as unknown as contracts.RunEvent;
    expect(contracts.txnVersion([kept])).toBe(5);
    expect(contracts.txnVersion([{ type: 'run-completed' }])).toBe(1);
    const txn = { v: 5, t: 'txn', epoch: 7, runId: 'r', seq: 1, def: { name: 'n', ver: 1, hash: '0'.repeat(32) }, cause: { off: 0, id: 'm', ts: 1, type: 'result' }, events: [kept], outbox: [], chain: 'c', disp: -1 };
    expect(contracts.readHistoryRecord(JSON.stringify(txn))).toEqual(txn);
    const run = { branches: {}, steps: [] } as unknown as contracts.RunState;
    expect(contracts.imageVersion(run)).toBe(2);
    expect(contracts.imageVersion({ ...run, compensations: [] })).toBe(5);
    expect(contracts.imageVersion({ ...run, ending: { as: 'cancelled', reason: 'x' } })).toBe(5);
  });

  it('writes and reads at version 6 what is written out, and nothing else', () => {
    const recorded = { type: 'results-recorded', branch: '0', stepId: 'M.1' } as unknown as contracts.RunEvent;
    expect(contracts.txnVersion([recorded])).toBe(6);
    const txn = { v: 6, t: 'txn', epoch: 7, runId: 'r', seq: 1, def: { name: 'n', ver: 1, hash: '0'.repeat(32) }, cause: { off: 0, id: 'm', ts: 1, type: 'result' }, events: [recorded], outbox: [], chain: 'c', disp: -1 };
    expect(contracts.readHistoryRecord(JSON.stringify(txn))).toEqual(txn);
    const run = { branches: { '0': { fanOut: {} } }, steps: [] } as unknown as contracts.RunState;
    expect(contracts.imageVersion(run)).toBe(3);
    expect(contracts.imageVersion({ ...run, branches: { '0': { fanOut: { records: true } } } } as unknown as contracts.RunState)).toBe(6);
  });

  it('writes and reads at version 6 what operators do with what could not be undone', () => {
    const skipped = { type: 'compensation-skipped', of: 'A.1', requestId: 'r' } as unknown as contracts.RunEvent;
    expect(contracts.txnVersion([skipped, { type: 'run-completed' }])).toBe(6);
    const txn = { v: 6, t: 'txn', epoch: 7, runId: 'r', seq: 1, def: { name: 'n', ver: 1, hash: '0'.repeat(32) }, cause: { off: 0, id: 'm', ts: 1, type: 'compensation' }, events: [skipped], outbox: [], chain: 'c', disp: -1 };
    expect(contracts.readHistoryRecord(JSON.stringify(txn))).toEqual(txn);
    const entry = { stepId: 'A.1' as contracts.StepId, state: 'A', status: 'skipped' } as const;
    const run = { branches: {}, steps: [], compensations: [entry] } as unknown as contracts.RunState;
    expect(contracts.imageVersion(run)).toBe(5);
    expect(contracts.imageVersion({ ...run, compensations: [{ ...entry, asked: ['h'] }] })).toBe(6);
  });

  it('writes and reads at version 6 what people are asked, and nothing else', () => {
    const asked = { type: 'question-expired', branch: '0', stepId: 'A.1', attempt: 1 } as unknown as contracts.RunEvent;
    expect(contracts.txnVersion([asked])).toBe(6);
    const txn = { v: 6, t: 'txn', epoch: 7, runId: 'r', seq: 1, def: { name: 'n', ver: 1, hash: '0'.repeat(32) }, cause: { off: 0, id: 'm', ts: 1, type: 'timer' }, events: [asked], outbox: [], chain: 'c', disp: -1 };
    expect(contracts.readHistoryRecord(JSON.stringify(txn))).toEqual(txn);
    expect(() => contracts.readHistoryRecord(JSON.stringify({ ...txn, v: 7 }))).toThrow(contracts.UnknownHistoryVersion);
    const run = { branches: {}, steps: [] } as unknown as contracts.RunState;
    expect(contracts.imageVersion({ ...run, compensations: [], steps: [{ question: { attempt: 1, title: 'x' } }] } as unknown as contracts.RunState)).toBe(6);
    expect(contracts.imageVersion({ ...run, branches: { 0: { awaits: { kind: 'person' } } } } as unknown as contracts.RunState)).toBe(6);
    expect(contracts.imageVersion({ ...run, branches: { 0: { awaits: { kind: 'signal' } } } } as unknown as contracts.RunState)).toBe(4);
  });

  it.each([{}, { t: 'mark', epoch: 0 }, { v: '2', t: 'mark', epoch: 0 }, { v: null }])('a history record without a version is broken, not newer: %j', (record) => {
    expect(() => contracts.readHistoryRecord(JSON.stringify(record))).toThrow(expect.objectContaining({ code: 'schema', field: '/v' }) as unknown as Error);
  });

  it('holds a dead letter of the largest record', () => {
    const value = new Uint8Array(contracts.LIMITS.recordBytes).fill(0xff);
    const letter = contracts.deadLetterOf({ partition: 0, offset: 1, key: 'k', value, headers: {} }, { topic: 't', reason: 'schema', detail: 'x'.repeat(9_999), foundBy: 'x', foundMs: 0 });
    const read = contracts.readDeadLetter(JSON.stringify(letter));
    expect([read.valueBytes, contracts.fromBase64(read.value!).length, read.detail.length]).toEqual([1_048_576, contracts.LIMITS.deadLetterBytes, 4_096]);
    expect(contracts.utf8Length(JSON.stringify(letter))).toBeLessThan(2_097_152);
  });

  it('keeps platform defaults as the configuration names them', () => {
    expect(contracts.PlatformDefaultsFile.parse({})).toEqual(contracts.PLATFORM_DEFAULTS);
    expect(contracts.PlatformDefaultsFile.parse({ retry_backoff: 'fixed' }).retry_backoff).toMatchObject({ type: 'fixed' });
    expect(contracts.PlatformDefaultsFile.safeParse({ max_retires: 1 }).success).toBe(false);
  });
});

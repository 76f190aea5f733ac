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
  'HistoryEntry.event': 'an event of a later release has fields of its own',
  'RunHistory.entries[].event': 'an event of a later release has fields of its own',
  'WorkflowList.workflows[].inputSchema': 'a JSON Schema of a team',
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
    for (const path of Object.keys(OPEN).filter((one) => one !== 'WorkflowList.workflows[].inputSchema' && !one.endsWith('.event') && !one.endsWith('events[]'))) expect(open).toContain(path);
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
    expect(() => read(JSON.stringify({ ...record, v: 2 }))).toThrow(expect.objectContaining({ code: 'unknown_version', field: '/v' }) as unknown as Error);
    expect(() => read(JSON.stringify({ ...record, v: 1, extra: true }))).toThrow(expect.objectContaining({ code: 'schema' }) as unknown as Error);
    expect(() => read('{"v":1,"__proto__":{}}')).toThrow(contracts.ContractError);
  });

  it.each([
    [{ v: 2, t: 'txn', epoch: 7 }, 7],
    [{ v: 2, t: 'not yet thought of', epoch: 0 }, 0],
    [{ v: 2, t: 'claim', epoch: 7 }, undefined],
    [{ v: 2, epoch: 7 }, undefined],
    [{ v: 2, t: 'txn' }, undefined],
    [{ v: 2, t: 'txn', epoch: -7 }, undefined],
    [{ v: 2, t: 'txn', epoch: '7' }, undefined],
    [{ v: 0, t: 'txn', epoch: 7 }, undefined],
    [{ v: 1.5, t: 'txn', epoch: 7 }, undefined],
  ])('tells the epoch of a history record of a newer version, and of nothing else: %j', (record, epoch) => {
    expect(() => contracts.readHistoryRecord(JSON.stringify(record))).toThrow(expect.objectContaining({ code: 'unknown_version', epoch }) as unknown as Error);
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

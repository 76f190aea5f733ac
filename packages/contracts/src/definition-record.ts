/**
 * What a step service publishes about its workflows on `definitions.v1`. Two kinds of record, both compacted by key:
 * the definition itself under its content hash, never changed; and the pointer that says which one new runs take.
 */
import { z } from 'zod';
import { DefinitionRef } from './definition-ref.ts';
import { Name } from './ids.ts';
import { JsonRecord } from './json-schema.ts';
import { readVersioned } from './read.ts';

export const DefinitionDocument = z.strictObject({
  v: z.literal(1),
  t: z.literal('definition'),
  def: DefinitionRef,
  /** Canonical Amazon States Language. The hash in `def` is hashJson of {name, ver, asl, inputSchema}. */
  asl: JsonRecord,
  /** JSON Schema (draft 2020-12) that a start's input must fit; absent: any object. */
  inputSchema: JsonRecord.optional(),
  /** The short form it was compiled from, for people. */
  source: JsonRecord.optional(),
  publishedBy: Name,
});
export type DefinitionDocument = z.infer<typeof DefinitionDocument>;

export const DefinitionPointer = z.strictObject({ v: z.literal(1), t: z.literal('current'), def: DefinitionRef, publishedBy: Name });
export type DefinitionPointer = z.infer<typeof DefinitionPointer>;

export const DefinitionRecord = z.discriminatedUnion('t', [DefinitionDocument, DefinitionPointer]);
export type DefinitionRecord = z.infer<typeof DefinitionRecord>;

export function definitionKey(record: DefinitionRecord): string {
  return record.t === 'definition' ? `${record.def.name}/${record.def.hash}` : record.def.name;
}

/** @throws ContractError */
export function readDefinitionRecord(value: Uint8Array | string): DefinitionRecord {
  return readVersioned(DefinitionRecord, 1, value);
}

/**
 * What is known of workflows on `definitions.v1`, compacted by key: a definition under its content hash, never changed; the pointer
 * to what a service has published last; aliases, and which definitions take no new starts. A key without value takes it back.
 */
import { z } from 'zod';
import { Alias, DefinitionRef } from './definition-ref.ts';
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

const from = { by: z.string().max(256).optional(), atMs: z.int().nonnegative() };

/** One of the definitions that an alias stands for. */
export const AliasRoute = z.strictObject({ def: DefinitionRef, weight: z.int().min(1).max(100) });
export type AliasRoute = z.infer<typeof AliasRoute>;

/** Of several routes each takes its share of the starts by weight. */
export const DefinitionAlias = z.strictObject({ v: z.literal(1), t: z.literal('alias'), name: Name, alias: Alias, routes: z.array(AliasRoute).min(1).max(2), ...from });
export type DefinitionAlias = z.infer<typeof DefinitionAlias>;

/** Takes no new starts; what runs goes on. */
export const DefinitionRetirement = z.strictObject({ v: z.literal(1), t: z.literal('retired'), def: DefinitionRef, ...from });
export type DefinitionRetirement = z.infer<typeof DefinitionRetirement>;

export const DefinitionRecord = z.discriminatedUnion('t', [DefinitionDocument, DefinitionPointer, DefinitionAlias, DefinitionRetirement]);
export type DefinitionRecord = z.infer<typeof DefinitionRecord>;

/** Names hold neither a slash nor an at sign. */
export const definitionKeys = {
  definition: ({ name, hash }: Pick<DefinitionRef, 'name' | 'hash'>): string => `${name}/${hash}`,
  current: (name: string): string => name,
  alias: (name: string, alias: string): string => `${name}@${alias}`,
  retired: ({ name, hash }: Pick<DefinitionRef, 'name' | 'hash'>): string => `${name}/${hash}/retired`,
};

export function definitionKey(record: DefinitionRecord): string {
  switch (record.t) {
    case 'definition':
      return definitionKeys.definition(record.def);
    case 'current':
      return definitionKeys.current(record.def.name);
    case 'alias':
      return definitionKeys.alias(record.name, record.alias);
    case 'retired':
      return definitionKeys.retired(record.def);
  }
}

/** @throws ContractError */
export function readDefinitionRecord(value: Uint8Array | string): DefinitionRecord {
  return readVersioned(DefinitionRecord, 1, value);
}

/** Held against the conformance material of the CloudEvents project where it is checked out beside this repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { ContractError, encodeUtf8, readCloudEvent, readRequestEvent, writeBinary, writeStructured, type CloudEvent } from './index.ts';

const shared = process.env['BATON_SHARED_DIR'] ?? join(import.meta.dirname, '../../../../shared');
const conformance = join(shared, 'cloudevents');
/** The suite is read while tests are collected, so where it is not there nothing of it may run. */
const withConformance = (name: string, suite: () => void): void => (existsSync(conformance) ? describe(name, suite) : describe.skip(name, () => it('is held against the shared suite', suite)));
const message = (value: string | null, headers: Record<string, string> = {}) => ({ value: value === null ? null : encodeUtf8(value), headers });

function refusal(work: () => unknown): ContractError {
  try {
    work();
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error('Expected a refusal');
}

interface Scenario {
  readonly name: string;
  readonly payload: string;
  readonly headers: Record<string, string>;
  readonly attributes: Record<string, string>;
  readonly data: unknown;
}

/** The two scenarios of the feature file, one of them an outline with examples. */
function scenarios(feature: string): Scenario[] {
  return feature.split(/\n\s*Scenario(?: Outline)?: /).slice(1).flatMap((text) => {
    const name = text.split('\n')[0]!.trim();
    const [payload = '', data = ''] = [...text.matchAll(/"""\n([\s\S]*?)"""/g)].map(([, block = '']) => block);
    const table = (after: RegExp): Record<string, string> => {
      const rows = (after.exec(text)?.[1] ?? '').split('\n').filter((line) => line.includes('|')).slice(1);
      return Object.fromEntries(rows.map((row) => row.split('|').map((cell) => cell.trim()).slice(1, 3)));
    };
    const headers = table(/Kafka headers:\n((?:\s*\|.*\n)+)/);
    const attributes = table(/attributes are:\n((?:\s*\|.*\n)+)/);
    const examples = [...(/Examples:\n([\s\S]*)$/.exec(text)?.[1] ?? '').matchAll(/\|\s*([^|\n]+?)\s*\|/g)].map(([, value = '']) => value).slice(1);
    const variants = examples.length === 0 ? [undefined] : examples;
    return variants.map((example) => ({
      name: example === undefined ? name : `${name} ${example}`,
      payload,
      headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, example === undefined ? value : value.replace(/<\w+>/, example)])),
      attributes,
      data: JSON.parse(data),
    }));
  });
}

withConformance('CloudEvents conformance: the Kafka protocol binding', () => {
  const all = scenarios(readFileSync(join(conformance, 'features/kafka-protocol-binding.feature'), 'utf8'));

  it('has the binary scenario and both content types of the structured one', () => {
    expect(all.map(({ name }) => name)).toHaveLength(3);
    expect(all.every(({ attributes }) => Object.keys(attributes).length === 6)).toBe(true);
  });

  it.each(all.map((scenario) => [scenario.name, scenario] as const))('%s', (_name, { payload, headers, attributes, data }) => {
    const { data: found, ...rest } = readCloudEvent(message(payload, headers));
    expect(rest).toEqual(attributes);
    expect(found).toEqual(data);
  });
});

withConformance('CloudEvents conformance: the samples of version 1.0', () => {
  const samples = ['yaml/v1.0/v1_minimum.yaml', 'yaml/v1.yaml'].flatMap((file) =>
    parseAllDocuments(readFileSync(join(conformance, file), 'utf8')).map((document) => {
      const { ContextAttributes, Data } = document.toJS() as { ContextAttributes: Record<string, unknown>; Data: string };
      const { Extensions = {}, specversion: _version, ...attributes } = ContextAttributes;
      return { attributes: { specversion: '1.0', ...attributes, ...(Extensions as object) } as Record<string, string>, data: Data };
    }),
  );

  it.each(samples.map((sample) => [`${sample.attributes['id']} ${sample.attributes['datacontenttype'] ?? ''}`, sample] as const))('%s in both modes', (_name, { attributes, data }) => {
    const type = attributes['datacontenttype'] ?? 'application/json';
    const { datacontenttype: _type, ...context } = attributes;
    const binary = message(data, { ...Object.fromEntries(Object.entries(context).map(([name, value]) => [`ce_${name}`, value])), 'content-type': type });
    if (!/json/.test(type)) {
      // The data of our events is JSON; others are refused by name instead of being guessed at.
      expect(refusal(() => readCloudEvent(binary))).toMatchObject({ code: 'schema', field: '/content-type' });
      return;
    }
    const expected = { ...attributes, datacontenttype: type, data: JSON.parse(data) };
    expect(readCloudEvent(binary)).toEqual(expected);
    const structured = message(JSON.stringify(expected), { 'content-type': 'application/cloudevents+json; charset=utf-8' });
    expect(readCloudEvent(structured)).toEqual(expected);
    for (const write of [writeStructured, writeBinary]) {
      const { value, headers } = write(expected as CloudEvent);
      expect(readCloudEvent(message(value, headers))).toEqual(expected);
    }
  });

  it('refuses events of the version 0.3', () => {
    const { ContextAttributes } = parseAllDocuments(readFileSync(join(conformance, 'yaml/v0.3/v03_minimum.yaml'), 'utf8'))[2]!.toJS() as { ContextAttributes: Record<string, unknown> };
    const headers = Object.fromEntries(Object.entries(ContextAttributes).map(([name, value]) => [name === 'datacontenttype' ? 'content-type' : `ce_${name}`, String(value)]));
    expect(refusal(() => readCloudEvent(message('"x"', headers)))).toMatchObject({ field: '/specversion' });
  });
});

describe('request events', () => {
  const event: CloudEvent = { specversion: '1.0', id: '1', source: '/s', type: 'baton.run.requested', data: { workflow: 'w', input: { a: 1 } } };

  it('are read from a record without headers, as kcat writes it', () => {
    expect(readRequestEvent(message(JSON.stringify(event)))).toEqual(event);
  });

  it('are the same in both modes', () => {
    const typed = { ...event, datacontenttype: 'application/json', subject: 'x', time: '2024-05-01T00:00:00+02:00', partitionkey: 'p' };
    expect(readRequestEvent(message(...(Object.values(writeStructured(typed)) as [string, Record<string, string>])))).toEqual(typed);
    expect(readRequestEvent(message(...(Object.values(writeBinary(typed)) as [string, Record<string, string>])))).toEqual(typed);
  });

  it('take header names in any case', () => {
    const { value, headers } = writeBinary(event);
    expect(readRequestEvent(message(value, Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toUpperCase(), text]))))).toMatchObject({ id: '1' });
  });

  it.each([
    ['another type', message(JSON.stringify({ ...event, type: 'other' })), '/type'],
    ['no id', message(JSON.stringify({ ...event, id: '' })), '/id'],
    ['no source', message(JSON.stringify({ ...event, source: undefined })), '/source'],
    ['a time that is none', message(JSON.stringify({ ...event, time: 'yesterday' })), '/time'],
    ['data beside workflow and input', message(JSON.stringify({ ...event, data: { workflow: 'w', input: 1, extra: 1 } })), '/data'],
    ['a workflow that is no name', message(JSON.stringify({ ...event, data: { workflow: '../w', input: 1 } })), '/data/workflow'],
    ['data as a header', message(null, { ce_specversion: '1.0', ce_id: '1', ce_source: '/s', ce_type: 'baton.run.requested', ce_data: '{}' }), '/ce_data'],
    ['another event format', message('<x/>', { 'content-type': 'application/cloudevents+avro' }), '/content-type'],
    ['a structured event without value', message(null, { 'content-type': 'application/cloudevents+json' }), ''],
    ['no CloudEvent at all', message('{"workflow":"w"}'), ''],
    ['an attribute that reaches a prototype', message('{}', { ce_specversion: '1.0', ce_id: '1', ce_source: '/s', ce_type: 't', ce___proto__: 'x' }), '/ce___proto__'],
  ])('with %s are refused by the name of the field', (_what, record, field) => {
    expect(refusal(() => readRequestEvent(record)).field).toBe(field);
  });
});

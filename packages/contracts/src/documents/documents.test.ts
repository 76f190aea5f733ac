import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { asyncApiDocument, deadLetterOf, jsonSchemas, topicNames, type JsonObject } from '../index.ts';

const generated = join(import.meta.dirname, '../../../../docs/reference/generated');
const onDisk = (path: string): unknown => JSON.parse(readFileSync(join(generated, path), 'utf8'));

describe('the generated reference', () => {
  it('has every schema as the code says; write it with npm run docs:contracts', () => {
    const schemas = jsonSchemas();
    expect(readdirSync(join(generated, 'schemas')).sort()).toEqual(Object.keys(schemas).map((name) => `${name}.json`).sort());
    for (const [name, schema] of Object.entries(schemas)) expect(onDisk(`schemas/${name}.json`)).toEqual(schema);
  });

  it('has the topics as the code says; write it with npm run docs:contracts', () => {
    expect(onDisk('asyncapi.json')).toEqual(asyncApiDocument());
  });
});

describe('the JSON Schemas', () => {
  const schemas = jsonSchemas();

  it.each(Object.entries(schemas))('%s is a schema of draft 2020-12 that says something', (_name, schema) => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema as object);
    expect(validate('no such message')).toBe(false);
  });

  it('take what the code writes and refuse what it refuses', () => {
    const validate = (name: string) => new Ajv2020({ strict: false, validateFormats: false }).compile(schemas[name] as JsonObject as object);
    const letter = deadLetterOf({ partition: 0, offset: 1, key: null, value: null, headers: {} }, { topic: 't', reason: 'schema', detail: '', foundBy: 'x', foundMs: 0 });
    expect(validate('dead-letter')(letter)).toBe(true);
    expect(validate('dead-letter')({ ...letter, extra: 1 })).toBe(false);
    expect(validate('inbox-message')({ v: 1, id: 'a', runId: 'r', ts: 0, type: 'cancel', body: { reason: 'x' } })).toBe(true);
    expect(validate('inbox-message')({ v: 1, id: 'a', runId: 'r', ts: 0, type: 'other', body: {} })).toBe(false);
    // Defaults are the reader's: a writer may leave them out.
    expect(validate('cancel-run-request')({})).toBe(true);
  });
});

describe('the AsyncAPI document', () => {
  it('is found in order by the AsyncAPI parser', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
    expect(diagnostics.filter(({ severity }) => severity <= 1).map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([]);
    expect(document?.channels().all().map((channel) => channel.address()).sort()).toEqual(
      [...Object.values({ ...topicNames('default'), command: undefined }).flatMap((name) => (name === undefined ? [] : [name])), topicNames('default').command('x').replace('.x.', '.{service}.')].map((name) => name.replace('default', '{namespace}')).sort(),
    );
  });
});

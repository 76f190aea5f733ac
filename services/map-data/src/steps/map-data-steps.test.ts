import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDiskBlobStore } from '@baton/platform-kit';
import type { BlobStore } from '@baton/ports';
import { testStep, type AnyStep } from '@baton/step-sdk';
import { testEngine } from '@baton/testkit';
import { defineWorkflow } from '@baton/workflow';
import { openObjects } from '../objects/objects.ts';
import { mapDataSteps } from './map-data-steps.ts';

let directory: string;
let artifacts: BlobStore;
let steps: readonly AnyStep[];

async function put(bucket: string, key: string, text: string): Promise<void> {
  const path = join(directory, 'buckets', bucket, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const run = async (step: string, input: unknown): Promise<unknown> => (await testStep(steps.find(({ name }) => name === step)!, input)).output;
const read = (Key: string, ReaderConfig: object, Bucket = 'orders'): Promise<unknown> => run('get-object', { Bucket, Key, ReaderConfig });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'map-data-'));
  artifacts = await openDiskBlobStore({ directory });
  steps = mapDataSteps(openObjects(directory, artifacts));
  await put('orders', 'list.json', '[1,{"a":2}]');
  await put('orders', 'deep.json', '{"of":{"a/b":[3,4]}}');
  await put('orders', 'lines.jsonl', '{"a":1}\n\n[2]\r\n"drei"');
  await put('orders', 'rows.csv', '\ufeffid;name\n1;pen\n2;"a;b"\n');
  await put('orders', 'broken.jsonl', '1\n{"a":\n');
  await put('orders', '2026/b.csv', 'x');
  await put('orders', '2026/a.csv', 'xy');
  await put('orders', '2026.csv', '');
  await writeFile(join(directory, 'secret'), '[1]');
  await symlink(join(directory, 'secret'), join(directory, 'buckets', 'orders', 'link.json'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('get-object', () => {
  it.each([
    ['list.json', { InputType: 'JSON' }, [1, { a: 2 }]],
    ['list.json', { InputType: 'JSON', MaxItems: 1 }, [1]],
    ['deep.json', { InputType: 'JSON', ItemsPointer: '/of/a~1b' }, [3, 4]],
    ['lines.jsonl', { InputType: 'JSONL' }, [{ a: 1 }, [2], 'drei']],
    ['lines.jsonl', { InputType: 'JSONL', MaxItems: 2 }, [{ a: 1 }, [2]]],
    ['rows.csv', { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVDelimiter: 'SEMICOLON' }, [{ id: '1', name: 'pen' }, { id: '2', name: 'a;b' }]],
    ['rows.csv', { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x'], CSVDelimiter: 'SEMICOLON', MaxItems: 2 }, [{ x: 'id' }, { x: '1' }]],
    ['broken.jsonl', { InputType: 'JSONL', MaxItems: 1 }, [1]],
  ])('reads %s with %j', async (key, config, expected) => {
    expect(await read(key, config)).toEqual(expected);
  });

  it('reads an artifact by its hash', async () => {
    const { hash } = await artifacts.put(new TextEncoder().encode('[7]'), { name: 'items.json', mediaType: 'application/json' });
    expect(await read(hash, { InputType: 'JSON' }, 'artifacts')).toEqual([7]);
    await expect(read('0'.repeat(64), { InputType: 'JSON' }, 'artifacts')).rejects.toMatchObject({ name: 'States.ItemReaderFailed' });
  });

  it.each([
    ['none.json', { InputType: 'JSON' }, 'There is no object "none.json" in the bucket orders'],
    ['2026', { InputType: 'JSON' }, 'There is no object'],
    ['deep.json', { InputType: 'JSON' }, 'Expected a list in the file, but found an object'],
    ['list.json', { InputType: 'JSON', ItemsPointer: '/0' }, 'Expected a list at /0, but found a single value'],
    ['list.json', { InputType: 'ORC' }, 'expected CSV, JSON, JSONL, PARQUET or MANIFEST, but found "ORC"'],
    ['list.json', { InputType: 'PARQUET' }, 'Expected a Parquet file'],
    ['broken.jsonl', { InputType: 'JSONL' }, 'Line 2: Expected JSON'],
  ])('says what is wrong with %s by %j', async (key, config, message) => {
    await expect(read(key, config)).rejects.toMatchObject({ name: 'States.ItemReaderFailed', message: expect.stringContaining(message) });
  });

  it('says that reading again would say the same of what is not there, and not so where the store is away (O2)', async () => {
    await expect(read('none.json', { InputType: 'JSON' })).rejects.toMatchObject({ name: 'States.ItemReaderFailed', details: { retry: 'no' } });
    await expect(read('list.json', { InputType: 'JSON' }, 'none')).rejects.toMatchObject({ name: 'States.ItemReaderFailed', details: { retry: 'no' } });
    // A directory that is not mounted is there, and empty.
    const unmounted = await mkdtemp(join(tmpdir(), 'unmounted-'));
    const away = mapDataSteps(openObjects(unmounted, artifacts))[0]!;
    await expect(testStep(away, { Bucket: 'orders', Key: 'list.json', ReaderConfig: { InputType: 'JSON' } })).rejects.toMatchObject({ code: 'unavailable', retry: 'yes' });
    await rm(unmounted, { recursive: true });
  });

  it.each(['../../secret', '/secret', 'a//b', './list.json', 'link.json', 'a\\b', ''])('never leads out of its bucket (O1): %j', async (key) => {
    await expect(read(key, { InputType: 'JSON' })).rejects.toMatchObject({ name: 'States.ItemReaderFailed' });
  });
  it.each(['..', 'orders/..', 'none', 'Orders', 'a'])('knows no bucket %j', async (bucket) => {
    await expect(read('list.json', { InputType: 'JSON' }, bucket)).rejects.toMatchObject({ name: 'States.ItemReaderFailed' });
  });

  it('reads 10,000 rows, and of a file without end no more than is wanted', async () => {
    const text = `id\n${Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join('')}`;
    await put('orders', 'many.csv', text);
    const all = (await read('many.csv', { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' })) as { id: string }[];
    expect([all.length, all.at(-1)]).toEqual([10_000, { id: '9999' }]);

    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new TextEncoder().encode(`${given++}\n`);
    }
    const step = mapDataSteps({ read: () => Promise.resolve(endless()), list: () => { throw new Error('Nobody lists here'); }, write: () => { throw new Error('Nobody writes here'); }, ranges: () => { throw new Error('Nobody reads in parts here'); } })[0]!;
    expect((await testStep(step, { Bucket: 'b', Key: 'k', ReaderConfig: { InputType: 'JSONL', MaxItems: 3 } })).output).toEqual([0, 1, 2]);
    expect(given).toBeLessThan(6);
  });

  it('refuses more than one Map works on, and names the way out', async () => {
    await put('orders', 'large.jsonl', `"${'x'.repeat(1_000)}"\n`.repeat(300));
    await expect(read('large.jsonl', { InputType: 'JSONL' })).rejects.toMatchObject({ message: expect.stringMatching(/^The first 262 items have more than 262144 bytes .* MaxItems/) });
    expect(await read('large.jsonl', { InputType: 'JSONL', MaxItems: 200 })).toHaveLength(200);
  });
});

describe('list-objects', () => {
  const keys = async (input: object): Promise<unknown[]> => ((await run('list-objects', { Bucket: 'orders', ReaderConfig: {}, ...input })) as { Key: string }[]).map(({ Key }) => Key);

  it('lists what begins with a prefix, in the order of the keys', async () => {
    expect(await keys({ Prefix: '2026' })).toEqual(['2026.csv', '2026/a.csv', '2026/b.csv']);
    expect(await keys({ Prefix: '2026/' })).toEqual(['2026/a.csv', '2026/b.csv']);
    expect(await keys({ Prefix: '2026', ReaderConfig: { MaxItems: 2 } })).toEqual(['2026.csv', '2026/a.csv']);
    expect(await keys({})).not.toContain('link.json');
  });

  it('tells of an object what AWS tells', async () => {
    expect(await run('list-objects', { Bucket: 'orders', Prefix: '2026/a', ReaderConfig: {} })).toEqual([{ Etag: expect.any(String), Key: '2026/a.csv', LastModified: expect.any(Number), Size: 2, StorageClass: 'STANDARD' }]);
  });
});

describe('list-objects with LOAD_AND_FLATTEN', () => {
  it('reads the items of all objects, one after the other, up to the last that is wanted', async () => {
    await put('months', 'may.jsonl', '1\n2\n');
    await put('months', 'june.jsonl', '3\n4\n');
    const load = (ReaderConfig: object): Promise<unknown> => run('list-objects', { Bucket: 'months', ReaderConfig: { Transformation: 'LOAD_AND_FLATTEN', ...ReaderConfig } });
    expect(await load({ InputType: 'JSONL' })).toEqual([3, 4, 1, 2]);
    expect(await load({ InputType: 'JSONL', MaxItems: 3 })).toEqual([3, 4, 1]);
    await expect(load({})).rejects.toMatchObject({ name: 'States.ItemReaderFailed', message: expect.stringContaining('InputType') });
  });
});

describe('a Map over a file', () => {
  it('goes over the rows of a CSV that stands where its definition says', async () => {
    const machine = {
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'orders', 'Key.$': '$.key' }, ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVDelimiter: 'SEMICOLON' } },
          ItemSelector: { 'id.$': '$$.Map.Item.Value.id' },
          ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
          End: true,
        },
      },
    };
    const engine = await testEngine({ workflows: [defineWorkflow({ name: 'over-a-file', asl: machine })], steps: { 'map-data': steps } });
    try {
      expect(await (await engine.start('over-a-file', { key: 'rows.csv' })).result()).toEqual([{ id: '1' }, { id: '2' }]);
      // At once: no time passes.
      const missing = await engine.start('over-a-file', { key: 'none.csv' });
      await expect(missing.result()).rejects.toMatchObject({ error: { name: 'States.ItemReaderFailed', message: expect.stringContaining('There is no object') } });
    } finally {
      await engine.close();
    }
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDiskBlobStore } from '@baton/platform-kit';
import type { BlobStore } from '@baton/ports';
import { testStep, type AnyStep } from '@baton/step-sdk';
import { openObjects } from '../objects/objects.ts';
import { mapDataSteps } from './map-data-steps.ts';

/** Two row groups, in Snappy: id INT64, article STRING, price DOUBLE, sold BOOLEAN, at TIMESTAMP, tags JSON. */
const SALES = 'UEFSMRUGFSQVKFwVBBUAFQQVABUEFQAAAAMDEDwBAAAAAAAAAAIAAAAAAAAAFQYVIBUkXBUEFQAVBBUAFQQVAAAAAwMONAMAAABwZW4DAAAAaW5rFQYVFBUYXBUEFQIVBBUAFQQVAAAAAwEIHAAAAAAAAPg/FQYVBhUKXBUEFQAVBBUAFQQVAAAAAwMBAAEVBhUkFSBcFQQVABUEFQAVBBUAAAADAxAAAA0BHOgDAAAAAAAAFQYVLBUwXBUEFQAVBBUAFQQVAAAAAwMUTAcAAAB7ImEiOjF9BQAAAFsieCJdFQYVFBUYXBUCFQAVAhUAFQQVAAAAAwEIHAEAAAAAACAAFQYVGBUcXBUCFQAVAhUAFQQVAAAAAwEKJAYAAABww6RwZXIVBhUUFRhcFQIVABUCFQAVBBUAAAADAQgcAAAAAAAACEAVBhUGFQpcFQIVABUCFQAVBBUAAAADAQEAARUGFRQVGFwVAhUAFQIVABUEFQAAAAMBCBwAqNp2mwEAABUGFQQVBlwVAhUCFQIVABUEFQAAAAMAABUEGXxIBHJvb3QVDAAVBCUCGAJpZAAVDCUCGAdhcnRpY2xlJQAAFQolAhgFcHJpY2UAFQAlAhgEc29sZAAVBCUCGAJhdCUSABUMJQIYBHRhZ3MlJgAWBhksGWwmCBwVBBkVABkYAmlkFQIWBBZOFlImCDw2ACgIAgAAAAAAAAAYCAEAAAAAAAAAABkcFQYVABUCAAAAJlocFQwZFQAZGAdhcnRpY2xlFQIWBBZKFk4mWjw2ACgDcGVuGANpbmsAGRwVBhUAFQIAAAAmqAEcFQoZFQAZGAVwcmljZRUCFgQWPhZCJqgBPDYCKAgAAAAAAAD4PxgIAAAAAAAA+D82AAAZHBUGFQAVAgAAACbqARwVABkVABkYBHNvbGQVAhYEFjAWNCbqATw2ACgBARgBAAAZHBUGFQAVAgAAACaeAhwVBBkVABkYAmF0FQIWBBZOFkomngI8NgAoCOgDAAAAAAAAGAgAAAAAAAAAAAAZHBUGFQAVAgAAACboAhwVDBkVABkYBHRhZ3MVAhYEFlYWWiboAjw2ACgHeyJhIjoxfRgFWyJ4Il0AGRwVBhUAFQIAAAAWqgMWBDa6AwAZbCbCAxwVBBkVABkYAmlkFQIWAhY+FkImwgM8NgAoCAEAAAAAACAAGAgBAAAAAAAgAAAZHBUGFQAVAgAAACaEBBwVDBkVABkYB2FydGljbGUVAhYCFkIWRiaEBDw2ACgGcMOkcGVyGAZww6RwZXIAGRwVBhUAFQIAAAAmygQcFQoZFQAZGAVwcmljZRUCFgIWPhZCJsoEPDYAKAgAAAAAAAAIQBgIAAAAAAAACEA2AAAZHBUGFQAVAgAAACaMBRwVABkVABkYBHNvbGQVAhYCFjAWNCaMBTw2ACgBARgBAQAZHBUGFQAVAgAAACbABRwVBBkVABkYAmF0FQIWAhY+FkImwAU8NgAoCACo2nabAQAAGAgAqNp2mwEAAAAZHBUGFQAVAgAAACaCBhwVDBkVABkYBHRhZ3MVAhYCFi4WMCaCBjw2AgAZHBUGFQAVAgAAABbaAhYCNvACACgJaHlwYXJxdWV0GWwcAAAcAAAcAAAcAAAcAAAcAAAANQMAAFBBUjE=';
/** A column of numbers and one of 200 times x, by codec. */
const CODECS = {
  GZIP: 'UEFSMRUGFRQVPFwVBBUAFQQVABUEFQAAAAMDH4sIAAAAAAAAA2NkYGBgYmBgAAB8F4EDCAAAABUEFZgDFTZMFQIVAAAAH4sIAAAAAAAAAzvBwMBQMUwAAHEVR27MAAAAFQYVCBUwXBUEFQAVBBUQFQQVAAAAAwMfiwgAAAAAAAADY2AGAEVD0NgCAAAAFQQZPEgEcm9vdBUEABUCJQIYAW4AFQwlAhgBdCUAABYEGRwZLCYIHBUCGRUAGRgBbhUEFgQWPhZmJgg8NgAoBAIAAAAYBAEAAAAAGRwVBhUAFQIAAAAmbhwVDBklABAZGAF0FQQWBBbmAxasASbAASZuHDYAKBB4eHh4eHh4eHh4eHh4eHh5GBB4eHh4eHh4eHh4eHh4eHh4EhIAGSwVBBUAFQIAFQYVEBUCAAAAFqQEFgQ2kgIAKAloeXBhcnF1ZXQZLBwAABwAAADLAAAAUEFSMQ==',
  ZSTD: 'UEFSMRUGFRQVJlwVBBUAFQQVABUEFQAAAAMDKLUv/SAIQQAAAQAAAAIAAAAVBBWYAxUqTBUCFQAAACi1L/0gzGUAACjIAAAAeAEARApoARUGFQgVGlwVBBUAFQQVEBUEFQAAAAMDKLUv/SACEQAAAAMVBBk8SARyb290FQQAFQIlAhgBbgAVDCUCGAF0JQAAFgQZHBksJggcFQIZFQAZGAFuFQwWBBY+FlAmCDw2ACgEAgAAABgEAQAAAAAZHBUGFQAVAgAAACZYHBUMGSUAEBkYAXQVDBYEFuYDFooBJp4BJlgcNgAoEHh4eHh4eHh4eHh4eHh4eHkYEHh4eHh4eHh4eHh4eHh4eHgSEgAZLBUEFQAVAgAVBhUQFQIAAAAWpAQWBDbaAQAoCWh5cGFycXVldBksHAAAHAAAAMsAAABQQVIx',
  BROTLI: 'UEFSMRUGFRQVGlwVBBUAFQQVABUEFQAAAAMDGwcA+CcAwpCAhgIVBBWYAxUiTBUCFQAAABvLAPglAfCQC5LFCgAE7EAAFQYVCBUQXBUEFQAVBBUQFQQVAAAAAwOLAIAAAwMVBBk8SARyb290FQQAFQIlAhgBbgAVDCUCGAF0JQAAFgQZHBksJggcFQIZFQAZGAFuFQgWBBY+FkQmCDw2ACgEAgAAABgEAQAAAAAZHBUGFQAVAgAAACZMHBUMGSUAEBkYAXQVCBYEFuYDFngmigEmTBw2ACgQeHh4eHh4eHh4eHh4eHh4eRgQeHh4eHh4eHh4eHh4eHh4eBISABksFQQVABUCABUGFRAVAgAAABakBBYENrwBACgJaHlwYXJxdWV0GSwcAAAcAAAAygAAAFBBUjE=',
};
/** 2,500 rows in two row groups: what is left of their number when it is divided by 50. */
const MANY = 'UEFSMRUEFZADFcgBTBVkFQAAAB+LCAAAAAAAAAMFwQcCgQAAAMDLSGRGdoXILv3/c+4gQAdd9NBHiAEiDDFCjDEmmGKGORZIsMQKKdbYYIsd9jjgiAw5CpxwxgUlrrihwh0PPPHCGx98UaPBDy3+NDbEysgAAAAVBhXEFxXsAVwVoB8VABWgHxUQFQYVAAAAoB8BH4sIAAAAAAAAA2P7yuygwOOSKOOxSMfnsU2Aim9IamzEstyY57UJGn0pmfMyVq3Leb2vgIflkIPIsUaVU4dMzjG7XnIJvdaaeutY6T32tkce0551Lnt1ats77uOjRo0aNWrUqFGjRg0SowAOnhcg3wUAABUEFZADFcgBTBVkFQAAAB+LCAAAAAAAAAMFwQcCgQAAAMDLSGRGdoXILv3/c+4gQAdd9NBHiAEiDDFCjDEmmGKGORZIsMQKKdbYYIsd9jjgiAw5CpxwxgUlrrihwh0PPPHCGx98UaPBDy3+NDbEysgAAAAVBhX+BRXeAVwV6AcVABXoBxUQFQYVAAAA6AcBH4sIAAAAAAAAA2Ord1DgcUmU8Vik4/PYJkDFNyQ1NmJZbszz2gSNvpTMeRmr1uW83lfAw3LIQeRYo8qpQybnmF0vuYRea029daz0HnvbI49pzzqXvTq17R338VGjiDeKgYEBAC6xwOh8AQAAFQQZLEgEcm9vdBUCABUCJQIYAW4AFognGSwZHCYIHBUCGSUAEBkYAW4VBBagHxakGxaEBCbuASYIHDYAKAQxAAAAGAQAAAAAABksFQQVABUCABUGFRAVAgAAABakGxagHzaEBAAZHCaMBBwVAhklABAZGAFuFQQW6AcW3gkW9gMm8gUmjAQcNgAoBDEAAAAYBAAAAAAAGSwVBBUAFQIAFQYVEBUCAAAAFt4JFugHNvYDACgJaHlwYXJxdWV0GRwcAAAAwwAAAFBBUjE=';
const ROWS = [
  { id: 1, article: 'pen', price: 1.5, sold: true, at: '1970-01-01T00:00:00.000Z', tags: { a: 1 } },
  { id: 2, article: 'ink', price: null, sold: false, at: '1970-01-01T00:00:01.000Z', tags: ['x'] },
  { id: '9007199254740993', article: 'päper', price: 3, sold: true, at: '2026-01-01T00:00:00.000Z', tags: null },
];

let directory: string;
let artifacts: BlobStore;
let steps: readonly AnyStep[];

async function put(bucket: string, key: string, content: string | Uint8Array): Promise<void> {
  const path = join(directory, 'buckets', bucket, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
const bytes = (base64: string): Uint8Array => Buffer.from(base64, 'base64');
const read = async (Key: string, ReaderConfig: object, Bucket = 'sales'): Promise<unknown> => (await testStep(steps.find(({ name }) => name === 'get-object')!, { Bucket, Key, ReaderConfig })).output;
const refused = (message: string): object => ({ name: 'States.ItemReaderFailed', details: { retry: 'no' }, message: expect.stringContaining(message) });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'manifests-'));
  artifacts = await openDiskBlobStore({ directory });
  steps = mapDataSteps(openObjects(directory, artifacts));
  await put('sales', 'may.parquet', bytes(SALES));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('PARQUET', () => {
  it('gives an object for each row, with what is no JSON as text, and no more than is wanted', async () => {
    expect(await read('may.parquet', { InputType: 'PARQUET' })).toEqual(ROWS);
    expect(await read('may.parquet', { InputType: 'PARQUET', MaxItems: 1 })).toEqual(ROWS.slice(0, 1));
    const { hash } = await artifacts.put(bytes(SALES), { name: 'may.parquet', mediaType: 'application/octet-stream' });
    expect(await read(hash, { InputType: 'PARQUET' }, 'artifacts')).toEqual(ROWS);
  });

  it.each(Object.entries(CODECS))('unpacks %s', async (codec, base64) => {
    await put('sales', `${codec}.parquet`, bytes(base64));
    expect(await read(`${codec}.parquet`, { InputType: 'PARQUET' })).toEqual([1, 2].map((n) => ({ n, t: 'x'.repeat(200) })));
  });

  it.each<[string, (file: Buffer) => Uint8Array, string]>([
    ['text', () => Buffer.from('id,article\n1,pen\n'), 'Expected a Parquet file, which ends with PAR1'],
    ['nothing', () => Buffer.alloc(0), 'Expected a Parquet file'],
    ['encrypted', (file) => Buffer.concat([file.subarray(0, -4), Buffer.from('PARE')]), 'The file is encrypted'],
    ['cut', (file) => file.subarray(0, 900), 'Expected a Parquet file'],
    ['a footer longer than itself', (file) => Buffer.concat([file.subarray(0, -8), Buffer.from([0, 0, 16, 0]), Buffer.from('PAR1')]), 'more than the file has'],
    ['a huge footer', (file) => Buffer.concat([file.subarray(0, -8), Buffer.from([255, 255, 255, 255]), Buffer.from('PAR1')]), 'more than is read'],
    ['a broken footer', (file) => Buffer.concat([file.subarray(0, -300), Buffer.alloc(292, 7), file.subarray(-8)]), 'The footer is no Parquet that can be read'],
    ['broken pages', (file) => Buffer.concat([file.subarray(0, 4), Buffer.alloc(200, 255), file.subarray(204)]), 'Row group 0 is no Parquet that can be read'],
  ])('says what is wrong with a file that is %s', async (_what, change, message) => {
    await put('sales', 'wrong.parquet', change(Buffer.from(SALES, 'base64')));
    await expect(read('wrong.parquet', { InputType: 'PARQUET' })).rejects.toMatchObject(refused(message));
  });

  it('gives every row once, however many are read at a time', async () => {
    await put('sales', 'many.parquet', bytes(MANY));
    const all = Array.from({ length: 2_500 }, (_, n) => ({ n: n % 50 }));
    expect(await read('many.parquet', { InputType: 'PARQUET' })).toEqual(all);
    expect(await read('many.parquet', { InputType: 'PARQUET', MaxItems: 1_025 })).toEqual(all.slice(0, 1_025));
  });

  it('is read from all objects of a listing', async () => {
    await put('many', 'a.parquet', bytes(SALES));
    await put('many', 'b.parquet', bytes(SALES));
    const listed = await testStep(steps.find(({ name }) => name === 'list-objects')!, { Bucket: 'many', ReaderConfig: { InputType: 'PARQUET', Transformation: 'LOAD_AND_FLATTEN', MaxItems: 4 } });
    expect(listed.output).toEqual([...ROWS, ROWS[0]]);
  });
});

describe('MANIFEST', () => {
  const inventory = (about: object): Promise<void> => put('sales', 'inventory/manifest.json', JSON.stringify({ sourceBucket: 'source', destinationBucket: 'arn:aws:s3:::stock', version: '2016-11-30', fileFormat: 'CSV', fileSchema: 'Bucket, Key, Size', files: [{ key: 'data/one.csv.gz', size: 9, MD5checksum: 'x' }, { key: 'data/two.csv', size: 9 }], ...about }));
  const config = { InputType: 'MANIFEST' };

  it('reads the files of an inventory, in the bucket and by the columns that it names', async () => {
    await put('stock', 'data/one.csv.gz', gzipSync('"source","a.txt","10"\n"source","b.txt","20"\n'));
    await put('stock', 'data/two.csv', '"source","c.txt","30"\n');
    await inventory({});
    const all = ['a', 'b', 'c'].map((name, i) => ({ Bucket: 'source', Key: `${name}.txt`, Size: `${i + 1}0` }));
    expect(await read('inventory/manifest.json', config)).toEqual(all);
    expect(await read('inventory/manifest.json', { ManifestType: 'S3_INVENTORY', MaxItems: 2 })).toEqual(all.slice(0, 2));
  });

  it('reads JSON Lines and Parquet that it names, and what is in its own bucket where it names none', async () => {
    await put('sales', 'lines.jsonl', '1\n2\n');
    await inventory({ fileFormat: 'JSONL', destinationBucket: undefined, files: [{ key: 'lines.jsonl' }] });
    expect(await read('inventory/manifest.json', config)).toEqual([1, 2]);
    await inventory({ fileFormat: 'Parquet', destinationBucket: 'sales', fileSchema: 'message s3.inventory { }', files: [{ key: 'may.parquet' }] });
    expect(await read('inventory/manifest.json', config)).toEqual(ROWS);
    await inventory({ fileSchema: undefined, destinationBucket: 'sales', files: [{ key: 'named.csv' }] });
    await put('sales', 'named.csv', 'id\n7\n');
    expect(await read('inventory/manifest.json', { ...config, CSVHeaderLocation: 'FIRST_ROW' })).toEqual([{ id: '7' }]);
  });

  it('reads the files that Athena has written, as what the definition says they are', async () => {
    await put('sales', 'athena/q-manifest.csv', 's3://sales/athena/one.gz\n"s3://sales/lines.jsonl"\n\n');
    await put('sales', 'athena/one.gz', gzipSync('0\n'));
    expect(await read('athena/q-manifest.csv', { ManifestType: 'ATHENA_DATA', InputType: 'JSONL' })).toEqual([0, 1, 2]);
    await expect(read('athena/q-manifest.csv', { ManifestType: 'ATHENA_DATA', InputType: 'MANIFEST' })).rejects.toMatchObject(refused('what the files are that Athena has written'));
  });

  it.each<[string, object, string]>([
    ['a format that is not read', { fileFormat: 'ORC' }, 'expected CSV, JSONL or Parquet, but found "ORC"'],
    ['no files', { files: undefined }, 'none of an inventory: files'],
    ['too many files', { files: Array.from({ length: 10_001 }, () => ({ key: 'k' })) }, 'Expected at most 10000 files'],
    ['a file that is not there', { files: [{ key: 'data/none.csv' }] }, 'There is no object "data/none.csv" in the bucket stock'],
    ['a file that leads out', { files: [{ key: '../sales/lines.jsonl' }] }, 'leads downwards'],
    ['a bucket that is none', { destinationBucket: 'arn:aws:s3:::..' }, 'Bucket: expected'],
    ['a file that is no gzip', { files: [{ key: 'data/broken.csv.gz' }] }, 'is no gzip that can be unpacked'],
  ])('says what is wrong with one that has %s', async (_what, about, message) => {
    await put('stock', 'data/broken.csv.gz', 'a,b,c\n');
    await inventory(about);
    await expect(read('inventory/manifest.json', config)).rejects.toMatchObject(refused(message));
  });

  it.each([['{', 'The manifest: '], ['[]', 'none of an inventory'], ['\u0000', 'The manifest: ']])('says what is wrong with a manifest that is %j', async (text, message) => {
    await put('sales', 'broken.json', text);
    await expect(read('broken.json', config)).rejects.toMatchObject(refused(message));
    await expect(read('broken.json', { ManifestType: 'ATHENA_DATA', InputType: 'CSV' })).rejects.toMatchObject(refused('Line 1 of the manifest: expected a file such as s3://bucket/key'));
  });
});

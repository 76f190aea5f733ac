import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import { openDiskBlobStore } from '@baton/platform-kit';
import type { BlobStore } from '@baton/ports';
import { testStep, type AnyStep } from '@baton/step-sdk';
import { testEngine } from '@baton/testkit';
import { defineWorkflow } from '@baton/workflow';
import { openObjects } from '../objects/objects.ts';
import { MOST_FILE_BYTES } from '../write/result-files.ts';
import { mapDataSteps } from './map-data-steps.ts';

const ID = '0197c0de-0000-8000-8000-000000000001';
const MAP_RUN = { Id: ID, Arn: `arn:aws:states:::mapRun:w/M:${ID}`, ExecutionArn: 'arn:aws:states:::execution:w/M', StateMachineArn: 'arn:aws:states:::stateMachine:w/M' };
const WRITER = { Transformation: 'NONE', OutputType: 'JSON' };

let directory: string;
let artifacts: BlobStore;
let steps: readonly AnyStep[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'write-results-'));
  artifacts = await openDiskBlobStore({ directory });
  steps = mapDataSteps(openObjects(directory, artifacts));
  await mkdir(join(directory, 'buckets/results'), { recursive: true });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const inBucket = (key: string): string => join(directory, 'buckets/results', key);
const file = async (lines: readonly (readonly [number, unknown])[]): Promise<string> =>
  (await artifacts.put(new TextEncoder().encode(lines.map(([index, value]) => `${index} ${JSON.stringify(value)}`).join('\n')), { name: 'results.txt', mediaType: 'text/plain' })).hash;
const good = (index: number, output: unknown, input: unknown = index): readonly [number, unknown] => [index, { status: 'SUCCEEDED', startMs: 0, stopMs: 1_500, input, output }];
const bad = (index: number, status = 'FAILED'): readonly [number, unknown] => [index, { status, startMs: 0, stopMs: 5, input: index, ...(status === 'FAILED' && { error: 'No', cause: 'not that' }) }];
const write = async (input: object): Promise<unknown> => (await testStep(steps.find(({ name }) => name === 'write-results')!, { Bucket: 'results', Prefix: 'out', WriterConfig: WRITER, MapRun: MAP_RUN, Records: [], ...input }, { blobs: artifacts })).output;
const written = async (name: string): Promise<Json> => JSON.parse(await readFile(inBucket(`out/${ID}/${name}`), 'utf8')) as Json;

describe('write-results', () => {
  it('writes a file for each status in the order of the items, and a manifest that lists them', async () => {
    const [late, early] = [await file([good(2, { b: 1 }), bad(3)]), await file([bad(1, 'ABORTED'), good(0, [1])])];
    const pending = await file([[4, { Items: [5] }]]);
    expect(await write({ Records: [late, early], Pending: pending, BatchInput: await file([[0, 'all']]) })).toEqual({ MapRunArn: MAP_RUN.Arn, ResultWriterDetails: { Bucket: 'results', Key: `out/${ID}/manifest.json` } });
    const details = (await written('SUCCEEDED_0.json')) as { readonly Name: string }[];
    expect(details).toEqual([
      { ExecutionArn: `${MAP_RUN.ExecutionArn}:${details[0]!.Name}`, Input: '0', InputDetails: { Included: true }, Name: expect.stringMatching(/^[0-9a-f-]{36}$/), Output: '[1]', OutputDetails: { Included: true }, RedriveCount: 0, RedriveStatus: 'NOT_REDRIVABLE', StartDate: '1970-01-01T00:00:00.000Z', StateMachineArn: MAP_RUN.StateMachineArn, Status: 'SUCCEEDED', StopDate: '1970-01-01T00:00:01.500Z' },
      expect.objectContaining({ Input: '2', Output: '{"b":1}' }),
    ]);
    expect(await written('FAILED_0.json')).toEqual([expect.objectContaining({ Status: 'ABORTED', Input: '1' }), expect.objectContaining({ Status: 'FAILED', Error: 'No', Cause: 'not that', Input: '3' })]);
    expect(await written('PENDING_0.json')).toEqual([{ ExecutionArn: expect.any(String), Input: '{"BatchInput":"all","Items":[5]}', InputDetails: { Included: true }, Name: expect.any(String), RedriveCount: 0, RedriveStatus: 'NOT_REDRIVABLE', StateMachineArn: MAP_RUN.StateMachineArn, Status: 'PENDING' }]);
    const manifest = (await written('manifest.json')) as { readonly ResultFiles: Record<string, { readonly Key: string; readonly Size: number }[]> };
    expect(manifest).toMatchObject({ DestinationBucket: 'results', MapRunArn: MAP_RUN.Arn });
    for (const [status, [only, ...more]] of Object.entries(manifest.ResultFiles)) {
      expect([only!.Key, more]).toEqual([`out/${ID}/${status}_0.json`, []]);
      expect((await readFile(inBucket(only!.Key))).byteLength).toBe(only!.Size);
    }
  });

  it.each([
    [{ Transformation: 'COMPACT', OutputType: 'JSON' }, 'SUCCEEDED_0.json', '[[1,2],\n{"a":3},\n[]]\n'],
    [{ Transformation: 'FLATTEN', OutputType: 'JSON' }, 'SUCCEEDED_0.json', '[1,\n2,\n{"a":3}]\n'],
    [{ Transformation: 'COMPACT', OutputType: 'JSONL' }, 'SUCCEEDED_0.jsonl', '[1,2]\n{"a":3}\n[]\n'],
    [{ Transformation: 'FLATTEN', OutputType: 'JSONL' }, 'SUCCEEDED_0.jsonl', '1\n2\n{"a":3}\n'],
  ])('gives results the form of %j, and failures all that is known of them', async (WriterConfig, name, text) => {
    await write({ WriterConfig, Records: [await file([good(0, [1, 2]), good(1, { a: 3 }), good(2, []), bad(3)])] });
    expect(await readFile(inBucket(`out/${ID}/${name}`), 'utf8')).toBe(text);
    expect(await readFile(inBucket(`out/${ID}/${name.replace('SUCCEEDED', 'FAILED')}`), 'utf8')).toContain('"Error":"No"');
  });

  it('writes no file of a status that nothing has, and a manifest in any case', async () => {
    await write({ Prefix: 'out/' });
    expect(await readdir(inBucket(`out/${ID}`))).toEqual(['manifest.json']);
    expect(await written('manifest.json')).toMatchObject({ ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [] } });
  });

  it('writes the next file where one has as much as a Map can read again, wherever the records stand', async () => {
    // Each from another file than the one before, as if all had ended in the wrong order.
    const hashes = await Promise.all(Array.from({ length: 40 }, (_, f) => file(Array.from({ length: 4 }, (_, i) => good(f + i * 40, { text: `${f}`.repeat(100_000) })))));
    await write({ WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' }, Records: hashes });
    const { ResultFiles } = (await written('manifest.json')) as unknown as { readonly ResultFiles: { readonly SUCCEEDED: { readonly Key: string; readonly Size: number }[] } };
    expect(ResultFiles.SUCCEEDED.map(({ Key }) => Key)).toEqual([0, 1].map((n) => `out/${ID}/SUCCEEDED_${n}.json`));
    expect(Math.max(...ResultFiles.SUCCEEDED.map(({ Size }) => Size))).toBeLessThanOrEqual(MOST_FILE_BYTES);
    const lists = await Promise.all(ResultFiles.SUCCEEDED.map(async ({ Key }) => JSON.parse(await readFile(inBucket(Key), 'utf8')) as { readonly text: string }[]));
    expect(lists.flat().map(({ text }) => Number(text.slice(0, text.length / 100_000)))).toEqual(Array.from({ length: 160 }, (_, i) => i % 40));
    expect(lists[0]!.length).toBeGreaterThan(50);
    const reader = steps.find(({ name }) => name === 'get-object')!;
    await expect(testStep(reader, { Bucket: 'results', Key: ResultFiles.SUCCEEDED[1]!.Key, ReaderConfig: { InputType: 'JSON', MaxItems: 1 } })).resolves.toMatchObject({ output: [expect.anything()] });
  });

  it('says which file it has written', async () => {
    const { heartbeats } = await testStep(steps.find(({ name }) => name === 'write-results')!, { Bucket: 'results', WriterConfig: WRITER, MapRun: MAP_RUN, Records: [await file([good(0, 1), bad(1)])] }, { blobs: artifacts });
    expect(heartbeats).toEqual([{ message: 'FAILED_0.json is written' }, { message: 'SUCCEEDED_0.json is written' }]);
  });

  it('leaves nothing half-written where it is killed, and writes the same when it is done again (O3)', async () => {
    const records = await Promise.all(Array.from({ length: 100 }, (_, f) => file([good(f, { text: 'x'.repeat(200_000) })])));
    const input = { Bucket: 'results', Prefix: 'out', WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' }, MapRun: MAP_RUN, Records: records };
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../test/write-once.ts'), directory, JSON.stringify(input)], { stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '' } });
    // The first file is there, and the manifest is not: it is in the middle.
    for (let waited = 0; (await readdir(inBucket(`out/${ID}`)).catch(() => [])).length === 0; waited++) {
      if (child.exitCode !== null || waited > 3_000) throw new Error(`Expected the writer to be in the middle, but it has ended with ${child.exitCode}`);
      await sleep(10);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const first = await readFile(inBucket(`out/${ID}/SUCCEEDED_0.json`));
    expect(await readdir(inBucket(`out/${ID}`))).toEqual(['SUCCEEDED_0.json']);
    expect(JSON.parse(first.toString())).toBeInstanceOf(Array);
    await write(input);
    expect((await readFile(inBucket(`out/${ID}/SUCCEEDED_0.json`))).equals(first)).toBe(true);
    const second = await readFile(inBucket(`out/${ID}/SUCCEEDED_1.json`));
    expect([JSON.parse(first.toString()), JSON.parse(second.toString())].flat()).toHaveLength(100);
    await write(input);
    expect((await readFile(inBucket(`out/${ID}/SUCCEEDED_1.json`))).equals(second)).toBe(true);
  }, 60_000);

  it.each([
    [{ Bucket: 'none' }, 'There is no bucket none'],
    [{ Bucket: 'artifacts' }, 'Artifacts are named by their content'],
    [{ Bucket: '..' }, 'Bucket: expected'],
    [{ Prefix: '../out' }, 'leads downwards'],
    [{ Prefix: '/out' }, 'leads downwards'],
    [{ Prefix: 'a//b' }, 'leads downwards'],
    [{ Prefix: 'link' }, 'Expected a directory at'],
    [{ Prefix: 'taken' }, 'Expected a directory at'],
  ])('never leads out of its bucket, nor over what is there (O1): %j', async (input, message) => {
    await mkdir(join(directory, 'outside'));
    await symlink(join(directory, 'outside'), inBucket('link'));
    await writeFile(inBucket('taken'), '');
    await expect(write(input)).rejects.toMatchObject({ name: 'States.ResultWriterFailed', message: expect.stringContaining(message), details: { retry: 'no' } });
    expect(await readdir(join(directory, 'outside'))).toEqual([]);
    expect(await readdir(join(directory, 'buckets/.incoming')).catch(() => [])).toEqual([]);
  });

  it('says of a store that is away that it is away, and not that there is no bucket (O2)', async () => {
    await rm(join(directory, 'buckets'), { recursive: true });
    await rm(join(directory, '.incoming'), { recursive: true });
    await expect(write({})).rejects.toMatchObject({ code: 'unavailable', retry: 'yes' });
  });

  it('clears what others were killed over a day ago, and nothing younger', async () => {
    const incoming = join(directory, 'buckets/.incoming');
    await mkdir(incoming);
    for (const name of ['old', 'young']) await writeFile(join(incoming, name), '');
    await utimes(join(incoming, 'old'), 1, 1);
    await write({});
    expect(await readdir(incoming)).toEqual(['young']);
  });
});

describe('a Map that writes its results', () => {
  it('comes to where they are, which the next Map can read', async () => {
    const processor = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'I', States: { I: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 3, Next: 'No' }], Default: 'Yes' }, No: { Type: 'Fail', Error: 'Three' }, Yes: { Type: 'Pass', End: true } } };
    const machine = {
      StartAt: 'Write',
      States: {
        Write: { Type: 'Map', ToleratedFailureCount: 1, ItemProcessor: processor, ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'results', Prefix: 'out' }, WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSONL' } }, ResultPath: '$', Next: 'List' },
        List: { Type: 'Map', ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'results', 'Key.$': '$.ResultWriterDetails.Key' }, ReaderConfig: { InputType: 'JSON', ItemsPointer: '/ResultFiles/SUCCEEDED' } }, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'R', States: { R: { Type: 'Map', ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'results', 'Key.$': '$.Key' }, ReaderConfig: { InputType: 'JSONL' } }, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'E', States: { E: { Type: 'Pass', End: true } } }, End: true } } }, End: true },
      },
    };
    const engine = await testEngine({ workflows: [defineWorkflow({ name: 'writing', asl: machine })], steps: { 'map-data': steps } });
    try {
      expect(await (await engine.start('writing', [1, 2, 3, 4])).result()).toEqual([[1, 2, 4]]);
    } finally {
      await engine.close();
    }
  });
});

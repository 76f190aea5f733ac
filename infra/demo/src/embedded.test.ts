import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from '@baton/client';
import { createLog } from '@baton/platform-kit';
import { startEmbedded, type Embedded } from './index.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'baton-embedded-'));
});
afterAll(() => rm(directory, { recursive: true }));
const start = (port: number): Promise<Embedded> => startEmbedded({ log: createLog({ service: 'test', level: 'fatal' }), port, directory });

it('the whole system in one process leaves nothing running where its port is taken, reads the items of Maps from files, and writes their results into files', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  await expect(start((other.address() as AddressInfo).port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => other.close(resolve));
  // The directory is in use by one at a time, so what had started has ended.
  const system = await start(0);
  try {
    await mkdir(join(directory, 'artifacts/buckets/orders'), { recursive: true });
    await writeFile(join(directory, 'artifacts/buckets/orders/may.jsonl'), '1\n2\n');
    const client = createClient({ baseUrl: system.url });
    const each = { Type: 'Map', ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'orders', Key: 'may.jsonl' }, ReaderConfig: { InputType: 'JSONL' } }, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'Note', States: { Note: { Type: 'Pass', End: true } } }, End: true };
    await client.deploy('files', { asl: { StartAt: 'Each', States: { Each: each } } });
    const { runId } = await client.start('files', {});
    expect(await client.wait(runId, { timeoutMs: 120_000 })).toMatchObject({ status: 'completed', output: [1, 2] });
    await mkdir(join(directory, 'artifacts/buckets/results'));
    await client.deploy('written', { asl: { StartAt: 'Each', States: { Each: { ...each, ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'results' }, WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' } }, ResultSelector: { 'key.$': '$.ResultWriterDetails.Key' } } } } });
    const written = await client.start('written', {});
    const { output } = await client.wait(written.runId, { timeoutMs: 120_000 });
    const { key } = output as { readonly key: string };
    expect(JSON.parse(await readFile(join(directory, 'artifacts/buckets/results', key.replace('manifest', 'SUCCEEDED_0')), 'utf8'))).toEqual([1, 2]);
  } finally {
    await system.stop();
  }
});

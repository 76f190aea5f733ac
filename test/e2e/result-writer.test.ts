/** Results of a Map that are written into files by a process which is killed in the middle of it. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import type { Proc } from './processes.ts';
import { startSystem, type System } from './system.ts';

const ITEMS = 200;

describeWithServers(['kafka', 'redis'], 'results of a Map', () => {
  let system: System;
  let writer: Proc;
  const mapData = (): Promise<Proc> => system.program('map-data', 'services/map-data/src/main.ts');
  beforeAll(async () => {
    system = await startSystem(await testServers(), { services: ['map-data'] });
    [writer] = await Promise.all([mapData(), system.orchestrator(), system.worker()]);
  }, 240_000);
  afterAll(() => system?.close(), 60_000);

  it('are whole where the writer is killed in the middle, and are written by the next', async () => {
    const bucket = join(system.directory, 'artifacts/buckets/results');
    mkdirSync(bucket, { recursive: true });
    const folder = (): string | undefined => readdirSync(bucket).includes('out') ? join(bucket, 'out', readdirSync(join(bucket, 'out'))[0] ?? '') : undefined;
    const files = (): readonly string[] => (folder() === undefined ? [] : readdirSync(folder()!));
    const read = (name: string): Json => JSON.parse(readFileSync(join(folder()!, name), 'utf8')) as Json;

    const { runId } = await system.client.start('written', Array.from({ length: ITEMS }, (_, n) => n));
    // Looked for more often than one file takes to be written.
    const until = Date.now() + 120_000;
    while (!files().includes('SUCCEEDED_0.json')) {
      if (Date.now() > until) throw new Error(`Waited in vain for the first file\n${system.said()}`);
      await sleep(2);
    }
    await writer.kill('SIGKILL');
    expect(files()).not.toContain('manifest.json');
    const first = readFileSync(join(folder()!, 'SUCCEEDED_0.json'));
    expect(JSON.parse(first.toString())).toBeInstanceOf(Array);
    await mapData();
    const [run] = await system.ended([runId]);
    const output = run!.output as { readonly ResultWriterDetails: { readonly Bucket: string; readonly Key: string } };
    expect(run).toMatchObject({ status: 'completed', output: { ResultWriterDetails: { Bucket: 'results' } } });
    const manifest = JSON.parse(readFileSync(join(bucket, output.ResultWriterDetails.Key), 'utf8')) as { readonly ResultFiles: Record<string, readonly { readonly Key: string; readonly Size: number }[]> };
    expect(files().filter((name) => name !== 'manifest.json').map((name) => join('out', folder()!.slice(-36), name)).sort()).toEqual(Object.values(manifest.ResultFiles).flat().map(({ Key }) => Key).sort());
    for (const { Key, Size } of Object.values(manifest.ResultFiles).flat()) expect(readFileSync(join(bucket, Key)).byteLength).toBe(Size);
    expect(readFileSync(join(folder()!, 'SUCCEEDED_0.json')).equals(first)).toBe(true);
    const results = manifest.ResultFiles['SUCCEEDED']!.flatMap(({ Key }) => JSON.parse(readFileSync(join(bucket, Key), 'utf8')) as { readonly n: number }[]);
    expect(results.map(({ n }) => n)).toEqual(Array.from({ length: ITEMS }, (_, n) => n).filter((n) => n !== 7));
    expect(read('FAILED_0.json')).toMatchObject([{ Input: '7', Status: 'FAILED', Error: 'Seven', Cause: 'not that one' }]);
    const outcomes = (await system.truth()).transitions.get(runId)!.flatMap(({ events }) => events).flatMap((event) => (event.type === 'attempt-closed' ? [event.outcome] : []));
    expect(outcomes.at(-1)).toBe('succeeded');
    await system.expectSound({ executions: 1, republished: true });
  }, 300_000);
});

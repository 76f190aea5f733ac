/** Results that are too large for the history: stored before what refers to them is written, read when they are brought together. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { ArtifactRef, LIMITS, OperatingError, readHistoryRecord, readValue, ROOT_BRANCH, type Json } from '@baton/contracts';
import type { BlobStore } from '@baton/ports';
import { defineWorkflow } from '@baton/workflow';
import { startEngine, type Engine, type Worker } from '../../test/engine.ts';

const each = defineWorkflow({
  name: 'each',
  asl: {
    StartAt: 'Each',
    States: { Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 's/work', End: true } } }, ResultPath: '$.results', End: true } },
  },
});

const BYTES = 2_000;
const COUNT = 400;
const resultOf = (n: number): Json => ({ n, text: `${n}`.padEnd(BYTES, 'é') });
const large: Worker = ({ input }) => ({ output: resultOf((input as { n: number }).n) });
const items = { items: Array.from({ length: COUNT }, (_, n) => ({ n })) };
const expected = JSON.stringify(items.items.map(({ n }) => resultOf(n)));

let engine: Engine;
afterEach(() => engine.close());

const content = async (hash: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await engine.memory.blobStore.get(hash)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

async function transitions() {
  const records = await engine.memory.records(engine.memory.names.history);
  return records.flatMap(({ value }) => {
    const record = readHistoryRecord(value!);
    return record.t === 'txn' ? [{ record, bytes: value!.byteLength }] : [];
  });
}

describe('results that are more than data may be', () => {
  it('become the artifact that has all of them, in the order of their items', async () => {
    engine = await startEngine({ workflows: [each], worker: large, partitions: 1 });
    await engine.conduct();
    const runId = await engine.start(each, 'k', items);
    const { status, output } = await engine.until(runId, (s) => s.status !== 'running');
    expect(status).toBe('completed');
    const ref = readValue(ArtifactRef, (output as { results: Json }).results);
    expect(ref).toMatchObject({ mediaType: 'application/json', bytes: Buffer.byteLength(expected) });
    expect(await content(ref.hash)).toBe(expected);
    const all = await transitions();
    expect(Math.max(...all.map(({ bytes }) => bytes))).toBeLessThan(LIMITS.recordBytes / 2);
    const kinds = all.flatMap(({ record }) => record.events.map(({ type }) => type));
    expect(kinds.filter((type) => type === 'results-stored').length).toBeGreaterThanOrEqual(3);
    expect(kinds.filter((type) => type === 'run-completed')).toHaveLength(1);
    // Engines that do not know the event leave the partition.
    for (const { record } of all) expect(record.v === 4).toBe(record.events.some(({ type }) => type === 'results-stored'));
  });

  it('leave the state as they come, so that it holds no more than data may be and what is open', async () => {
    let largest = 0;
    engine = await startEngine({ workflows: [each], worker: large, partitions: 1 });
    await engine.conduct({
      ports: (ports) => ({ ...ports, observer: { ...ports.observer, committed: ({ after }) => void (largest = Math.max(largest, after.branches[ROOT_BRANCH]?.fanOut?.bytes ?? 0)) } }),
    });
    const runId = await engine.start(each, 'k', items);
    await engine.until(runId, (s) => s.status === 'completed');
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(LIMITS.payloadBytes + 50_000);
  });

  it('are stored before the history refers to them, whatever fails on the way', async () => {
    engine = await startEngine({ workflows: [each], worker: large, partitions: 1 });
    const tried = new Set<string>();
    const failing = (blobs: BlobStore): BlobStore => ({
      ...blobs,
      // The first time nothing is there afterwards, or it is and nobody hears of it.
      async put(file, about) {
        const first = !tried.has(about.expectedHash!);
        tried.add(about.expectedHash!);
        if (first && tried.size % 2 === 0) throw new OperatingError('unavailable', 'The disk is full', { retry: 'yes' });
        const ref = await blobs.put(file, about);
        if (first) throw new OperatingError('unavailable', 'The answer was lost', { retry: 'unknown' });
        return ref;
      },
    });
    await engine.conduct({ ports: (ports) => ({ ...ports, blobs: failing(engine.memory.blobStore) }) });
    const runId = await engine.start(each, 'k', items);
    const { output } = await engine.until(runId, (s) => s.status === 'completed');
    expect(tried.size).toBeGreaterThanOrEqual(3);
    expect(await content(readValue(ArtifactRef, (output as { results: Json }).results).hash)).toBe(expected);
    for (const { record } of await transitions()) {
      for (const event of record.events) if (event.type === 'results-stored') expect((await engine.memory.blobStore.stat(event.stored.hash))?.bytes).toBe(event.stored.bytes);
    }
  });

  it('fail the state where they are lost, and say which file it was', async () => {
    engine = await startEngine({ workflows: [each], worker: large, partitions: 1 });
    await engine.conduct({
      ports: (ports) => ({ ...ports, blobs: { ...engine.memory.blobStore, get: (hash) => Promise.reject(new OperatingError('unknown_artifact', `There is no artifact ${hash}`, { retry: 'no' })) } }),
    });
    const runId = await engine.start(each, 'k', items);
    const { status, error } = await engine.until(runId, (s) => s.status !== 'running');
    expect([status, error?.name]).toEqual(['failed', 'States.Runtime']);
    expect(error?.message).toMatch(/stored as [0-9a-f]{64} are gone/);
  });

  it('fail the state where there is no place for them, as any data that is too large', async () => {
    engine = await startEngine({ workflows: [each], worker: large, partitions: 1 });
    await engine.conduct({ ports: ({ blobs: _none, ...ports }) => ports });
    const runId = await engine.start(each, 'k', items);
    const { status, error } = await engine.until(runId, (s) => s.status !== 'running');
    expect([status, error?.name]).toEqual(['failed', 'States.DataLimitExceeded']);
  });
});

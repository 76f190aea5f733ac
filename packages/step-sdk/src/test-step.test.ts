import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ArtifactRef, LIMITS } from '@baton/contracts';
import { z } from 'zod';
import { BusinessValidationError, defineStep, InvalidStepInput, memoryBlobStore, testStep, type AnyStep } from './index.ts';

const double = defineStep({ name: 'double', input: z.object({ n: z.number() }), output: z.object({ n: z.number() }), run: ({ n }) => ({ n: n * 2 }) });
const returning = (value: unknown) => defineStep({ name: 'returning', input: z.object({}), output: z.any(), run: () => value });

describe('testStep', () => {
  it('runs a step as a plain function and gives its output', async () => {
    await expect(testStep(double, { n: 21 })).resolves.toMatchObject({ output: { n: 42 }, heartbeats: [], artifacts: [] });
  });

  it('refuses input that does not fit with a business error that names each field', async () => {
    const step = defineStep({ ...double, input: z.object({ n: z.number(), of: z.object({ who: z.string() }) }) });
    const error = await testStep(step, { n: 'x', of: {} } as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidStepInput);
    expect(error).toBeInstanceOf(BusinessValidationError);
    expect((error as InvalidStepInput).name).toBe('InvalidStepInput');
    expect((error as InvalidStepInput).findings.map(({ field }) => field)).toEqual(['/n', '/of/who']);
  });

  it('refuses output that does not fit with a technical error that names the field', async () => {
    const step = defineStep({ ...double, run: () => ({ n: 'two' as unknown as number }) });
    await expect(testStep(step, { n: 1 })).rejects.toThrow(/InvalidStepOutput|output of double does not fit its schema: \/n/);
    await expect(testStep(step, { n: 1 })).rejects.not.toBeInstanceOf(BusinessValidationError);
  });

  it('refuses an output over the limit and names limit and way out', async () => {
    await expect(testStep(returning('x'.repeat(LIMITS.payloadBytes)), {})).rejects.toThrow(new RegExp(`payload_too_large.*${LIMITS.payloadBytes}.*ctx\\.blob\\.put`));
  });

  it.each([
    ['a number that JSON does not know', { share: Number.NaN }, /share: expected a finite number/],
    ['a value that JSON does not know', { big: 1n }, /not JSON/],
    ['a forbidden key', JSON.parse('{"a":{"__proto__":1}}'), /__proto__/],
  ])('refuses %s in the output', async (_, value, message) => {
    await expect(testStep(returning(value), {})).rejects.toThrow(message);
  });

  it('gives the output as the next step would see it', async () => {
    await expect(testStep(returning({ at: new Date(0), none: undefined }), {})).resolves.toMatchObject({ output: { at: '1970-01-01T00:00:00.000Z' } });
    await expect(testStep(returning(undefined), {})).resolves.toMatchObject({ output: null });
  });

  it('hands over attempt, idempotency key, signal and log, and keeps every heartbeat', async () => {
    const abort = new AbortController();
    const step = defineStep({
      name: 'curious',
      input: z.object({}),
      output: z.object({ attempt: z.number(), key: z.string(), aborted: z.boolean() }),
      run(_input, ctx) {
        ctx.heartbeat({ percent: 10 });
        ctx.heartbeat({ percent: 20, message: 'there' });
        ctx.log.warn({ pages: 3 }, 'long');
        abort.abort();
        return { attempt: ctx.attempt, key: ctx.idempotencyKey, aborted: ctx.signal.aborted };
      },
    });
    const result = await testStep(step, {}, { attempt: 3, idempotencyKey: 'k', signal: abort.signal });
    expect(result.output).toEqual({ attempt: 3, key: 'k', aborted: true });
    expect(result.heartbeats).toEqual([{ percent: 10 }, { percent: 20, message: 'there' }]);
    expect(result.logs).toEqual([{ level: 'warn', fields: { pages: 3 }, message: 'long' }]);
  });

  it('passes what the step throws through unchanged', async () => {
    const finding = { code: 'fund_name_missing', message: 'The fund has no name.', help: 'Add it to page 1.', severity: 'error' as const };
    const step = defineStep({ ...double, run: () => { throw new BusinessValidationError([finding, { ...finding, severity: 'warning', message: 'Hm.' }]); } });
    const error = (await testStep(step, { n: 1 }).catch((thrown: unknown) => thrown)) as BusinessValidationError;
    expect(error).toMatchObject({ name: 'BusinessValidationError', message: 'The fund has no name.', details: { findings: [finding, { severity: 'warning' }] } });
  });
});

describe('artifacts in a step', () => {
  let directory: string;
  beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'baton-step-')); });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const copy = defineStep({
    name: 'copy',
    input: z.object({ document: ArtifactRef, path: z.string() }),
    output: z.object({ copies: z.array(ArtifactRef) }),
    async run({ document, path }, ctx) {
      const bytes = await ctx.blob.get(document);
      await ctx.blob.getToFile(document.hash, path);
      return { copies: [await ctx.blob.put(bytes, { name: 'a.txt', mediaType: 'text/plain' }), await ctx.blob.putFile(path, { name: 'b.txt', mediaType: 'text/plain' })] };
    },
  });

  it('are read and written as bytes and as files, by hash', async () => {
    const blobs = memoryBlobStore();
    const document = await blobs.put(Buffer.from('hello'), { name: 'in.txt', mediaType: 'text/plain' });
    const path = join(directory, 'copy.txt');
    const { output, artifacts } = await testStep(copy, { document, path }, { blobs });
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect(output.copies.map(({ hash, name }) => [hash, name])).toEqual([[document.hash, 'a.txt'], [document.hash, 'b.txt']]);
    expect(artifacts).toEqual(output.copies);
  });

  it('that are damaged or missing are refused, and leave no file', async () => {
    const hash = createHash('sha256').update('right').digest('hex');
    const document = { hash, bytes: 5, mediaType: 'text/plain', name: 'x' };
    const damaged = { ...memoryBlobStore(), get: async () => (async function* () { yield Buffer.from('wrong'); })() };
    const path = join(directory, 'never.txt');
    const toFile = defineStep({ ...copy, run: async (input, ctx) => { await ctx.blob.getToFile(input.document, input.path); return { copies: [] }; } });
    await expect(testStep(copy, { document, path }, { blobs: damaged })).rejects.toMatchObject({ code: 'hash_mismatch' });
    await expect(testStep(toFile, { document, path }, { blobs: damaged })).rejects.toMatchObject({ code: 'hash_mismatch' });
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(testStep(copy, { document, path })).rejects.toMatchObject({ code: 'unknown_artifact' });
    await writeFile(path, 'x');
  });
});

describe('defineStep', () => {
  it.each([
    [{ name: 'with space' }, /name: expected/],
    [{ timeoutSeconds: 0 }, /double\.timeoutSeconds: expected a number above 0, but found 0/],
    [{ heartbeatSeconds: Number.NaN }, /double\.heartbeatSeconds/],
    [{ concurrency: 1.5 }, /double\.concurrency: expected a whole number/],
  ])('refuses %j and names the option', (change, message) => {
    expect(() => defineStep({ ...double, ...change })).toThrow(message);
  });
});

// Steps of every shape fit into one list: what `serve` takes. Checked by the compiler.
export const steps: readonly AnyStep[] = [double, returning(1)];

/** The embedded system over the end of its process: real processes, killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCommand } from '@baton/contracts';
import { eventually, runIdOn, sampleCommand, samplePointer } from '@baton/testkit';
import { openMemory, type Memory, type MemoryOptions } from '../index.ts';

const PARTITIONS = 2;

describe('the embedded adapter in a directory', () => {
  let directory: string;
  const memories: Memory[] = [];
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'baton-restart-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    for (const memory of memories.splice(0)) await memory.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function open(options: Partial<MemoryOptions> = {}): Promise<Memory> {
    const memory = await openMemory({ namespace: 'restart', partitions: PARTITIONS, directory, ...options });
    memories.push(memory);
    return memory;
  }

  /** Another process on the directory. Its program has `memory`, and `say` to print a line. */
  function run(program: string) {
    const source = `import { openMemory } from '@baton/adapter-memory';
      const say = (line) => process.stdout.write(line + '\\n');
      const memory = await openMemory({ namespace: 'restart', partitions: ${PARTITIONS}, directory: ${JSON.stringify(directory)} });
      ${program}`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    const lines: string[] = [];
    const errors: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    child.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    return {
      lines,
      errors,
      ended,
      async kill() {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  async function history(memory: Memory, partition: number): Promise<string[]> {
    const { next } = await memory.history.bounds(partition);
    const values: string[] = [];
    for await (const chunk of memory.history.read(partition, { from: 0, to: next - 1 })) values.push(...chunk.map(({ value }) => new TextDecoder().decode(value!)));
    return values;
  }

  it('has every batch that was acknowledged before the process was killed, whole, and none in half', async () => {
    const child = run(`
      for (let i = 0; ; i++) {
        await Promise.all([0, 1].map(async (p) => {
          const { baseOffset } = await memory.history.append(p, ['a', 'b', 'c'].map((part) => ({ key: 'run', value: i + part })));
          say(p + ':' + i + ':' + baseOffset);
        }));
      }`);
    await eventually('enough is acknowledged', () => child.lines.length > 200 || child.errors.length > 0);
    await child.kill();
    expect(child.errors).toEqual([]);
    const memory = await open();
    for (const partition of [0, 1]) {
      const acknowledged = child.lines.filter((line) => line.startsWith(`${partition}:`)).length;
      const values = await history(memory, partition);
      expect(values.length).toBeGreaterThanOrEqual(acknowledged * 3);
      expect(values).toEqual(Array.from({ length: values.length / 3 }, (_, i) => ['a', 'b', 'c'].map((part) => `${i}${part}`)).flat());
      expect(await memory.history.append(partition, [{ key: 'run', value: 'next' }])).toEqual({ baseOffset: values.length });
    }
  });

  it('hands a command over again that the killed process had not settled, and goes on behind what an orderly one had', async () => {
    const runId = runIdOn(0, PARTITIONS);
    const first = await open();
    await first.commandBus.publish({ commands: [1, 2, 3].map((attempt) => sampleCommand(runId, 'svc', attempt)), events: [] });
    let settled = 0;
    const subscription = await first.commandSource.subscribe('svc', { command: async () => (++settled > 1 ? subscription.pause() : undefined), crashed() {} });
    await eventually('something is settled', () => settled > 0);
    subscription.pause();
    await first.close();
    const child = run(`
      await memory.commandSource.subscribe('svc', { command(record) { say(JSON.parse(Buffer.from(record.value).toString()).attempt); return new Promise(() => {}); }, crashed() {} });
      setInterval(() => {}, 1000);`);
    await eventually('the rest is handed over', () => child.lines.includes('3'));
    await child.kill();
    expect(child.lines).not.toContain('1');
    const second = await open();
    const again: number[] = [];
    await second.commandSource.subscribe('svc', { command: async ({ value }) => void again.push(readCommand(value!).attempt), crashed() {} });
    await eventually('they are handed over again', () => again.includes(3));
    expect(again.map(String)).toEqual(child.lines);
  });

  it('has definitions, dead letters, requests and files after a restart', async () => {
    const first = await open();
    await first.definitions.publish([samplePointer('kept')]);
    await first.requestSender.publish({ key: 'k', value: null, headers: { ce_id: '1' } });
    const { hash } = await first.blobStore.put(new TextEncoder().encode('film'), { name: 'film.mp4', mediaType: 'video/mp4' });
    await first.close();
    const second = await open();
    const seen: (string | null)[] = [];
    await second.definitions.follow((records) => void seen.push(...records.map(({ key }) => key)));
    expect(seen).toEqual(['kept']);
    expect((await second.records(second.names.requests))[0]).toMatchObject({ key: 'k', value: null, headers: { ce_id: '1' } });
    expect(await second.blobStore.stat(hash)).toMatchObject({ name: 'film.mp4', bytes: 4 });
  });

  it('begins with an empty view: it is built from the history, as after a wiped Redis', async () => {
    const first = await open();
    await first.stateIndex.claim(0, { epoch: 0, histOff: 0, inboxOff: -1, disp: -1, over: 'reset' });
    await first.close();
    expect(await (await open()).stateIndex.meta(0)).toBeUndefined();
  });

  it('refuses a second process while the first is alive, and says so', async () => {
    const child = run(`say('open'); setInterval(() => {}, 1000);`);
    await eventually('the other process has it open', () => child.lines.includes('open'));
    await expect(open()).rejects.toMatchObject({ code: 'unavailable', retry: 'yes', message: expect.stringMatching(/in use by another process/) });
    await child.kill();
    await open();
  });

  it('refuses a directory of another namespace or partition count, and names both', async () => {
    await (await open()).close();
    await expect(open({ namespace: 'other' })).rejects.toMatchObject({ retry: 'no', message: expect.stringMatching(/namespace restart, but other/) });
    await expect(open({ partitions: 3 })).rejects.toMatchObject({ retry: 'no', message: expect.stringMatching(/partitions 2, but 3/) });
    await open();
  });

  it('says so where the directory cannot be made', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(openMemory({ namespace: 'x', directory: join(directory, 'file', 'below') })).rejects.toMatchObject({ code: 'unavailable', retry: 'no' });
  });

  it('prints nothing that its user did not ask for', async () => {
    const child = run(`await memory.history.append(0, [{ key: 'k', value: 'v' }]); await memory.close(); say('done');`);
    await child.ended;
    expect(child.lines).toEqual(['done']);
    expect(child.errors).toEqual([]);
  });

  it('removes what a killed process left unfinished a day ago, and nothing younger', async () => {
    await (await open()).close();
    const unfinished = (name: string) => join(directory, 'artifacts', 'unfinished', name);
    await writeFile(unfinished('old'), 'x');
    await writeFile(unfinished('young'), 'x');
    const yesterday = new Date(Date.now() - 90_000_000);
    await utimes(unfinished('old'), yesterday, yesterday);
    await open();
    const { readdir } = await import('node:fs/promises');
    expect(await readdir(join(directory, 'artifacts', 'unfinished'))).toEqual(['young']);
  });
});

/**
 * Checkpoints as files: `<directory>/<namespace>/<partition>/<epoch>-<sha256>.jsonl.zst`, written under another name,
 * flushed, then renamed, and never touched again. A file whose bytes are not those of its name is passed over, so a torn
 * or damaged one costs only the time since the one before. What a process left half-written when it ended is removed by
 * whoever begins with a later claim.
 *
 * Inside: a line with the head, a line for each run with its state and its history, a line with their number.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { Namespace, OperatingError } from '@baton/contracts';
import type { Checkpoint, Checkpoints, CheckpointWriter, RunWrite } from '@baton/ports';
import { z } from 'zod';
import { betweenCrashPoints, crashPoint } from '../crash-points.ts';

export interface DiskCheckpointsOptions {
  /** Made where it does not exist. All orchestrators of the namespace must see the same one. */
  readonly directory: string;
  readonly namespace: string;
  /** How many are kept of each partition. Default 2: the older one is for the day on which the newer one is damaged. */
  readonly keep?: number;
  /** Told of each file that is passed over. */
  readonly damaged?: (file: string, why: string) => void;
}

const FILE = /^(\d{16})-([0-9a-f]{64})\.jsonl\.zst$/;
/** While it is written: `.<epoch>-<random>`. */
const TEMPORARY = /^\.(\d{16})-/;
const RUNS_PER_PIECE = 200;

const Head = z.object({ v: z.literal(1), namespace: z.string(), partition: z.int(), epoch: z.int().min(0), inboxOff: z.int().min(-1), disp: z.int().min(-1), beganMs: z.int().min(0) });

/** @throws OperatingError `unavailable` where the directory cannot be used. */
export async function openDiskCheckpoints(options: DiskCheckpointsOptions): Promise<Checkpoints> {
  const namespace = Namespace.parse(options.namespace);
  const keep = options.keep ?? 2;
  const damaged = options.damaged ?? (() => undefined);
  const root = join(options.directory, namespace);
  await onDisk(`make ${root}`, () => mkdir(root, { recursive: true }));
  const folder = (partition: number): string => join(root, String(partition));
  return {
    async begin(partition, head) {
      const directory = folder(partition);
      await onDisk(`make ${directory}`, () => mkdir(directory, { recursive: true }));
      await onDisk('remove what was left half-written', () => removeTemporaries(directory, head.epoch));
      return new Writer(directory, { v: 1, namespace, partition, ...head }, keep);
    },
    async *whole(partition) {
      for (const name of await filesOf(folder(partition))) {
        const path = join(folder(partition), name);
        const head = await headOf(path, name, damaged);
        if (head === undefined) continue;
        if (head.namespace !== namespace || head.partition !== partition) damaged(path, `it is of partition ${head.partition} of namespace ${head.namespace}`);
        else yield { head: { epoch: head.epoch, inboxOff: head.inboxOff, disp: head.disp, beganMs: head.beganMs }, runs: () => runsIn(path) } satisfies Checkpoint;
      }
    },
  };
}

class Writer implements CheckpointWriter {
  readonly #directory: string;
  readonly #temporary: string;
  readonly #epoch: number;
  readonly #keep: number;
  readonly #compress = createZstdCompress();
  readonly #hash = createHash('sha256');
  readonly #written: Promise<void>;
  #runs = 0;

  constructor(directory: string, head: z.infer<typeof Head>, keep: number) {
    this.#directory = directory;
    this.#epoch = head.epoch;
    this.#keep = keep;
    this.#temporary = join(directory, `.${padded(head.epoch)}-${randomUUID()}`);
    const hash = this.#hash;
    this.#written = pipeline(
      this.#compress,
      async function* (bytes: AsyncIterable<Buffer>) {
        for await (const chunk of bytes) {
          hash.update(chunk);
          crashPoint('checkpoint.file.write:before');
          yield chunk;
          crashPoint('checkpoint.file.write:after');
        }
      },
      createWriteStream(this.#temporary, { flags: 'wx', flush: true }),
    );
    this.#written.catch(() => undefined); // told to whoever adds or commits
    this.#compress.write(`${JSON.stringify(head)}\n`);
  }

  async add(runs: readonly RunWrite[]): Promise<void> {
    this.#runs += runs.length;
    await this.#write(runs.map((run) => `${JSON.stringify(run)}\n`).join(''));
  }

  async commit(): Promise<void> {
    await this.#write(`${JSON.stringify({ end: this.#runs })}\n`);
    this.#compress.end();
    await onDisk('write a checkpoint', () => this.#written);
    const name = `${padded(this.#epoch)}-${this.#hash.digest('hex')}.jsonl.zst`;
    await onDisk('store a checkpoint', async () => {
      await betweenCrashPoints('checkpoint.file.rename', () => rename(this.#temporary, join(this.#directory, name)));
      const directory = await open(this.#directory, 'r');
      try {
        await directory.sync();
      } finally {
        await directory.close();
      }
    });
    await onDisk('remove old checkpoints', async () => {
      for (const old of (await filesOf(this.#directory)).slice(this.#keep)) await betweenCrashPoints('checkpoint.file.remove', () => rm(join(this.#directory, old), { force: true }));
    });
  }

  async abort(): Promise<void> {
    this.#compress.destroy();
    await this.#written.catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }

  /** Waits for the disk where it is behind. */
  async #write(text: string): Promise<void> {
    if (text === '' || this.#compress.write(text)) return;
    await onDisk('write a checkpoint', () => Promise.race([this.#written.then(() => Promise.reject(new Error('the file was closed'))), new Promise((resolve) => this.#compress.once('drain', resolve))]));
  }
}

const padded = (epoch: number): string => String(epoch).padStart(16, '0');

/** Those of earlier claims: their owners have ended, or stand still and are fenced. A later owner's are none of ours, should we be the one that stood still. */
async function removeTemporaries(directory: string, epoch: number): Promise<void> {
  for (const name of await readdir(directory)) {
    if (Number(TEMPORARY.exec(name)?.[1] ?? epoch) < epoch) await rm(join(directory, name), { force: true });
  }
}

/** Newest first. */
async function filesOf(directory: string): Promise<string[]> {
  const names = await onDisk(`look into ${directory}`, () => readdir(directory).catch(nothingWhereAbsent));
  return (names ?? []).filter((name) => FILE.test(name)).sort().reverse();
}

/** @returns undefined where the file is not what its name says. */
async function headOf(path: string, name: string, damaged: (file: string, why: string) => void): Promise<z.infer<typeof Head> | undefined> {
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) hash.update(chunk as Buffer);
    if (hash.digest('hex') !== FILE.exec(name)?.[2]) throw new Error('its content is not what its name says');
    for await (const line of linesOf(path)) return Head.parse(JSON.parse(line));
    throw new Error('it is empty');
  } catch (error) {
    damaged(path, (error as Error).message);
    return undefined;
  }
}

async function* runsIn(path: string): AsyncGenerator<readonly RunWrite[]> {
  let piece: RunWrite[] = [];
  let first = true;
  let runs = 0;
  let end: number | undefined;
  try {
    for await (const line of linesOf(path)) {
      if (first) {
        first = false;
        continue;
      }
      const read = JSON.parse(line) as RunWrite | { readonly end: number };
      if ('end' in read) {
        end = read.end;
        continue;
      }
      piece.push(read);
      runs++;
      if (piece.length >= RUNS_PER_PIECE) {
        yield piece;
        piece = [];
      }
    }
  } catch (cause) {
    throw new OperatingError('unavailable', `Could not read the checkpoint ${path}: ${(cause as Error).message}`, { retry: 'yes', cause });
  }
  if (end !== runs) throw new OperatingError('unavailable', `The checkpoint ${path} says that it has ${end} runs, but has ${runs}`, { retry: 'yes' });
  if (piece.length > 0) yield piece;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const bytes = createReadStream(path);
  const text = bytes.pipe(createZstdDecompress());
  // A reader's error does not reach what it is piped into.
  bytes.once('error', (error) => text.destroy(error));
  try {
    yield* createInterface({ input: text, crlfDelay: Infinity });
  } finally {
    bytes.destroy();
    text.destroy();
  }
}

function nothingWhereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

async function onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new OperatingError('unavailable', `Could not ${what}: ${(cause as Error).message}`, { retry: 'yes', cause });
  }
}

/**
 * The records of a Map's iterations, one after the other in the order of the items. They stand in files in the order in which they
 * ended, so where each stands is looked for first. Of the files a few are in memory at a time.
 */
import { parseJson, type Json, type ResultRecord } from '@baton/contracts';
import type { StepContext } from '@baton/step-sdk';
import { ResultWriterFailed } from '../writing-failed.ts';

/** What was given to an iteration that never began. */
export interface PendingRecord {
  readonly status: 'PENDING';
  readonly input: Json;
}
export type AnyRecord = ResultRecord | PendingRecord;
export type FileStatus = 'FAILED' | 'PENDING' | 'SUCCEEDED';

export interface Sources {
  /** Hashes of files with a line for each record: its index, a blank, and itself as JSON. */
  readonly records: readonly string[];
  /** The same with what would have been given. */
  readonly pending?: string | undefined;
  /** One line, with what each pending batch would have been given beside its items. */
  readonly batchInput?: string | undefined;
}

type Blobs = Pick<StepContext['blob'], 'get'>;

interface Place {
  readonly index: number;
  readonly file: number;
  readonly line: number;
}

/** As AWS has them: what was broken off counts as failed. */
const FILE_OF = { SUCCEEDED: 'SUCCEEDED', FAILED: 'FAILED', ABORTED: 'FAILED', PENDING: 'PENDING' } as const satisfies Record<AnyRecord['status'], FileStatus>;
/** Files of half a mebibyte or so. */
const IN_MEMORY = 16;
/** What the engine has written itself, of data that it has checked. */
const LINE = { maxBytes: 16_777_216, maxDepth: 128, maxKeys: 1_000_000, maxStringLength: 16_777_216, maxArrayLength: 1_000_000 };

export class Records {
  readonly #blobs: Blobs;
  readonly #files: readonly { readonly hash: string; readonly pending: boolean }[];
  readonly #places: Readonly<Record<FileStatus, Place[]>> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  readonly #lines = new Map<number, readonly string[]>();
  #batchInput: Json | undefined;

  private constructor(blobs: Blobs, { records, pending }: Sources) {
    this.#blobs = blobs;
    this.#files = [...records.map((hash) => ({ hash, pending: false })), ...(pending === undefined ? [] : [{ hash: pending, pending: true }])];
  }

  static async open(blobs: Blobs, sources: Sources): Promise<Records> {
    const records = new Records(blobs, sources);
    if (sources.batchInput !== undefined) records.#batchInput = valueOf((await linesOf(blobs, sources.batchInput))[0] ?? '', sources.batchInput);
    await records.#find();
    return records;
  }

  /** In the order of the items. */
  async *of(status: FileStatus): AsyncGenerator<{ readonly index: number; readonly record: AnyRecord }> {
    for (const { index, file, line } of this.#places[status]) yield { index, record: this.#read((await this.#linesIn(file))[line]!, file) };
  }

  async #find(): Promise<void> {
    for (const [file] of this.#files.entries()) {
      for (const [line, text] of (await this.#linesIn(file)).entries()) {
        const { status } = this.#read(text, file);
        this.#places[FILE_OF[status]].push({ index: indexOf(text), file, line });
      }
    }
    for (const places of Object.values(this.#places)) places.sort((a, b) => a.index - b.index);
  }

  #read(text: string, file: number): AnyRecord {
    const { hash, pending } = this.#files[file]!;
    const value = valueOf(text, hash);
    if (!pending) return value as unknown as ResultRecord;
    return { status: 'PENDING', input: this.#batchInput === undefined ? value : { BatchInput: this.#batchInput, ...(value as object) } };
  }

  /** Those that were asked for last stay; items end about in their order, so these are the next to be asked for as well. */
  async #linesIn(file: number): Promise<readonly string[]> {
    const lines = this.#lines.get(file) ?? (await linesOf(this.#blobs, this.#files[file]!.hash));
    this.#lines.delete(file);
    this.#lines.set(file, lines);
    if (this.#lines.size > IN_MEMORY) this.#lines.delete(this.#lines.keys().next().value!);
    return lines;
  }
}

async function linesOf(blobs: Blobs, hash: string): Promise<readonly string[]> {
  return Buffer.from(await blobs.get(hash)).toString('utf8').split('\n');
}

const indexOf = (text: string): number => Number.parseInt(text, 10);

function valueOf(text: string, hash: string): Json {
  const blank = text.indexOf(' ');
  if (blank < 1 || !Number.isSafeInteger(indexOf(text))) throw new ResultWriterFailed(`Expected lines of an index and a record in ${hash}, but found ${JSON.stringify(text.slice(0, 40))}`);
  return parseJson(text.slice(blank + 1), LINE);
}

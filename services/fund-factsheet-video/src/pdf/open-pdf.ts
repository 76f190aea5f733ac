/**
 * Opens a PDF in a process of its own and gives its text and pixels to `use`.
 *
 * Invariants:
 * 1. However the document behaves, this ends within `deadlineMs`, and the process is gone.
 * 2. Every refusal is an `UnreadablePdf` with its reason; nothing else of the document's making is thrown.
 */
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildProcess } from 'node:child_process';
import type { FromReader, ReadFailure, ToReader } from './messages.ts';
import type { DrawPage, OpenPdf, Pixels } from './pdf-page.ts';

export type UnreadableWhy = ReadFailure | 'empty' | 'not-a-pdf' | 'too-large' | 'too-slow';

export class UnreadablePdf extends Error {
  readonly why: UnreadableWhy;

  constructor(why: UnreadableWhy, message: string) {
    super(message);
    this.name = 'UnreadablePdf';
    this.why = why;
  }
}

export interface OpenPdfOptions {
  /** Time for the whole of reading and using, in milliseconds. Default 60,000. */
  readonly deadlineMs?: number;
  /** Default 50 MB. */
  readonly maxBytes?: number;
  /** Default 120. */
  readonly maxPages?: number;
  /** Heap of the reading process in MB. Default 512. */
  readonly heapMb?: number;
  readonly signal?: AbortSignal;
}

export const PDF_LIMITS = { deadlineMs: 60_000, maxBytes: 50_000_000, maxPages: 120, heapMb: 512 } as const;

const READER = fileURLToPath(new URL(`./pdf-process${extname(import.meta.url)}`, import.meta.url));

/**
 * @throws UnreadablePdf when the bytes are no PDF that can be read within the limits
 * @throws the signal's reason when it fires
 */
export async function openPdf<T>(bytes: Uint8Array, options: OpenPdfOptions, use: (pdf: OpenPdf) => Promise<T>): Promise<T> {
  const limits = { ...PDF_LIMITS, ...options };
  refuseAtSight(bytes, limits.maxBytes);
  options.signal?.throwIfAborted();
  const reader = fork(READER, [], {
    serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: {},
    execArgv: [`--max-old-space-size=${limits.heapMb}`, '--permission', '--allow-fs-read=*', '--allow-addons', '--no-warnings'],
  });
  const conversation = new Conversation(reader, limits.deadlineMs, options.signal);
  try {
    const opened = await conversation.open({ kind: 'open', bytes, maxPages: limits.maxPages });
    return await conversation.during(use({ ...opened, draw: conversation.draw }));
  } finally {
    conversation.end();
  }
}

function refuseAtSight(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.byteLength === 0) throw new UnreadablePdf('empty', 'the file has 0 bytes');
  if (bytes.byteLength > maxBytes) throw new UnreadablePdf('too-large', `the file has ${bytes.byteLength} bytes, the limit is ${maxBytes}`);
  // Readers accept a header within the first kilobyte: mail gateways and scanners put bytes before it.
  if (!new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-')) {
    throw new UnreadablePdf('not-a-pdf', 'the file does not begin with %PDF-');
  }
}

class Conversation {
  private readonly reader: ChildProcess;
  private readonly ended: Promise<never>;
  private readonly stop = new AbortController();
  private readonly drawings = new Map<number, (pixels: Pixels | null) => void>();
  private refuse: (reason: unknown) => void = () => undefined;
  private opened: ((message: FromReader) => void) | undefined;
  private toOpen: ToReader | undefined;

  constructor(reader: ChildProcess, deadlineMs: number, signal: AbortSignal | undefined) {
    this.reader = reader;
    this.ended = new Promise<never>((_, reject) => { this.refuse = reject; });
    this.ended.catch(() => undefined);
    const timer = setTimeout(() => this.refuse(new UnreadablePdf('too-slow', `the document was not read within ${deadlineMs} ms`)), deadlineMs);
    this.stop.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    signal?.addEventListener('abort', () => this.refuse(signal.reason), { once: true, signal: this.stop.signal });
    reader.on('message', (message: FromReader) => this.hear(message));
    reader.on('error', (cause) => this.refuse(cause));
    // A reader that dies by itself ran out of memory or crashed in native code: the document's doing.
    reader.on('exit', (code, by) => this.refuse(new UnreadablePdf('damaged', `the reading process ended with ${by ?? code}`)));
  }

  async open(message: ToReader): Promise<Pick<OpenPdf, 'pages' | 'title'>> {
    this.toOpen = message;
    const answer = await this.during(new Promise<FromReader>((resolve) => { this.opened = resolve; }));
    if (answer.kind === 'refused') throw new UnreadablePdf(answer.why, answer.detail);
    if (answer.kind !== 'opened') throw new Error(`Expected the reading process to answer "opened", but it said "${answer.kind}"`);
    return { pages: answer.pages, title: answer.title };
  }

  readonly draw: DrawPage = async (page, box, scale) => {
    const id = this.drawings.size + 1;
    const pixels = new Promise<Pixels | null>((resolve) => { this.drawings.set(id, resolve); });
    this.reader.send({ kind: 'draw', id, page, box, scale } satisfies ToReader);
    return this.during(pixels);
  };

  during<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.ended]);
  }

  end(): void {
    this.stop.abort();
    this.reader.removeAllListeners('exit');
    this.reader.kill('SIGKILL');
  }

  private hear(message: FromReader): void {
    if (message.kind === 'ready') this.reader.send(this.toOpen as ToReader);
    else if (message.kind === 'drawn') this.drawings.get(message.id)?.(message.pixels);
    else this.opened?.(message);
  }
}

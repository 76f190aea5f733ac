import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChildFailed } from '../errors.ts';
import { childEnvironment } from './child-environment.ts';
import { TailText } from './tail-text.ts';

/**
 * Runs one program to its end.
 *
 * Invariants:
 * 1. When the promise settles the program is gone and its pipes are closed: nothing is left behind.
 * 2. An aborted signal or a passed deadline kills with SIGKILL at once: none of our programs has anything to save.
 * 3. What is kept of its output is bounded, however much it writes.
 */
export interface ChildRun {
  /** Path of the program, or its name on the PATH. */
  readonly program: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  /** Default: ours. */
  readonly cwd?: string;
  /** `open`: a pipe that stays open and empty, by whose end the program learns that we have died. Default: none. */
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array> | 'open';
  /** A file that receives standard output, or the number of bytes to keep in memory at most. */
  readonly stdout: { readonly toFile: string } | { readonly maxBytes: number };
  /** Sees every line of standard error; true keeps it out of the error's text (progress lines). */
  readonly onStderrLine?: (line: string) => boolean;
}

const stderrTailCharacters = 4_000;

/**
 * @returns standard output (empty where it went to a file).
 * @throws ChildFailed when it cannot be started, ends with another code than 0, passes its deadline or writes too much; the signal's reason when aborted.
 */
export async function runChild(run: ChildRun): Promise<Buffer> {
  run.signal.throwIfAborted();
  const program = basename(run.program);
  const child = spawn(run.program, run.args, { ...(run.cwd === undefined ? {} : { cwd: run.cwd }), env: childEnvironment(), stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  const tail = new TailText(stderrTailCharacters);
  let killedFor: 'abort' | 'deadline' | 'output' | 'input' | undefined;
  const kill = (why: typeof killedFor): void => {
    killedFor ??= why;
    child.kill('SIGKILL');
  };
  const onAbort = (): void => kill('abort');
  run.signal.addEventListener('abort', onAbort, { once: true });
  const deadline = setTimeout(() => kill('deadline'), run.deadlineMs);

  try {
    const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null } | { failed: Error }>((resolve) => {
      child.once('error', (error) => { if (child.pid === undefined) resolve({ failed: error }); });
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    const lines = forEachLine(child.stderr, (line) => { if (run.onStderrLine?.(line) !== true) tail.add(line); });
    const output = collect(child.stdout, run.stdout, () => kill('output'));
    const input = feed(child.stdin, run.stdin);
    const [end, out, fed] = await Promise.all([closed, output.then(ok, failed), input.then(ok, failed), lines.then(ok, failed)]);

    if (killedFor === 'abort') run.signal.throwIfAborted();
    const stderrTail = tail.text();
    if ('failed' in end) throw new ChildFailed({ program, why: 'not-started', message: `could not be started: ${end.failed.message}`, cause: end.failed });
    if (killedFor === 'deadline') throw new ChildFailed({ program, why: 'deadline', message: `did not end within ${run.deadlineMs} ms and was killed`, stderrTail });
    if (killedFor === 'input' && !fed.ok) throw fed.error;
    if (killedFor === 'output') throw new ChildFailed({ program, why: 'output', message: 'wrote more than expected and was killed', stderrTail });
    if (end.code !== 0) throw new ChildFailed({ program, why: 'exit', message: end.code === null ? `was ended by ${end.signal}` : `ended with code ${end.code}`, stderrTail });
    if (!out.ok) throw new ChildFailed({ program, why: 'output', message: 'its output could not be kept', stderrTail, cause: out.error });
    // A source that failed is our own trouble. A program that ended well without reading all it was offered is not.
    if (!fed.ok && !isClosedPipe(fed.error)) throw fed.error;
    return out.value;
  } finally {
    clearTimeout(deadline);
    run.signal.removeEventListener('abort', onAbort);
  }

  async function feed(stdin: NodeJS.WritableStream, source: ChildRun['stdin']): Promise<void> {
    // A program that ends early closes the pipe; its exit code tells the story, not our EPIPE.
    stdin.on('error', () => undefined);
    if (source === 'open') return;
    if (source === undefined) { stdin.end(); return; }
    try {
      await pipeline(Readable.from(source instanceof Uint8Array ? [source] : source, { objectMode: false }), stdin);
    } catch (error) {
      if (!isClosedPipe(error)) kill('input');
      throw error;
    }
  }
}

type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown };
const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });
const failed = (error: unknown): Outcome<never> => ({ ok: false, error });

function isClosedPipe(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_STREAM_DESTROYED';
}

async function collect(stdout: Readable, to: ChildRun['stdout'], tooMuch: () => void): Promise<Buffer> {
  if ('toFile' in to) {
    await pipeline(stdout, createWriteStream(to.toFile)).catch((error: unknown) => { tooMuch(); throw error; });
    return Buffer.alloc(0);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > to.maxBytes) tooMuch(); else chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function forEachLine(stream: Readable, see: (line: string) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r?\n|\r/);
    // A program that never ends its line must not grow our memory.
    rest = (lines.pop() ?? '').slice(-stderrTailCharacters);
    for (const line of lines) if (line !== '') see(line);
  }
  if (rest !== '') see(rest);
}

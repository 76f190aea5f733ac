/** A process for tests: what was written, and a person who may stop the command. */
import { Readable } from 'node:stream';
import { run } from './run.ts';
import type { World } from './world.ts';

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions extends Partial<Pick<World, 'env' | 'signal' | 'startEmbedded'>> {
  readonly stdin?: string;
  readonly tty?: boolean;
}

export async function baton(args: readonly string[], { stdin = '', tty = false, env = {}, signal = new AbortController().signal, startEmbedded = () => Promise.reject(new Error('Expected no embedded system')) }: CallOptions = {}): Promise<Called> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (written[name] += text), isTTY: tty, columns: 100 });
  const code = await run(args, { env, stdout: output('stdout'), stderr: output('stderr'), stdin: Readable.from([stdin]), signal, nowMs: () => Date.now(), startEmbedded });
  return { code, ...written };
}

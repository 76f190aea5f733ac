#!/usr/bin/env node
/** The command `baton`: this process's arguments, streams and signals. */
import { run } from './run.ts';
import type { EmbeddedSystem, World } from './world.ts';

/** Brings orchestrator, gateway and every step service along, so it is found by name when `dev` asks for it. */
const EMBEDDED_PACKAGE = '@baton/demo';

const stop = new AbortController();
let signals = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (++signals > 1) process.exit(130);
    stop.abort(new Error('stopped'));
  });
}
// A reader such as head that has seen enough is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const world: World = {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  signal: stop.signal,
  nowMs: () => Date.now(),
  async startEmbedded({ port, host, directory, verbose }) {
    const [embedded, { createLog }] = await Promise.all([import(EMBEDDED_PACKAGE) as Promise<{ startEmbedded(options: object): Promise<EmbeddedSystem> }>, import('@baton/platform-kit')]);
    return embedded.startEmbedded({ port, host, ...(directory !== undefined && { directory }), log: createLog({ service: 'baton', level: verbose ? 'info' : 'error', destination: process.stderr }) });
  },
};

process.exitCode = await run(process.argv.slice(2), world);

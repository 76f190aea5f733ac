/** The Lua scripts of lua/, whose headers say what each takes and answers. The number in a file's name is that of its keys. */
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

const NAMES = ['claim-2', 'apply-1', 'load-1', 'read-1', 'scan-1', 'due-1', 'armed-1', 'page-1', 'page-tasks-1', 'history-1', 'trim-1', 'reserve-1', 'add-letters-4', 'mark-replayed-2', 'inspect-1', 'strays-1', 'drop-2', 'poison-1'] as const;
export type ScriptName = (typeof NAMES)[number];

/** Those that read whole runs, and have what reads one before them. */
const READ_RUNS: ReadonlySet<ScriptName> = new Set(['load-1', 'read-1', 'scan-1', 'inspect-1']);
export type RunScript = (name: ScriptName, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** Defines the scripts on a connection: called by their hash, sent whole where the server does not know them yet. */
export function defineScripts(client: Redis): RunScript {
  for (const name of NAMES) {
    const lua = READ_RUNS.has(name) ? `${textOf('whole-run')}\n${textOf(name)}` : textOf(name);
    client.defineCommand(commandOf(name), { numberOfKeys: Number(name.slice(name.lastIndexOf('-') + 1)), lua });
  }
  const commands = client as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>;
  return (name, keys, args) => commands[commandOf(name)]!(...keys, ...args);
}

const textOf = (name: string): string => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');

const commandOf = (name: ScriptName): string => `baton-${name}`;

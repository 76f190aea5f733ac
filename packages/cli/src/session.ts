/** One call of the command: where it speaks to, how it answers. */
import { createClient, type BatonClient } from '@baton/client';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { usage } from './failure.ts';
import { styleFor, type Style } from './output/style.ts';
import type { World } from './world.ts';

export interface Session {
  readonly world: World;
  readonly json: boolean;
  readonly client: BatonClient;
  readonly style: Style;
  /** The answer: one JSON document, or what a person reads. `human` is asked only where it is needed. */
  answer(document: unknown, human: () => string): void;
  /** Beside the answer, for a person: never with --json. */
  note(text: string): void;
  exit(code: ExitCode): void;
}

export interface Outcome {
  code: ExitCode;
  /** What the parser said about a wrong call. */
  readonly usage: string[];
}

export function sessionOf(command: Command, world: World, outcome: Outcome): Session {
  const { json = false, url } = command.optsWithGlobals<{ json?: boolean; url?: string }>();
  const baseUrl = url ?? world.env['BATON_URL'] ?? 'http://127.0.0.1:7400';
  const style = styleFor(world.stdout, world.env);
  let client: BatonClient;
  try {
    client = createClient({ baseUrl, retry: { attempts: 3 } });
  } catch (error) {
    throw usage((error as Error).message, 'Name the gateway as http://host:port with --url or BATON_URL');
  }
  outcome.code = EXIT.ok;
  return {
    world,
    json,
    client,
    style,
    answer: (document, human) => void world.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${human()}\n`),
    note: (text) => {
      if (!json) world.stderr.write(`${text}\n`);
    },
    exit: (code) => {
      outcome.code = code;
    },
  };
}

/** Definitions as files: JSON, YAML, or standard input. */
import { readFile } from 'node:fs/promises';
import { decodeUtf8 } from '@baton/contracts';
import type { TextFormat } from '@baton/workflow';
import { usage } from '../failure.ts';
import type { World } from '../world.ts';

export interface DefinitionFile {
  /** As it was named; `-` for standard input. */
  readonly name: string;
  readonly text: string;
  /** By its ending; absent where that says nothing. */
  readonly format: TextFormat | undefined;
}

/** @throws Failure where it cannot be read. */
export async function readDefinitionFile(name: string, world: World): Promise<DefinitionFile> {
  const format = /\.(json|asl)$/i.test(name) ? 'json' : /\.ya?ml$/i.test(name) ? 'yaml' : undefined;
  try {
    return { name, format, text: decodeUtf8(name === '-' ? await everythingOf(world.stdin) : await readFile(name)) };
  } catch (error) {
    throw usage(`${name}: ${(error as Error).message}`);
  }
}

async function everythingOf(stdin: World['stdin']): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stdin) pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return Buffer.concat(pieces);
}

/** What is given as an argument, in a file or on standard input. */
import { readFile } from 'node:fs/promises';
import { ContractError, isJsonObject, parseJson, type Json } from '@baton/contracts';
import type { BatonClient } from '@baton/client';
import { usage } from './failure.ts';
import type { World } from './world.ts';

/** @param given JSON, `@file` or `-`. @throws Failure naming the option. */
export async function readJsonArgument(option: string, given: string, world: World): Promise<Json> {
  const text = await textOf(option, given, world);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const hint = given.startsWith('@') || given === '-' ? '' : ' In a shell, put it in single quotes; or give a file as @file.json.';
    throw usage(`${option} is not JSON that is accepted: ${error.message}.${hint}`);
  }
}

async function textOf(option: string, given: string, world: World): Promise<string | Uint8Array> {
  if (given === '-') {
    const pieces: Uint8Array[] = [];
    for await (const piece of world.stdin) pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
    return Buffer.concat(pieces);
  }
  if (!given.startsWith('@')) return given;
  try {
    return await readFile(given.slice(1));
  } catch (error) {
    throw usage(`${option}: ${(error as Error).message}`);
  }
}

/** Uploads each `field=path` and puts the reference into the input under its field. */
export async function withFiles(input: Json, files: readonly string[], client: BatonClient): Promise<Json> {
  if (files.length === 0) return input;
  if (!isJsonObject(input)) throw usage('--file needs an input that is an object, since it sets a field of it');
  const set: Record<string, Json> = {};
  for (const file of files) {
    const [, field, path] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/s.exec(file) ?? [];
    if (field === undefined || path === undefined) throw usage(`--file expects FIELD=PATH, such as document=sheet.pdf, but found ${JSON.stringify(file)}`);
    try {
      set[field] = { ...(await client.uploadArtifact(path)) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw usage(`--file ${field}: there is no file ${path}`);
      throw error;
    }
  }
  return { ...input, ...set };
}

export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

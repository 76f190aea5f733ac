/** What is given as an argument, in a file or on standard input. */
import { readFile } from 'node:fs/promises';
import { ContractError, decodeUtf8, isJsonObject, parseJson, type Json, type JsonObject } from '@baton/contracts';
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

/** As readJsonArgument, for what must be an object. @param what it holds, such as "variables by their names". */
export async function readJsonObjectArgument(option: string, given: string, { world, what }: { readonly world: World; readonly what: string }): Promise<JsonObject> {
  const read = await readJsonArgument(option, given, world);
  if (!isJsonObject(read)) throw usage(`${option} expects an object, ${what}, but found ${JSON.stringify(read).slice(0, 60)}`);
  return read;
}

/** @param given the text itself, `@file` or `-`. @throws Failure naming the option. */
export async function readTextArgument(option: string, given: string, world: World): Promise<string> {
  const text = await textOf(option, given, world);
  return typeof text === 'string' ? text : decodeUtf8(text);
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

/** A workflow and the version that is asked for: `NAME`, `NAME@3`, `NAME@canary`. */
export function workflowIn(given: string): { readonly name: string; readonly version?: number | string } {
  const [, name = given, version] = /^([^@]*)@(.*)$/s.exec(given) ?? [];
  return { name, ...(version !== undefined && { version: /^\d+$/.test(version) ? Number(version) : version }) };
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

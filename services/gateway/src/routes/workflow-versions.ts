import { ChangeVersionRequest, readValue, SetAliasRequest, type Json } from '@baton/contracts';
import type { Request } from 'express';
import type { Door } from '../door.ts';
import { readQuery } from '../http/query.ts';
import { readJson, readOptionalJson } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal } from '../refusal.ts';
import { bringBack, deleteVersion, removeAlias, requireTaking, retire, setAlias, viewOf } from '../workflows/versions.ts';

/** GET /v1/workflows/:name */
export function getWorkflow(door: Door): Handler {
  return (request, response) => {
    readQuery(request, {});
    response.json(viewOf(door, param(request, 'name')));
  };
}

/** A change to a workflow, answered with what it has become. */
const change = (door: Door, make: (name: string, request: Request, body: Json) => Promise<void>): Handler => async (request, response) => {
  readQuery(request, {});
  requireTaking(door);
  const name = param(request, 'name');
  await make(name, request, await readOptionalJson(request, door.jsonLimits));
  // Of a deleted one nothing may be left.
  const left = door.definitions.catalogue.versions(name).length > 0;
  response.json(left ? viewOf(door, name) : { name, live: [], aliases: [], versions: [] });
};

export const postAlias = (door: Door): Handler => async (request, response) => {
  readQuery(request, {});
  requireTaking(door);
  const name = param(request, 'name');
  await setAlias(door, name, param(request, 'alias'), readValue(SetAliasRequest, await readJson(request, door.jsonLimits)));
  response.json(viewOf(door, name));
};

export const postRemoveAlias = (door: Door): Handler => change(door, (name, request) => removeAlias(door, name, param(request, 'alias')));
export const postRetire = (door: Door): Handler => change(door, (name, request, body) => retire(door, name, versionIn(request), readValue(ChangeVersionRequest, body).by));
export const postBringBack = (door: Door): Handler => change(door, (name, request) => bringBack(door, name, versionIn(request)));
export const postDelete = (door: Door): Handler => change(door, (name, request) => deleteVersion(door, name, versionIn(request)));

function versionIn(request: Request): number {
  const text = param(request, 'version');
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Refusal('schema', `Expected a version as a whole number from 1 in the path, but found ${JSON.stringify(text.slice(0, 40))}`, { problems: [{ field: 'version', message: 'must be a whole number from 1' }] });
}

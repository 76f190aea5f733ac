/**
 * Changes to what starts take: aliases are set and removed, versions are retired, brought back and deleted. Each is one record of the
 * definitions topic, and is answered once this door has read it there itself: whoever starts a run through it afterwards sees it.
 */
import { Alias, definitionKeys, isTerminal, LIVE, RUN_STATUSES, type AliasRoute, type DefinitionRef, type WorkflowView } from '@baton/contracts';
import { didYouMean, narrowings, type Published } from '@baton/workflow';
import { withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import { Refusal } from '../refusal.ts';

/** A door that lags behind the topic may take starts for so long after a retirement, in milliseconds. */
export const DELETED_AFTER_MS = 3_600_000;
const SEEN_WITHIN_MS = 10_000;

interface AliasWanted {
  readonly routes: readonly { readonly version: number; readonly weight: number }[];
  readonly allowBreakingInput: boolean;
  readonly by?: string | undefined;
}

/** @throws Refusal `deploy_not_allowed`: whoever reaches the gateway could change what starts take. */
export function requireTaking({ config }: Door): void {
  if (!config.takesDefinitions) throw new Refusal('deploy_not_allowed', 'This gateway takes no definitions and no changes to them; set BATON_TAKE_DEFINITIONS=true on the gateway, or use one where it is set');
}

/** @throws Refusal `unknown_workflow`. */
export function viewOf({ definitions: { catalogue } }: Door, name: string): WorkflowView {
  const versions = catalogue.versions(name);
  if (versions.length === 0) throw new Refusal('unknown_workflow', `No service has published a workflow ${JSON.stringify(name.slice(0, 128))}${didYouMean(name, catalogue.names())}`);
  const shares = (routes: readonly AliasRoute[]) => routes.map(({ def, weight }) => ({ version: def.ver, weight }));
  return {
    name,
    live: shares(catalogue.live(name)),
    aliases: catalogue.aliases(name).map(({ alias, routes, by, atMs }) => ({ alias, routes: shares(routes), ...(by !== undefined && { by }), atMs })),
    versions: versions.map(({ def, publishedBy, inputSchema }) => {
      const retiredMs = catalogue.retiredMs(def.hash);
      return { def, publishedBy, ...(retiredMs !== undefined && { retiredMs }), ...(inputSchema !== undefined && { inputSchema: inputSchema as Record<string, unknown> }) };
    }),
  };
}

/** @throws Refusal `unknown_workflow`, `unknown_workflow_version`, `workflow_retired`, `breaking_input`, `schema`, `unavailable`. */
export async function setAlias(door: Door, name: string, alias: string, { routes, allowBreakingInput, by }: AliasWanted): Promise<void> {
  const { catalogue } = door.definitions;
  checkAlias(alias);
  const wanted = routes.map(({ version, weight }) => ({ workflow: versionOf(door, name, version), weight }));
  if (new Set(wanted.map(({ workflow }) => workflow.def.hash)).size < wanted.length) throw new Refusal('schema', 'Expected two different versions to share the starts, but found one twice', { problems: [{ field: '/routes/1/version', message: 'is the same as the first' }] });
  for (const { workflow: { def } } of wanted) if (catalogue.retiredMs(def.hash) !== undefined) throw new Refusal('workflow_retired', `${name} ${def.ver} was retired; take the retirement back first`);
  if (alias === LIVE && !allowBreakingInput) for (const { workflow } of wanted) refuseBreaking(door, workflow);
  const atMs = door.clock.nowMs();
  const record = { v: 1, t: 'alias', name, alias, routes: wanted.map(({ workflow: { def }, weight }) => ({ def, weight })), ...(by !== undefined && { by }), atMs } as const;
  await written(door, door.ports.definitions.publish([record]), () => catalogue.aliases(name).some((one) => one.alias === alias && one.atMs >= atMs));
  door.log.info({ workflow: name, alias, versions: wanted.map(({ workflow: { def } }) => def.ver), by }, 'alias set');
}

/** Of `live`: starts take what was published last again. @throws Refusal `unknown_workflow`, `unknown_workflow_version`, `unavailable`. */
export async function removeAlias(door: Door, name: string, alias: string): Promise<void> {
  const { catalogue } = door.definitions;
  viewOf(door, name);
  const isThere = (): boolean => catalogue.aliases(name).some((one) => one.alias === alias);
  if (!isThere()) throw new Refusal('unknown_workflow_version', `The workflow ${name} has no alias ${JSON.stringify(alias.slice(0, 40))}; it has ${catalogue.aliases(name).map((one) => one.alias).join(', ') || 'none'}`);
  await written(door, door.ports.definitions.takeBack([definitionKeys.alias(name, alias)]), () => !isThere());
  door.log.info({ workflow: name, alias }, 'alias removed');
}

/** No new starts; what runs goes on. @throws Refusal `unknown_workflow`, `unknown_workflow_version`, `workflow_in_use`, `unavailable`. */
export async function retire(door: Door, name: string, version: number, by: string | undefined): Promise<void> {
  const { catalogue } = door.definitions;
  const defs = defsOf(door, name, version);
  refuseAliased(door, name, defs);
  const open = defs.filter(({ hash }) => catalogue.retiredMs(hash) === undefined);
  const atMs = door.clock.nowMs();
  await written(door, door.ports.definitions.publish(open.map((def) => ({ v: 1, t: 'retired', def, ...(by !== undefined && { by }), atMs }))), () => open.every(({ hash }) => catalogue.retiredMs(hash) !== undefined));
  door.log.info({ workflow: name, version, by }, 'version retired');
}

/** Takes the retirement back. @throws Refusal `unknown_workflow`, `unknown_workflow_version`, `unavailable`. */
export async function bringBack(door: Door, name: string, version: number): Promise<void> {
  const { catalogue } = door.definitions;
  const retired = defsOf(door, name, version).filter(({ hash }) => catalogue.retiredMs(hash) !== undefined);
  await written(door, door.ports.definitions.takeBack(retired.map(definitionKeys.retired)), () => retired.every(({ hash }) => catalogue.retiredMs(hash) === undefined));
  door.log.info({ workflow: name, version }, 'version brought back');
}

/** For good. @throws Refusal `unknown_workflow`, `unknown_workflow_version`, `workflow_in_use`, `unavailable`, `rebuilding`. */
export async function deleteVersion(door: Door, name: string, version: number): Promise<void> {
  const { catalogue } = door.definitions;
  const defs = defsOf(door, name, version);
  refuseAliased(door, name, defs);
  const nowMs = door.clock.nowMs();
  for (const { hash } of defs) {
    const retiredMs = catalogue.retiredMs(hash);
    if (retiredMs === undefined) throw new Refusal('workflow_in_use', `${name} ${version} still takes starts; retire it first`);
    if (nowMs - retiredMs < DELETED_AFTER_MS) throw new Refusal('workflow_in_use', `${name} ${version} was retired ${Math.floor((nowMs - retiredMs) / 60_000)} min ago; starts that were taken just before may still be on their way, so try again an hour after it was retired`);
  }
  await refuseNeeded(door, name, version, new Set(defs.map(({ hash }) => hash)));
  // Looking through the runs took its time.
  refuseAliased(door, name, defs);
  // The pointer goes with what it points at; a service that still has the workflow publishes both again when it starts.
  const last = catalogue.publishedLast(name);
  const isCurrent = defs.some(({ hash }) => hash === last?.hash);
  const keys = [...(isCurrent ? [definitionKeys.current(name)] : []), ...defs.map(definitionKeys.definition), ...defs.map(definitionKeys.retired)];
  await written(door, door.ports.definitions.takeBack(keys), () => defs.every(({ hash }) => catalogue.byHash(hash) === undefined && catalogue.retiredMs(hash) === undefined));
  door.log.info({ workflow: name, version }, 'version deleted');
}

function checkAlias(alias: string): void {
  const problem = Alias.safeParse(alias).error?.issues[0]?.message;
  if (problem !== undefined) throw new Refusal('schema', `${problem}, but found ${JSON.stringify(alias.slice(0, 40))}`, { problems: [{ field: 'alias', message: problem }] });
}

function versionOf(door: Door, name: string, version: number): Published {
  const found = door.definitions.catalogue.versions(name).find(({ def }) => def.ver === version);
  if (found !== undefined) return found;
  const versions = [...new Set(viewOf(door, name).versions.map(({ def }) => def.ver))];
  throw new Refusal('unknown_workflow_version', `The workflow ${name} has no version ${version}; it has ${versions.slice(0, 20).join(', ')}`);
}

/** All definitions under one number: there are several where a service changed one without counting it up. */
function defsOf(door: Door, name: string, version: number): readonly DefinitionRef[] {
  versionOf(door, name, version);
  return door.definitions.catalogue.versions(name).map(({ def }) => def).filter(({ ver }) => ver === version);
}

function refuseAliased(door: Door, name: string, defs: readonly DefinitionRef[]): void {
  const alias = door.definitions.catalogue.aliases(name).find(({ routes }) => routes.some(({ def }) => defs.some(({ hash }) => hash === def.hash)));
  if (alias !== undefined) throw new Refusal('workflow_in_use', `The alias ${alias.alias} of ${name} sends starts to this version; set it to another one or remove it first`);
}

/** @throws Refusal `breaking_input` where starts would be refused that are taken now. */
export function refuseBreaking(door: Door, next: Pick<Published, 'def' | 'inputSchema'>): void {
  for (const { def } of door.definitions.catalogue.live(next.def.name)) {
    const before = door.definitions.catalogue.byHash(def.hash);
    const problems = before === undefined || before.def.hash === next.def.hash ? [] : narrowings(before.inputSchema, next.inputSchema);
    if (problems.length > 0) throw new Refusal('breaking_input', `Version ${next.def.ver} of ${next.def.name} refuses inputs that version ${def.ver} takes: ${problems[0]!.field === '' ? 'the input' : problems[0]!.field} ${problems[0]!.message}. Widen its schema, or set allowBreakingInput where nobody sends such inputs`, { problems });
  }
}

async function refuseNeeded(door: Door, name: string, version: number, hashes: ReadonlySet<string>): Promise<void> {
  for (const status of RUN_STATUSES.filter((one) => !isTerminal(one))) {
    for (let cursor: string | undefined; ; ) {
      const page = await door.reads.list({ status, workflow: name, limit: 1_000, ...(cursor !== undefined && { cursor }) });
      const needs = page.runs.find(({ def }) => hashes.has(def.hash));
      if (needs !== undefined) throw new Refusal('workflow_in_use', `The run ${needs.runId} is ${status} on ${name} ${version}, and others may be; list them with GET /v1/runs?workflow=${name}&status=${status}`);
      if (page.nextCursor === undefined) break;
      cursor = page.nextCursor;
    }
  }
}

export async function written(door: Door, writing: Promise<void>, isSeen: () => boolean): Promise<void> {
  try {
    await withDeadline(door.clock, door.config.sendDeadlineMs, 'Kafka', writing);
  } catch (cause) {
    throw new Refusal('unavailable', 'The change was not acknowledged, so it may or may not have been made; make it again, which is safe either way', { retryAfterSeconds: 2, cause });
  }
  if (!(await door.definitions.until(isSeen, SEEN_WITHIN_MS))) throw new Refusal('unavailable', 'The change is written, but this gateway has not read it back yet; look again in a moment', { retryAfterSeconds: 2 });
}

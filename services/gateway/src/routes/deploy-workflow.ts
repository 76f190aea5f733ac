import { ContractError, DeployWorkflowRequest, LIMITS, LIVE, Name, readDefinitionRecord, readValue, utf8Length, type DeployWorkflowResponse } from '@baton/contracts';
import { DefinitionError, defineWorkflow, definitionHash, validate, type Workflow } from '@baton/workflow';
import { withDeadline } from '../deadline.ts';
import type { Door } from '../door.ts';
import { readQuery } from '../http/query.ts';
import { readJson } from '../http/request-body.ts';
import { param, type Handler } from '../http/route.ts';
import { Refusal } from '../refusal.ts';
import { InputCheck } from '../starts/input-check.ts';
import { claimVersion, hasItsNumber, Turns } from '../workflows/version-claim.ts';
import { refuseBreaking, requireTaking } from '../workflows/versions.ts';

/** Who has published what was deployed here, as opposed to the name of a step service. */
export const DEPLOYER = 'gateway';

/** Each turn somebody else has taken the number; so many doors do not deploy one workflow at the same moment. */
const MOST_TURNS = 50;

/** PUT /v1/workflows/:name: 201 once the definition is on the log, 200 where it was the current one already. */
export function deployWorkflow(door: Door): Handler {
  const schemas = new InputCheck();
  const turns = new Turns();
  return async (request, response) => {
    readQuery(request, {});
    requireTaking(door);
    const name = nameOf(param(request, 'name'));
    const body = readValue(DeployWorkflowRequest, await readJson(request, door.jsonLimits));
    requireOurs(door, name);
    const { problems } = validate(body.asl);
    const told = (severity: 'error' | 'warning') => problems.filter((problem) => problem.severity === severity).map(({ path, message }) => ({ field: path, message }));
    const errors = told('error');
    if (errors.length > 0) throw new Refusal('invalid_definition', `The definition has ${errors.length} mistake${errors.length === 1 ? '' : 's'}: ${errors[0]!.field} ${errors[0]!.message}`, { problems: errors });
    if (body.inputSchema !== undefined) schemas.checkSchema(name, body.inputSchema);
    const { def, status } = await turns.take(name, () => deploy(door, name, body));
    response.status(status === 'deployed' ? 201 : 200).json({ def, status, warnings: told('warning') } satisfies DeployWorkflowResponse);
  };
}

async function deploy(door: Door, name: string, body: DeployWorkflowRequest): Promise<Pick<DeployWorkflowResponse, 'def' | 'status'>> {
  const { catalogue } = door.definitions;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    requireOurs(door, name);
    const hasLive = catalogue.aliases(name).some(({ alias }) => alias === LIVE);
    const newest = catalogue.versions(name)[0]?.def;
    const workflow = workflowOf(name, body, newest === undefined ? undefined : { ver: newest.ver, hash: hasItsNumber(newest, door) ? newest.hash : undefined });
    const { def } = workflow;
    // Where an operator has said what starts take, a new version changes nothing of it.
    if (!hasLive && body.allowBreakingInput !== true) refuseBreaking(door, workflow);
    // It would be what starts take, and they would all be refused.
    if (catalogue.retiredMs(def.hash) !== undefined) throw new Refusal('workflow_retired', `${name} ${def.ver} is this definition, and was retired; take the retirement back, or deploy it under another version`);
    if (def.hash === catalogue.current(name)?.def.hash) return { def, status: 'unchanged' };
    const records = workflow.toRecords(DEPLOYER);
    for (const record of records) requireReadable(JSON.stringify(record));
    const isClaimed = body.version === undefined && catalogue.byHash(def.hash) === undefined;
    if (isClaimed && !(await claimVersion(workflow, door, DEPLOYER))) continue;
    // Of one that has claimed its number only the pointer is missing.
    await withDeadline(door.clock, door.config.sendDeadlineMs, 'Kafka', door.ports.definitions.publish(isClaimed ? records.slice(1) : records));
    // A start that follows at once finds it; elsewhere it may take a moment.
    await door.definitions.until(() => (hasLive ? catalogue.byHash(def.hash) : catalogue.current(name))?.def.hash === def.hash, door.config.unknownWorkflowWaitMs);
    door.log.info({ workflow: name, version: def.ver, hash: def.hash }, 'definition deployed');
    return { def, status: 'deployed' };
  }
  throw new Refusal('unavailable', `Others deploy ${name} all the time, and have taken ${MOST_TURNS} versions meanwhile; deploy it again, or name a version`, { retryAfterSeconds: 2 });
}

/** @throws Refusal `workflow_taken`. */
function requireOurs({ definitions: { catalogue } }: Door, name: string): void {
  const current = catalogue.current(name);
  if (current !== undefined && current.publishedBy !== DEPLOYER) throw new Refusal('workflow_taken', `The service ${current.publishedBy} publishes the workflow ${name}, and would do so again; deploy under another name, or change it there`);
}

function nameOf(text: string): string {
  const name = Name.safeParse(text);
  if (!name.success) throw new Refusal('schema', `The name ${JSON.stringify(text.slice(0, 100))} is none of a workflow: ${name.error.issues[0]?.message ?? 'it does not fit'}`, { problems: [{ field: 'name', message: name.error.issues[0]?.message ?? 'does not fit' }] });
  return name.data;
}

/** With the version it was given; else with that of the newest one where it means the same, or the next. @param newest without its hash where nothing may be the same as it. */
function workflowOf(name: string, { asl, inputSchema, version }: DeployWorkflowRequest, newest: { readonly ver: number; readonly hash: string | undefined } | undefined): Workflow {
  const source = { name, asl, ...(inputSchema !== undefined && { inputSchema }) };
  const same = newest !== undefined && definitionHash({ ...source, version: newest.ver }) === newest.hash;
  try {
    return defineWorkflow({ ...source, version: version ?? (newest === undefined ? 1 : same ? newest.ver : newest.ver + 1) });
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new Refusal('invalid_definition', error.message, { problems: error.problems.map(({ path, message }) => ({ field: path, message })), cause: error });
  }
}

/** What every reader of the topic must be able to read. @throws Refusal. */
function requireReadable(text: string): void {
  if (utf8Length(text) > LIMITS.recordBytes) throw new Refusal('payload_too_large', `Expected a definition of at most ${LIMITS.recordBytes} bytes with what belongs to it, but found ${utf8Length(text)}`);
  try {
    readDefinitionRecord(text);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new Refusal('invalid_definition', error.message, { problems: error.problems, cause: error });
  }
}

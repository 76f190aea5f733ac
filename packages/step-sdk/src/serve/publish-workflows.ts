/** Publishes the workflows of a service, and refuses before anything is published where starts would be refused that were taken before. */
import { LIVE, OperatingError } from '@baton/contracts';
import type { Log } from '@baton/platform-kit';
import type { Definitions } from '@baton/ports';
import { DefinitionCatalogue, narrowings, type Workflow } from '@baton/workflow';

export interface WorkflowsPlan {
  readonly service: string;
  readonly workflows: readonly Workflow[];
  /** Names of workflows that may take less than before. */
  readonly allowBreakingInput: readonly string[];
  readonly definitions: Definitions;
  readonly log: Log;
}

/** @throws OperatingError `breaking_input` with every field of every workflow, `unavailable` where Kafka is away. */
export async function publishWorkflows({ service, workflows, allowBreakingInput, definitions, log }: WorkflowsPlan): Promise<void> {
  if (workflows.length === 0) return;
  const catalogue = await readAll(definitions);
  const refused = workflows.flatMap((workflow) => {
    const breaks = breaksOf(workflow, catalogue);
    if (breaks === undefined) return [];
    if (!breaks.isOlder && !allowBreakingInput.includes(workflow.def.name)) return [breaks.says];
    log.warn({ workflow: workflow.def.name, version: workflow.def.ver }, breaks.says);
    return [];
  });
  if (refused.length > 0) throw new OperatingError('breaking_input', `${refused.join('. ')}. Widen the schema, or name the workflow in allowBreakingInput (BATON_ALLOW_BREAKING_INPUT) where nobody sends such inputs; or set the alias ${LIVE} to the version that starts take now, and move it when all is ready`, { retry: 'no' });
  for (const workflow of workflows) {
    await definitions.publish(workflow.toRecords(service));
    log.info({ workflow: workflow.def.name, version: workflow.def.ver, hash: workflow.def.hash }, 'workflow published');
  }
}

/** `isOlder`: a version is published again that is lower than what starts take, by a rollback or by a replica of before a rollout, which must not be kept from starting. */
function breaksOf({ def, inputSchema }: Workflow, catalogue: DefinitionCatalogue): { readonly says: string; readonly isOlder: boolean } | undefined {
  // Where an operator has said what starts take, publishing changes nothing of it.
  if (catalogue.aliases(def.name).some(({ alias }) => alias === LIVE)) return undefined;
  const before = catalogue.current(def.name);
  if (before === undefined || before.def.hash === def.hash) return undefined;
  const problems = narrowings(before.inputSchema, inputSchema);
  if (problems.length === 0) return undefined;
  const fields = problems.map(({ field, message }) => `${field === '' ? 'the input' : field} ${message}`).join('; ');
  return { says: `Version ${def.ver} of ${def.name} refuses inputs that version ${before.def.ver} takes: ${fields}`, isOlder: def.ver < before.def.ver };
}

async function readAll(definitions: Definitions): Promise<DefinitionCatalogue> {
  const catalogue = new DefinitionCatalogue();
  // What cannot be read is reported by those who go by it.
  const following = await definitions.follow((records) => void catalogue.accept(records));
  await following.stop();
  return catalogue;
}

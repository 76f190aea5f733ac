import type { WorkflowView } from '@baton/contracts';
import type { Command } from 'commander';
import { usage } from '../failure.ts';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';

export function addWorkflows(program: Command, session: (command: Command) => Session): void {
  const workflows = program
    .command('workflows')
    .summary('list what can be started; versions and aliases')
    .description('List the workflows that services have published. With --json also the schema of their input.')
    .action(async (_options: unknown, command: Command) => {
      const called = session(command);
      const list = await called.client.workflows();
      called.answer(list, () => (list.workflows.length === 0 ? 'No workflows. A step service publishes its own when it starts.' : table(['WORKFLOW', 'VERSION', 'HASH', 'PUBLISHED BY'], list.workflows.map(({ def, publishedBy }) => [def.name, String(def.ver), def.hash.slice(0, 12), publishedBy]))));
    });

  const change = (name: string, args: readonly (readonly [string, string])[], texts: { readonly summary: string; readonly description: string }): Command => {
    const command = workflows.command(name).summary(texts.summary).description(texts.description).argument('<workflow>', 'name of the workflow');
    for (const [argument, description] of args) command.argument(argument, description);
    return command;
  };
  const version = ['<version>', 'its number'] as const;

  change('show', [], { summary: 'show the versions and aliases of one', description: 'Show every version that is kept of a workflow, its aliases, and what starts take that ask for none.' }).action(async (name: string, _options: unknown, command: Command) => {
    const called = session(command);
    answer(called, await called.client.workflow(name));
  });
  change('alias', [['<alias>', 'its name; live is what starts take that ask for no version'], ['[versions...]', 'one version, or two with their weights, as 3=90 4=10']], { summary: 'say which version an alias stands for', description: 'Send the starts that ask for an alias to one version, or share them between two by weight.' })
    .option('--remove', 'remove the alias; without live starts take what was published last')
    .option('--allow-breaking-input', 'also where live would then refuse inputs that it took before')
    .option('--by <who>', 'who does it, for people')
    .action(async (name: string, alias: string, versions: readonly string[], { remove, allowBreakingInput = false, by }: { readonly remove?: boolean; readonly allowBreakingInput?: boolean; readonly by?: string }, command: Command) => {
      const called = session(command);
      if (remove === true && versions.length > 0) throw usage('Expected either versions or --remove, but found both');
      if (remove !== true && versions.length === 0) throw usage(`Expected the version that ${alias} stands for, or --remove`, `See what there is with: baton workflows show ${name}`);
      if (remove === true) return answer(called, await called.client.removeAlias(name, alias));
      answer(called, await called.client.setAlias(name, alias, { routes: versions.map(shareIn), allowBreakingInput, ...(by !== undefined && { by }) }));
    });
  change('retire', [version], { summary: 'take no new starts on a version', description: 'Take no new starts on a version. What runs on it goes on.' })
    .option('--by <who>', 'who does it, for people')
    .action(async (name: string, number: string, { by }: { readonly by?: string }, command: Command) => {
      const called = session(command);
      answer(called, await called.client.retireVersion(name, versionIn(number), by === undefined ? {} : { by }));
    });
  change('bring-back', [version], { summary: 'take starts on a retired version again', description: 'Take starts on a retired version again.' }).action(async (name: string, number: string, _options: unknown, command: Command) => {
    const called = session(command);
    answer(called, await called.client.bringBackVersion(name, versionIn(number)));
  });
  change('delete', [version], { summary: 'delete a version that no run needs', description: 'Delete a version for good: one that was retired an hour ago or earlier and that no run needs.' }).action(async (name: string, number: string, _options: unknown, command: Command) => {
    const called = session(command);
    answer(called, await called.client.deleteVersion(name, versionIn(number)));
  });
}

function answer(called: Session, workflow: WorkflowView): void {
  called.answer(workflow, () => {
    const { name, versions, aliases, live } = workflow;
    if (versions.length === 0) return `Nothing is left of ${name}.`;
    const shares = (routes: readonly { readonly version: number; readonly weight: number }[]): string => (routes.length === 1 ? `${routes[0]!.version}` : routes.map((route) => `${route.version}=${route.weight}`).join(' '));
    const lines = [table(['VERSION', 'HASH', 'PUBLISHED BY', 'STARTS'], versions.map(({ def, publishedBy, retiredMs }) => [String(def.ver), def.hash.slice(0, 12), publishedBy, retiredMs === undefined ? 'taken' : `none since ${new Date(retiredMs).toISOString()}`]))];
    const hasLive = aliases.some(({ alias }) => alias === 'live');
    lines.push('', ...aliases.map(({ alias, routes, by }) => `${alias} ${shares(routes)}${by === undefined ? '' : ` (${by})`}`));
    if (!hasLive) lines.push(live.length === 0 ? 'live nothing: name a version to start one' : `live ${shares(live)} (published last)`);
    return lines.join('\n');
  });
}

/** `4` or `4=10`. */
function shareIn(text: string): { version: number; weight?: number } {
  const match = /^([1-9]\d{0,14})(?:[=:]([1-9]\d{0,2}))?$/.exec(text);
  if (match === null) throw usage(`Expected a version such as 4, or with its weight such as 4=10, but found ${JSON.stringify(text)}`);
  return { version: Number(match[1]), ...(match[2] !== undefined && { weight: Number(match[2]) }) };
}

function versionIn(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw usage(`Expected a version as a whole number from 1, but found ${JSON.stringify(text)}`);
  return Number(text);
}

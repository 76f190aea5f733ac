/** A definition to the gateway, without a service that publishes it. Checked here first, where its lines are known. */
import { basename } from 'node:path';
import { isJsonObject } from '@baton/contracts';
import { readDefinitionText, unboundResources, validateText, withResources } from '@baton/workflow';
import type { Command } from 'commander';
import { BIND_HELP, boundFor, readBindings } from '../definitions/bindings.ts';
import { problemLine } from '../definitions/problem-line.ts';
import { readDefinitionFile } from '../definitions/read-file.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../failure.ts';
import { collect, readJsonObjectArgument } from '../input.ts';
import type { Session } from '../session.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly name?: string;
  readonly bind?: readonly string[];
  readonly inputSchema?: string;
  readonly asVersion?: number;
  readonly allowBreakingInput?: boolean;
}

export function addDeploy(program: Command, session: (command: Command) => Session): void {
  program
    .command('deploy')
    .summary('deploy a definition without a service')
    .description(
      'Make a definition, JSON or YAML, the one that new runs of its name take. Checked as by validate, with all mistakes at once; nothing is deployed where there is one. The same definition again changes nothing. The gateway must be set up to take definitions, as that of baton dev is. Ends with 5 where the definition has an error.',
    )
    .argument('<file>', 'the definition, or - for standard input')
    .option('-n, --name <name>', 'name of the workflow (default: that of the file, up to its first dot)')
    .option('-b, --bind <binding>', BIND_HELP, collect)
    .option('--input-schema <json>', 'JSON Schema that the input of a run must fit, or @file.json')
    .option('--as-version <number>', 'version, for people (default: one more than that of the one before)', wholeNumber('--as-version'))
    .option('--allow-breaking-input', 'also where starts would then be refused that are taken now')
    .action(async (file: string, { name = nameOf(file), bind = [], inputSchema, asVersion, allowBreakingInput = false }: Options, command: Command) => {
      const called = session(command);
      const { world, style } = called;
      const { text, format } = await readDefinitionFile(file, world);
      const schema = inputSchema === undefined ? undefined : await readJsonObjectArgument('--input-schema', inputSchema, { world, what: 'a JSON Schema' });
      const resources = boundFor(readDefinitionText(text, format).value, await readBindings(bind, world), file);
      const { definition, problems } = validateText(text, { bindings: resources, ...(format !== undefined && { format }) });
      const lines = problems.map((problem) => problemLine(file, problem, style));
      if (definition === undefined || !isJsonObject(definition) || problems.some(({ severity }) => severity === 'error')) {
        called.exit(EXIT.differences);
        const unbound = definition !== undefined && isJsonObject(definition) ? unboundResources(withResources(definition, resources)) : [];
        const advice = unbound.length === 0 ? [] : ['', `Bind what was written for AWS to steps: ${unbound.map((resource) => `--bind '${resource}=<service>/<step>'`).join(' ')}`];
        called.answer({ deployed: false, problems, ...(unbound.length > 0 && { unbound }) }, () => [...lines, ...advice, '', 'Nothing was deployed.'].join('\n'));
        return;
      }
      for (const line of lines) called.note(line);
      const { def, status, warnings } = await called.client.deploy(name, { asl: withResources(definition, resources), ...(schema !== undefined && { inputSchema: schema }), ...(asVersion !== undefined && { version: asVersion }), allowBreakingInput });
      called.answer({ deployed: true, def, status, warnings }, () => `${def.name} version ${def.ver} ${status === 'deployed' ? style.good('deployed') : 'is there already'}  ${style.quiet(def.hash.slice(0, 12))}\n${style.quiet(`Start it with: baton start ${def.name} --input '{}'`)}`);
    });
}

function nameOf(file: string): string {
  const [name] = basename(file).split('.');
  if (file === '-' || name === undefined || name === '') throw usage('Say with --name what the workflow is called');
  return name;
}

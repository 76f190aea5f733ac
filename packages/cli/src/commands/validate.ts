/** Whether definitions are sound, before anybody runs them. Speaks to nobody. */
import { isJsonObject, type Json } from '@baton/contracts';
import { bindResources, readDefinitionText, validateText, type DefinitionProblem } from '@baton/workflow';
import type { Command } from 'commander';
import { BIND_HELP, isStep, readBindings, type Bindings } from '../definitions/bindings.ts';
import { problemLine } from '../definitions/problem-line.ts';
import { readDefinitionFile } from '../definitions/read-file.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../failure.ts';
import { collect, readJsonArgument } from '../input.ts';
import type { Session } from '../session.ts';
import type { World } from '../world.ts';

interface Options {
  readonly bind?: readonly string[];
  readonly steps?: string;
  readonly strict?: boolean;
}

interface Checked {
  readonly file: string;
  readonly valid: boolean;
  readonly problems: readonly DefinitionProblem[];
}

export function addValidate(program: Command, session: (command: Command) => Session): void {
  program
    .command('validate')
    .summary('check definitions before they run')
    .description(
      'Check workflow definitions in Amazon States Language, as JSON or YAML, and list everything that is wrong, each with its line, column and path. Speaks to nobody. Ends with 5 where a definition has an error. What each field takes is in docs/reference/language.md.',
    )
    .argument('<file...>', 'definitions, or - for standard input')
    .option('-b, --bind <binding>', BIND_HELP, collect)
    .option('--steps <json>', 'warn of steps that are not among these: a list ["<service>/<step>"], or @file.json')
    .option('--strict', 'end with 5 where there are only warnings, too')
    .action(async (files: readonly string[], { bind = [], steps, strict = false }: Options, command: Command) => {
      const called = session(command);
      const { world, style } = called;
      const bindings = await readBindings(bind, world);
      const options = steps === undefined ? {} : { offered: await stepsOf(steps, world) };
      const checked: Checked[] = [];
      for (const name of files) {
        const { text, format } = await readDefinitionFile(name, world);
        const { machine, problems } = validateText(text, { ...options, bindings: resourcesIn(text, format, bindings), ...(format !== undefined && { format }) });
        checked.push({ file: name, valid: machine !== undefined, problems });
      }
      const problems = checked.flatMap((one) => one.problems);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      const warnings = problems.length - errors;
      if (errors > 0 || (strict && warnings > 0)) called.exit(EXIT.differences);
      called.answer({ valid: errors === 0, errors, warnings, files: checked }, () => {
        const lines = checked.flatMap(({ file, problems: found }) => found.map((problem) => problemLine(file, problem, style)));
        const all = `${counted(checked.length, 'definition')} checked: ${errors === 0 ? style.good('no error') : style.bad(counted(errors, 'error'))}${warnings === 0 ? '' : `, ${style.warn(counted(warnings, 'warning'))}`}`;
        return [...lines, ...(lines.length > 0 ? [''] : []), all].join('\n');
      });
    });
}

/** Bindings that are meant for another of the files bind nothing here. */
function resourcesIn(text: string, format: 'json' | 'yaml' | undefined, bindings: Bindings): Bindings {
  const { value } = readDefinitionText(text, format);
  return { ...bindings, ...(value !== undefined && isJsonObject(value) && bindResources(value, bindings).resources) };
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

async function stepsOf(given: string, world: World): Promise<readonly string[]> {
  const read = await readJsonArgument('--steps', given, world);
  if (!Array.isArray(read) || !read.every((step) => isStep(step as Json))) throw usage('--steps expects a list ["<service>/<step>"]');
  return read as readonly string[];
}

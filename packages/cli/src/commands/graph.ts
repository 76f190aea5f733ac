/** A definition as a picture. Speaks to nobody. */
import { writeFile } from 'node:fs/promises';
import { graphOf, mermaidOf, validateText } from '@baton/workflow';
import type { Command } from 'commander';
import { readDefinitionFile } from '../definitions/read-file.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure, usage } from '../failure.ts';
import { svgOf } from '../graph/svg.ts';
import type { Session } from '../session.ts';

interface Options {
  readonly format?: string;
  readonly output?: string;
}

const FORMATS = ['mermaid', 'svg'] as const;
type Format = (typeof FORMATS)[number];

export function addGraph(program: Command, session: (command: Command) => Session): void {
  program
    .command('graph')
    .summary('draw a definition')
    .description('Draw a workflow definition, JSON or YAML: states, where they lead, errors that are caught, and machines inside others as boxes. Also one that has mistakes, as far as it can be understood. Speaks to nobody.')
    .argument('<file>', 'the definition, or - for standard input')
    .option('-f, --format <format>', `${FORMATS.join(' or ')} (default: by the ending of --output, else mermaid)`)
    .option('-o, --output <path>', 'write the picture to this file')
    .action(async (file: string, { format, output }: Options, command: Command) => {
      const called = session(command);
      const wanted = formatOf(format, output);
      const { text, format: written } = await readDefinitionFile(file, called.world);
      const { definition, problems } = validateText(text, written === undefined ? {} : { format: written });
      const graph = definition === undefined ? undefined : graphOf(definition);
      if (graph === undefined || graph.nodes.length === 0) {
        const [problem] = problems;
        throw new Failure(`${file} has no states that could be drawn${problem === undefined ? '' : `: ${problem.message} (line ${problem.line})`}`, { exit: EXIT.refused, code: 'invalid_definition', next: `See everything that is wrong with: baton validate ${file}` });
      }
      const picture = wanted === 'svg' ? svgOf(graph) : mermaidOf(graph);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      if (errors > 0) called.note(`The definition has ${errors} error${errors === 1 ? '' : 's'}; see them with: baton validate ${file}`);
      if (output !== undefined) await writeFile(output, picture);
      called.answer({ file, format: wanted, errors, ...(output === undefined ? { picture } : { output }) }, () => (output === undefined ? picture.trimEnd() : `Written: ${output}`));
    });
}

function formatOf(given: string | undefined, output: string | undefined): Format {
  if (given === undefined) return output !== undefined && /\.svg$/i.test(output) ? 'svg' : 'mermaid';
  const format = FORMATS.find((one) => one === given);
  if (format === undefined) throw usage(`--format expects ${FORMATS.join(' or ')}, but found ${JSON.stringify(given)}`);
  return format;
}

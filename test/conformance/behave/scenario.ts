/** The scenarios of behave-asl as they lie in the folder; an outline is as many scenarios as it has rows of examples. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Step {
  readonly text: string;
  readonly docstring?: string;
}

export interface Scenario {
  readonly id: string;
  readonly feature: string;
  readonly scenario: string;
  readonly steps: readonly Step[];
  /** Rows with the names of the columns first; a row that repeats them begins another table. */
  readonly examples: readonly (readonly string[])[];
  /** `repository@commit:path` */
  readonly source: string;
}

export function readScenarios(folder: string): readonly Scenario[] | undefined {
  const file = join(folder, 'scenarios.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Scenario[]) : undefined;
}

/** @returns the steps of each row; of the one scenario where there are no examples. */
export function rowsOf({ steps, examples }: Scenario): readonly { readonly row: string; readonly steps: readonly Step[] }[] {
  const [names, ...rest] = examples;
  if (names === undefined) return [{ row: '', steps }];
  return rest
    .filter((row) => row.join('\n') !== names.join('\n'))
    .map((row) => {
      const filled = (text: string): string => names.reduce((filling, name, i) => filling.replaceAll(`<${name}>`, row[i] ?? ''), text);
      return { row: row.join(' | '), steps: steps.map(({ text, docstring }) => ({ text: filled(text), ...(docstring !== undefined && { docstring: filled(docstring) }) })) };
    });
}

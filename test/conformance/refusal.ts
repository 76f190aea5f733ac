/** How a definition that was refused is named in a table: by what is refused, not by where it stands. */
import { isJsonObject, type Json } from '@baton/contracts';
import { validate, type DefinitionProblem, type StateMachine } from '@baton/workflow';

export type Checked = { readonly machine: StateMachine } | { readonly refused: readonly DefinitionProblem[] };

/** Refused for nothing but what Baton cannot run yet: that says nothing of the definition. */
export const isOnlyUnsupported = (problems: readonly DefinitionProblem[]): boolean => problems.every(({ unsupported }) => unsupported !== undefined);

export function check(definition: Json): Checked {
  const { machine, problems } = validate(definition);
  return machine === undefined ? { refused: problems.filter(({ severity }) => severity === 'error') } : { machine };
}

/** The first problem, the names of states left out, so that the same feature has the same name in every definition. */
export function featureOf(problems: readonly DefinitionProblem[], definition: Json): string {
  const problem = problems.find(({ unsupported }) => unsupported === undefined) ?? problems[0];
  if (problem === undefined) return 'refused without a reason';
  if (problem.unsupported !== undefined) return problem.unsupported;
  return `${withoutStateNames(problem.path, definition)}: ${problem.message}`;
}

function withoutStateNames(path: string, definition: Json): string {
  const names = isJsonObject(definition) ? allNames(definition) : [];
  let text = path;
  for (const name of names.sort((a, b) => b.length - a.length)) text = text.replaceAll(`.States.${name}`, '.States.*').replaceAll(`.States[${JSON.stringify(name)}]`, '.States.*');
  return text.replace(/\[\d+\]/g, '[*]').replace(/\.Baton\.Resources\[.*\]/, '.Baton.Resources');
}

function allNames(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => allNames(item as Json));
  if (!isJsonObject(value)) return [];
  const own = isJsonObject(value['States']) ? Object.keys(value['States']) : [];
  return [...own, ...Object.values(value).flatMap(allNames)];
}

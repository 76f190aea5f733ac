import { validate, type DefinitionProblem, type ValidateOptions } from '../index.ts';

/** What is wrong with a definition, but for what this version cannot run. */
export const problemsOf = (definition: unknown, options?: ValidateOptions): readonly DefinitionProblem[] => validate(definition, options).problems.filter((problem) => problem.unsupported === undefined);

export const errorsOf = (definition: unknown): string[] => told(problemsOf(definition).filter(({ severity }) => severity === 'error'));
export const warningsOf = (definition: unknown, options?: ValidateOptions): string[] => told(problemsOf(definition, options).filter(({ severity }) => severity === 'warning'));

const told = (problems: readonly DefinitionProblem[]): string[] => problems.map(({ path, message }) => `${path}: ${message}`);

/** A machine of one state, which ends it. */
export const machineOf = (state: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): unknown => ({
  ...more,
  StartAt: 'A',
  States: { A: state['Type'] === 'Choice' || state['Type'] === 'Succeed' || state['Type'] === 'Fail' ? state : { End: true, ...state } , ...(state['Type'] === 'Choice' && { B: { Type: 'Succeed' } }) },
});

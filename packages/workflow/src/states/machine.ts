/** Machines: the outermost one, and those that stand inside Parallel and Map. */
import { z } from 'zod';
import { MachineExtension } from '../baton-extension.ts';
import { comment, positiveSeconds, stateName } from './fields.ts';
import type { State } from './index.ts';
import { QueryLanguage } from './query-language.ts';

/** States with a beginning: what a machine is made of. Its states are checked one by one against the schema of their kind and language. */
export interface NestedMachine {
  readonly Comment?: string | undefined;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object that the checks go into by themselves; here only that it is one. The JSON Schema puts a reference in its place. */
export const machineInside = z.custom<NestedMachine>(isObject, 'Expected an object with StartAt and States').meta({ machine: 'nested' });

const container = {
  StartAt: stateName.describe('The state that comes first.'),
  States: z.custom<NestedMachine['States']>(isObject, 'Expected an object: states by their names').meta({ states: true, description: 'The states, by their names, which no other machine of the definition has.' }),
};

export const NestedMachine = z.strictObject({
  ...comment,
  QueryLanguage: QueryLanguage.optional().describe('As on the outermost machine, and no other.'),
  ...container,
});

export const StateMachine = z.strictObject({
  ...comment,
  Version: z.literal('1.0').optional().describe('The version of Amazon States Language.'),
  QueryLanguage: QueryLanguage.optional().describe('The language of the states that do not name their own. Default JSONPath.'),
  ...container,
  TimeoutSeconds: positiveSeconds.optional().describe('Seconds that a run may take, from 1 to 99,999,999; then it fails with States.Timeout.'),
  Baton: MachineExtension.optional().describe('What Baton adds: Defaults of the platform, and Resources that bind names to steps.'),
});
export type StateMachine = z.infer<typeof StateMachine>;

/**
 * What expressions read of `$states`. Source: AWS Step Functions, "Transforming data with JSONata": the result of a Task,
 * Parallel or Map is there for its Output and Assign, the error output for those of a rule of Catch, and reading either
 * elsewhere is a mistake of the definition.
 */
import { statesMembersIn } from '@baton/expressions';
import type { Report } from '../problem.ts';
import type { StateType } from '../states/index.ts';
import type { Expression } from './expressions-in.ts';

const MEMBERS = ['input', 'result', 'errorOutput', 'context'];
const HAVE_RESULT: ReadonlySet<StateType> = new Set<StateType>(['Task', 'Parallel', 'Map']);
const AFTER: ReadonlySet<PropertyKey> = new Set(['Output', 'Assign']);

export function checkStatesVariable(expressions: readonly Expression[], { type, at }: { readonly type: StateType; readonly at: readonly PropertyKey[] }, report: Report): void {
  for (const { keys, text } of expressions) {
    for (const member of statesMembersIn(text)) {
      const message = mistake(member, keys, type);
      if (message !== undefined) report([...at, ...keys], message, { meant: MEMBERS.includes(member) ? undefined : { word: member, among: MEMBERS } });
    }
  }
}

function mistake(member: string, [field, , inner]: readonly PropertyKey[], type: StateType): string | undefined {
  switch (member) {
    case 'result':
      if (!HAVE_RESULT.has(type)) return `Expected no $states.result, since a ${type} has no result of its own`;
      return AFTER.has(field!) || field === 'Compensate' ? undefined : `Expected no $states.result here: it is there for Output and Assign of the ${type}`;
    case 'errorOutput':
      return field === 'Catch' && AFTER.has(inner!) ? undefined : 'Expected no $states.errorOutput here: it is there for Output and Assign of a rule of Catch';
    default:
      return MEMBERS.includes(member) ? undefined : `$states has no ${JSON.stringify(member)}`;
  }
}

/** Paths into the context object that find nothing, whatever the run: a member that it does not have. Only warnings, since a Choice may ask for it. */
import type { Report } from '../problem.ts';
import type { Expression } from './expressions-in.ts';

/** Source: AWS Step Functions, "Accessing execution data from the Context object". */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Execution: ['Id', 'Input', 'Name', 'RoleArn', 'StartTime', 'RedriveCount', 'RedriveTime'],
  State: ['EnteredTime', 'Name', 'RetryCount'],
  StateMachine: ['Id', 'Name'],
  Task: ['Token'],
  Map: ['Item'],
};
const CONTEXT_PATH = /^\$\$\.(\w+)(?:\.(\w+))?/;

export function checkContextPaths(expressions: readonly Expression[], at: readonly PropertyKey[], report: Report): void {
  for (const { keys, text } of expressions) {
    const [, group, member] = CONTEXT_PATH.exec(text) ?? [];
    if (group === undefined) continue;
    const known = Object.hasOwn(MEMBERS, group) ? MEMBERS[group] : undefined;
    const place = [...at, ...keys];
    if (known === undefined) missing(group, { of: 'The context object', known: Object.keys(MEMBERS) }, place, report);
    else if (member !== undefined && !known.includes(member)) missing(member, { of: `$$.${group}`, known }, place, report);
  }
}

function missing(name: string, { of, known }: { readonly of: string; readonly known: readonly string[] }, at: readonly PropertyKey[], report: Report): void {
  report(at, `${of} has no ${JSON.stringify(name)}: this path finds nothing`, { severity: 'warning', meant: { word: name, among: known } });
}

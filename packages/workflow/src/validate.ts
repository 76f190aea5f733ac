/** All mistakes of a definition at once: the shape of every state by the schemas of states/, then what no schema can see. */
import { checkJson, ContractError, DEFAULT_JSON_LIMITS, isJsonObject, type JsonObject } from '@baton/contracts';
import { checkDefinition, checkLoneState, type CheckOptions } from './checks/machine.ts';
import { problemList } from './checks/problems.ts';
import { shown } from './checks/wording.ts';
import { looksLikeShortForm } from './looks-like-short-form.ts';
import { DefinitionError, type DefinitionProblem, type Report } from './problem.ts';
import type { StateMachine } from './states/index.ts';
import { keysOfPointer } from './text/definition-text.ts';

export type Validated = { readonly machine: StateMachine; readonly problems: readonly DefinitionProblem[] } | { readonly machine?: never; readonly problems: readonly DefinitionProblem[] };

export interface ValidateOptions {
  /** Steps that services offer, as `<service>/<step>`: others are warned of. Absent: nothing is known of services. */
  readonly offered?: Iterable<string>;
  /** What Resources are bound to beside the definition's own `Baton.Resources`, and before them. */
  readonly bindings?: Readonly<Record<string, string>>;
}

/** @returns the typed machine where there is no error (there may be warnings), and every problem. */
export function validate(definition: unknown, options: ValidateOptions = {}): Validated {
  const problems = problemsOf((report) => collect(definition, options, report));
  const failed = problems.some((problem) => problem.severity === 'error');
  return failed ? { problems } : { machine: definition as StateMachine, problems };
}

/** As validate, for one state without its machine, such as one that is tried out alone. @param machine what is known of it, such as QueryLanguage. */
export function validateState(state: unknown, machine: JsonObject = {}, options: ValidateOptions = {}): readonly DefinitionProblem[] {
  return problemsOf((report) => collect(state, options, report, (object, checks) => checkLoneState(object, machine, checks)));
}

/** Every problem of a definition, to whoever takes them down. */
export function collect(given: unknown, { offered, bindings = {} }: ValidateOptions, report: Report, check: (object: JsonObject, options: CheckOptions) => void = checkDefinition): void {
  const definition = withoutUndefined(given, DEFAULT_JSON_LIMITS.maxDepth);
  try {
    checkJson(definition);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return report(keysOfPointer(error.field), error.problems?.[0]?.message ?? error.message);
  }
  if (!isJsonObject(definition)) return report([], `Expected an object, but found ${shown(definition)}`);
  if (looksLikeShortForm(definition)) return report([], 'Expected Amazon States Language, an object with StartAt and States, but this is the short form, which shortForm() makes Amazon States Language of');
  check(definition, { report, bindings, offered: offered === undefined ? undefined : new Set(offered) });
}

/** Written in code, a member may be undefined and is then none, as in JSON. What is nested deeper than is allowed stays as it is, to be refused. */
function withoutUndefined(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((item) => withoutUndefined(item, depth - 1));
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, withoutUndefined(inner, depth - 1)]])));
}

function problemsOf(work: (report: Report) => void): readonly DefinitionProblem[] {
  const { problems, report } = problemList();
  work(report);
  return problems;
}

/** As validate, for code that goes on only with a sound machine. @throws DefinitionError with every mistake. */
export function validMachine(definition: unknown, what = 'The definition'): StateMachine {
  const { machine, problems } = validate(definition);
  if (machine === undefined) throw new DefinitionError(what, problems.filter((p) => p.severity === 'error'));
  return machine;
}

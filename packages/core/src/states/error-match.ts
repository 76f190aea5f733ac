import type { RunError } from '@baton/contracts';

/** Fails the run whatever Retry and Catch say, even where they name it. Source: AWS Step Functions, "Error names". */
const FATAL = 'States.Runtime';
/** Errors that the wildcard leaves alone: trying again or going on cannot help. */
const NOT_IN_ALL: ReadonlySet<string> = new Set([FATAL, 'States.DataLimitExceeded']);
const TIMEOUTS: ReadonlySet<string> = new Set(['States.Timeout', 'States.HeartbeatTimeout']);

/** The first rule that names this error: index in the list of Retry or Catch; undefined where none does. */
export function ruleFor(error: RunError, rules: readonly { readonly ErrorEquals: readonly string[] }[] = [], also?: string): number | undefined {
  const index = rules.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error, also));
  return index < 0 ? undefined : index;
}

/** Whether one of the names means this error. `Baton.BusinessError` means every business error. @param also another name it is known by. */
export function matchesError(names: readonly string[], error: RunError, also?: string): boolean {
  if (error.name === FATAL) return false;
  return names.some((name) => {
    if (name === error.name || name === also) return true;
    if (name === 'States.ALL') return !NOT_IN_ALL.has(error.name);
    if (name === 'States.TaskFailed') return !NOT_IN_ALL.has(error.name) && !TIMEOUTS.has(error.name);
    if (name === 'States.Timeout') return error.name === 'States.HeartbeatTimeout';
    return name === 'Baton.BusinessError' && error.kind === 'business';
  });
}

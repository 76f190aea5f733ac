import type { RunError } from '@baton/contracts';

/** Errors that the wildcard leaves alone: trying again or going on cannot help. Source: AWS Step Functions, "Error names". */
const NOT_IN_ALL: ReadonlySet<string> = new Set(['States.Runtime', 'States.DataLimitExceeded']);
const TIMEOUTS: ReadonlySet<string> = new Set(['States.Timeout', 'States.HeartbeatTimeout']);

/** Whether one of the names means this error. `Baton.BusinessError` means every business error. */
export function matchesError(names: readonly string[], error: RunError): boolean {
  return names.some((name) => {
    if (name === error.name) return true;
    if (name === 'States.ALL') return !NOT_IN_ALL.has(error.name);
    if (name === 'States.TaskFailed') return !NOT_IN_ALL.has(error.name) && !TIMEOUTS.has(error.name);
    if (name === 'States.Timeout') return error.name === 'States.HeartbeatTimeout';
    return name === 'Baton.BusinessError' && error.kind === 'business';
  });
}

import type { Policy, RunState } from '@baton/contracts';
import type { StateMachine, TaskState } from '@baton/workflow';

/** What applies to a Task: the step's own, the workflow's, the platform's; undefined where the machine keeps to plain Amazon States Language. @param task undefined: what has no `Baton` of its own. */
export function policyOf(task: TaskState | undefined, machine: StateMachine, run: RunState): Policy | undefined {
  if (machine.Baton?.Defaults === undefined) return undefined;
  const merged: Record<string, unknown> = { ...run.policy };
  for (const source of [machine.Baton.Defaults, task?.Baton]) {
    for (const name of ['max_retries', 'timeout_seconds', 'retry_backoff', 'default_error_handler'] as const) {
      if (source?.[name] !== undefined) merged[name] = source[name];
    }
  }
  return merged as unknown as Policy;
}

/** I19: a state is not retried more often than its policy says, nor sooner, nor later. The rate of commands is measured elsewhere. */
import { encodeUtf8, UNDO_BRANCH, type Branch, type Policy, type RunEvent, type RunState } from '@baton/contracts';
import { backoffMs } from '@baton/core';
import { DefinitionCatalogue, statesAt, type StateMachine, type TaskState } from '@baton/workflow';
import type { Checker } from './checker.ts';
import type { PublishedRecords } from './evidence.ts';

type RetryScheduled = Extract<RunEvent, { type: 'retry-scheduled' }>;

interface Limits {
  readonly retries: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

export const retries: Checker = {
  invariant: 'I19',
  title: 'retries keep to their policy, in number and time',
  lacks: ({ definitions }) => (definitions === undefined ? 'the definitions were not recorded' : undefined),
  watch({ definitions }, findings) {
    const catalogue = catalogueOf(definitions!);
    return {
      transition({ txn: { runId, seq, events, cause, def }, partition, before, after }) {
        for (const event of events) {
          if (event.type !== 'retry-scheduled' || event.retrier === undefined || before === undefined || after === undefined) continue;
          const machine = catalogue.byHash(def.hash)?.machine;
          if (machine === undefined) return findings.left('definitions that are not published any more');
          findings.examined();
          // A branch that another has taken with it in the same transition is not there to be looked at.
          const branch = after.branches[event.branch];
          if (branch?.stepId !== event.stepId) continue;
          const used = branch.retries[event.retrier] ?? 0;
          const limits = limitsOf(event, { machine, run: before, branch, used });
          const broken = (what: string): void => findings.violation({ runId, partition, what: `transition ${seq}: retry ${used} of ${event.stepId} by ${event.retrier === 'policy' ? 'the policy' : `retrier ${event.retrier}`} ${what}` });
          if (limits === undefined) {
            broken('is allowed by nothing in the definition');
            continue;
          }
          const delayMs = event.timer.dueMs - cause.ts;
          if (used > limits.retries) broken(`is one too many: ${limits.retries} are allowed`);
          if (delayMs < limits.leastMs || delayMs > limits.mostMs) broken(`comes after ${delayMs} ms, allowed are ${limits.leastMs} to ${limits.mostMs} ms`);
        }
      },
    };
  },
};

function limitsOf(event: RetryScheduled, { machine, run, branch, used }: { readonly machine: StateMachine; readonly run: RunState; readonly branch: Branch; readonly used: number }): Limits | undefined {
  const { retrier: name } = event;
  const state = statesAt(machine, branch.at ?? [])?.States[branch.state];
  const undoing = event.branch === UNDO_BRANCH && state?.Type === 'Task' ? state.Compensate : undefined;
  if (name === 'policy') {
    // Items are read and results written by the platform's own rules, and what is done is undone by them.
    const policy = undoing !== undefined ? policyIn(undefined, machine, run.policy) : state?.Type === 'Task' ? policyIn(state, machine, run.policy) : state?.Type === 'Map' && (state.ItemReader !== undefined || state.ResultWriter?.Resource !== undefined) ? run.policy : undefined;
    if (policy === undefined) return undefined;
    const { max_retries: most, retry_backoff: backoff } = policy;
    return { retries: most, leastMs: backoffMs(backoff, used, 0), mostMs: backoffMs(backoff, used, 1) };
  }
  const retrier = undoing !== undefined ? undoing.Retry?.[Number(name)] : state?.Type === 'Task' || state?.Type === 'Parallel' || state?.Type === 'Map' ? state.Retry?.[Number(name)] : undefined;
  if (retrier === undefined) return undefined;
  // Source: Amazon States Language, "Retrying after error".
  const mostMs = Math.round(Math.min((retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** (used - 1), retrier.MaxDelaySeconds ?? 31_536_000) * 1_000);
  return { retries: retrier.MaxAttempts ?? 3, leastMs: retrier.JitterStrategy === 'FULL' ? 0 : mostMs, mostMs };
}

/** The step's own, the workflow's, the platform's. */
function policyIn(task: TaskState | undefined, machine: StateMachine, platform: Policy): Policy {
  const given = [machine.Baton?.Defaults, task?.Baton].map((source) => Object.entries(source ?? {}).filter(([, value]) => value !== undefined));
  return { ...platform, ...Object.fromEntries(given.flat()) } as Policy;
}

function catalogueOf({ records }: PublishedRecords): DefinitionCatalogue {
  const catalogue = new DefinitionCatalogue();
  let offset = 0;
  for (const { value } of records) catalogue.accept([{ offset: offset++, key: null, value: typeof value === 'string' ? encodeUtf8(value) : value }]);
  return catalogue;
}

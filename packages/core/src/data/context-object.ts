/** The context object: what `$$` and `$states.context` address. Source: AWS Step Functions, "Accessing execution data from the Context object". */
import { attemptKey, itemsKey, type Branch, type Json, type JsonObject, type RunState } from '@baton/contracts';
import { resolveResource, type State } from '@baton/workflow';
import type { Facts } from '../decision.ts';

export interface About {
  readonly run: RunState;
  readonly branch: Branch;
  readonly state: State | undefined;
  readonly facts: Facts;
  /** The attempt that is being opened; default: the last. */
  readonly attempt?: number;
  /** The item that an ItemSelector is asked for; default: that of the iteration which the branch belongs to. */
  readonly item?: Item;
}

export interface Item {
  readonly index: number;
  readonly value: Json;
}

export function contextObject(about: About): JsonObject {
  const { run, branch, state } = about;
  const item = about.item ?? itemAround(run, branch);
  const token = tokenOf(about);
  return {
    Execution: { Id: run.runId, ...(run.input !== undefined && { Input: run.input }), Name: run.runId, RoleArn: ROLE, StartTime: timeOf(run.startedMs), RedriveCount: 0 },
    State: { Name: branch.state, EnteredTime: timeOf(branch.enteredMs), ...(mayRetry(state) && { RetryCount: retriesOf(branch) }) },
    StateMachine: { Id: run.def.hash, Name: run.def.name },
    ...(item !== undefined && { Map: { Item: { Index: item.index, Value: item.value } } }),
    ...(token !== undefined && { Task: { Token: token } }),
    ...about.facts.context,
  };
}

/** Steps run with the rights of their services; there is no role to name. */
const ROLE = 'none';

const timeOf = (ms: number): string => new Date(ms).toISOString();
const retriesOf = ({ retries }: Branch): number => Object.values(retries).reduce((sum, n) => sum + n, 0);
const mayRetry = (state: State | undefined): boolean => state?.Type === 'Task' || state?.Type === 'Parallel' || state?.Type === 'Map';

/** Of the innermost Map around a branch. A batch has several items and is none. */
function itemAround({ branches, parts }: RunState, branch: Branch): Item | undefined {
  for (let inner = branch; inner.parent !== undefined; ) {
    const outer: Branch | undefined = branches[inner.parent];
    if (outer?.fanOut === undefined) return undefined;
    const { kind, entry } = outer.fanOut;
    if (kind === 'map') {
      const items = (parts?.[itemsKey(entry)] ?? outer.data) as readonly Json[];
      const index = inner.index ?? 0;
      return { index, value: items[index] ?? null };
    }
    inner = outer;
  }
  return undefined;
}

function tokenOf({ run, branch, state, facts, attempt }: About): string | undefined {
  if (state?.Type !== 'Task') return undefined;
  const integration = resolveResource(state.Resource, facts.machine)?.integration;
  if (integration === 'request' || integration === undefined) return undefined;
  return facts.taskToken?.(attemptKey(run.runId, branch.stepId, attempt ?? branch.attempt));
}

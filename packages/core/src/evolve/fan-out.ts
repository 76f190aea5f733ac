/** Folding what happens to Parallel and Map: their branches come and go, their lists are kept in `parts`. */
import { batchesKey, batchInputKey, itemsKey, resultsKey, RESULTS_IN_PART, storedKey, type Branch, type FanOut, type Json, type ResultRecord, type RunEvent, type RunState } from '@baton/contracts';
import { bytesOf, STORED_BYTES } from '../data/size.ts';
import { withEntry, withoutEntry } from './entries.ts';
import { disarm } from './timers.ts';
import { updateStep } from './step-summaries.ts';

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export const continueTimer = (stepId: string): string => `c.${stepId}`;

export function openFanOut(state: RunState, event: Event<'branches-opened'>): RunState {
  const { kind, entry, total, concurrency, tolerated, bytes, since, items, batches, batchInput } = event;
  const branch = branchOf(state, event.branch);
  const fanOut: FanOut = { kind, entry, total, opened: 0, open: 0, concurrency, failed: 0, tolerated, bytes, since };
  const attempt = branch.attempt + 1;
  const parts = {
    ...state.parts,
    ...(items !== undefined && { [itemsKey(entry)]: items }),
    ...(batches !== undefined && { [batchesKey(entry)]: batches }),
    ...(batchInput !== undefined && { [batchInputKey(entry)]: batchInput }),
  };
  return updateStep(withBranch(withParts(state, parts), event.branch, { ...branch, phase: 'fan-out', attempt, fanOut }), event.stepId, { status: 'running', attempts: attempt });
}

export function openBranch(state: RunState, { branch: id, parent: parentId, index, at, input }: Event<'branch-opened'>, nowMs: number): RunState {
  const parent = branchOf(state, parentId);
  const fanOut = fanOutOf(parent);
  const data = input ?? shareOf(state, parent, fanOut, index);
  const recorded = fanOut.records === true && { openedMs: nowMs, ...(input !== undefined && { given: input }) };
  const branch: Branch = { state: '', stepId: '' as Branch['stepId'], enteredMs: nowMs, data, phase: 'ended', attempt: 0, retries: {}, parent: parentId, index, at, ...recorded };
  const opened: Branch = { ...parent, fanOut: { ...fanOut, opened: fanOut.opened + 1, open: fanOut.open + 1 } };
  return { ...state, branches: withEntry(withEntry(state.branches, parentId, opened), id, branch) };
}

/** What a branch gets where its event does not say: its item, its batch, or what all share. */
function shareOf({ parts }: RunState, parent: Branch, { kind, entry }: FanOut, index: number): Json {
  const shared = parts?.[itemsKey(entry)] ?? parent.data;
  if (kind === 'parallel') return shared;
  const items = shared as readonly Json[];
  const ends = parts?.[batchesKey(entry)] as readonly number[] | undefined;
  if (ends === undefined) return items[index] ?? null;
  const batchInput = parts?.[batchInputKey(entry)];
  return { ...(batchInput !== undefined && { BatchInput: batchInput }), Items: items.slice(ends[index - 1] ?? 0, ends[index]) };
}

/** Its results are kept as records, to be written out. */
export function recordResults(state: RunState, { branch: id }: Event<'results-recorded'>): RunState {
  const branch = branchOf(state, id);
  return withBranch(state, id, { ...branch, fanOut: { ...fanOutOf(branch), records: true } });
}

export function endBranch(state: RunState, { branch: id, bytes }: Event<'branch-ended'>, nowMs: number): RunState {
  const { data } = branchOf(state, id);
  const ended = recordOf(state, id, nowMs, { status: 'SUCCEEDED', output: data });
  return closeBranch(state, id, ended ?? data, (fanOut) => ({ ...fanOut, open: fanOut.open - 1, bytes: fanOut.bytes + (ended === undefined ? bytes : bytesOf(ended)) }));
}

/** A failure that is tolerated has its place among the results; one that is not ends the fan-out. */
export function failBranch(state: RunState, { branch: id, error, items, tolerated }: Event<'branch-failed'>, nowMs: number): RunState {
  const failed = recordOf(state, id, nowMs, { status: 'FAILED', error: error.name, cause: error.message });
  const result = failed ?? { Error: error.name, Cause: error.message };
  return closeBranch(state, id, result, (fanOut) => ({ ...fanOut, open: fanOut.open - 1, bytes: fanOut.bytes + (failed === undefined ? 0 : bytesOf(failed)), failed: fanOut.failed + items, ...(!tolerated && { error }) }));
}

/** What is kept of a branch that is over; undefined where its fan-out keeps results alone. */
function recordOf(state: RunState, id: string, nowMs: number, what: Pick<ResultRecord, 'status' | 'output' | 'error' | 'cause'>): Json | undefined {
  const { parent: parentId = '', index = 0, given, openedMs = nowMs } = branchOf(state, id);
  const parent = branchOf(state, parentId);
  const fanOut = fanOutOf(parent);
  if (fanOut.records !== true) return undefined;
  const { status, ...rest } = what;
  const record: ResultRecord = { status, startMs: openedMs, stopMs: nowMs, input: given ?? shareOf(state, parent, fanOut, index), ...rest };
  return record as unknown as Json;
}

function closeBranch(state: RunState, id: string, result: Json, change: (fanOut: FanOut) => FanOut): RunState {
  const { parent: parentId = '', index = 0, waited } = branchOf(state, id);
  const parent = branchOf(state, parentId);
  const fanOut: FanOut = waited === true ? { ...fanOutOf(parent), waited } : fanOutOf(parent);
  const key = resultsKey(fanOut.entry, Math.floor(index / RESULTS_IN_PART));
  const results = withEntry(state.parts?.[key] as Readonly<Record<string, Json>> | undefined, String(index), result);
  return { ...state, parts: withEntry<Json>(state.parts, key, results), branches: withEntry(withoutEntry(state.branches, id), parentId, { ...parent, fanOut: change(fanOut) }) };
}

/** The results are in a file; what comes after them is held anew. */
export function storeResults(state: RunState, { branch: id, entry, stored, freedBytes }: Event<'results-stored'>): RunState {
  const branch = branchOf(state, id);
  const fanOut = fanOutOf(branch);
  const held = resultsKey(entry, 0).slice(0, -1);
  const kept = Object.fromEntries(Object.entries(state.parts ?? {}).filter(([key]) => !key.startsWith(held)));
  const before = (kept[storedKey(entry)] ?? []) as readonly Json[];
  const parts = withEntry<Json>(kept, storedKey(entry), [...before, { ...stored }]);
  const named = fanOut.records === true ? STORED_BYTES : 0;
  return withBranch({ ...state, parts }, id, { ...branch, fanOut: { ...fanOut, bytes: fanOut.bytes - freedBytes + named } });
}

/** Records those that are open as aborted, and takes them away with whatever is below them. What was recorded stays. */
export function abortBranches(state: RunState, { branch: id }: Event<'branches-aborted'>, nowMs: number): RunState {
  const open = Object.entries(state.branches).flatMap(([child, { parent }]) => (parent === id ? [child] : []));
  return open.reduce((before, child) => {
    const cleared = withoutBranches(before, branchesBelow(before, child), nowMs);
    const aborted = recordOf(cleared, child, nowMs, { status: 'ABORTED' });
    if (aborted === undefined) throw new Error(`Expected a fan-out that records its results on ${id}`);
    const ended = withoutTimersAndSteps(cleared, new Set([child]), nowMs);
    return closeBranch(ended, child, aborted, (fanOut) => ({ ...fanOut, open: fanOut.open - 1, bytes: fanOut.bytes + bytesOf(aborted) }));
  }, disarm(state, continueTimer(branchOf(state, id).stepId)));
}

/** Takes away every branch below `id`, and what was kept for them. What the fan-out fails with stays until its state has dealt with it. */
export function cancelBranches(state: RunState, { branch: id }: Event<'branches-cancelled'>, nowMs: number): RunState {
  const below = branchesBelow(state, id);
  const fanOut = branchOf(state, id).fanOut;
  if (fanOut === undefined) return state;
  const waited = fanOut.waited === true || below.some((each) => branchOf(state, each).waited === true);
  const branch = { ...branchOf(state, id), fanOut: { ...fanOut, open: 0, opened: fanOut.total, bytes: 0, ...(waited && { waited }) } };
  const left = withoutBranches(state, below, nowMs);
  return disarm(withoutParts({ ...left, branches: { ...left.branches, [id]: branch } }, [fanOut.entry]), continueTimer(branch.stepId));
}

/** Without these branches, and what was kept for their own fan-outs. */
function withoutBranches(state: RunState, ids: readonly string[], nowMs: number): RunState {
  const gone = new Set(ids);
  const entries = ids.flatMap((each) => branchOf(state, each).fanOut?.entry ?? []);
  const branches = Object.fromEntries(Object.entries(state.branches).filter(([each]) => !gone.has(each)));
  return withoutParts({ ...withoutTimersAndSteps(state, gone, nowMs), branches }, entries);
}

function withoutTimersAndSteps(state: RunState, gone: ReadonlySet<string>, nowMs: number): RunState {
  const timers = Object.fromEntries(Object.entries(state.timers).filter(([, { branch }]) => !gone.has(branch)));
  const steps = state.steps.map((step) => (step.endedMs === undefined && gone.has(step.branch) ? { ...step, status: 'cancelled' as const, endedMs: nowMs } : step));
  return { ...state, timers, steps };
}

/** The state of the fan-out is left, tried again later, or has failed: nothing of it is needed any more. */
export function closeFanOut(state: RunState, id: string): RunState {
  const found = branchOf(state, id);
  if (found.fanOut === undefined) return state;
  const { fanOut, ...branch } = found;
  const left = fanOut.waited === true ? asWaited(branch) : branch;
  return disarm(withoutParts(withBranch(state, id, left), [fanOut.entry]), continueTimer(branch.stepId));
}

/** What is written out is written again by the platform's own rules, and stays for that; everything else begins anew. */
export const whereTriedAgain = (state: RunState, { branch, retrier }: Event<'retry-scheduled'>): RunState =>
  branchOf(state, branch).fanOut?.records === true && retrier === 'policy' ? state : closeFanOut(state, branch);

/** A branch of a fan-out that has begun to wait for something outside; the root is looked at only when something has come. */
export const asWaited = (branch: Branch): Branch => (branch.parent === undefined || branch.waited === true ? branch : { ...branch, waited: true });

/** Branches below one, whatever the depth. */
export function branchesBelow({ branches }: RunState, id: string): readonly string[] {
  const found: string[] = [];
  const childrenOf = new Map<string, string[]>();
  for (const [child, { parent }] of Object.entries(branches)) {
    if (parent === undefined) continue;
    const siblings = childrenOf.get(parent);
    if (siblings === undefined) childrenOf.set(parent, [child]);
    else siblings.push(child);
  }
  for (const open = [id]; open.length > 0; ) {
    const children = childrenOf.get(open.pop()!) ?? [];
    found.push(...children);
    open.push(...children);
  }
  return found;
}

function withoutParts(state: RunState, entries: readonly number[]): RunState {
  if (state.parts === undefined) return state;
  const gone = new Set(entries.map(String));
  return withParts(state, Object.fromEntries(Object.entries(state.parts).filter(([key]) => !gone.has(key.split('/')[1]!))));
}

function withParts(state: RunState, parts: Readonly<Record<string, Json>>): RunState {
  if (Object.keys(parts).length > 0) return { ...state, parts };
  const { parts: _none, ...rest } = state;
  return rest;
}

function branchOf({ branches }: RunState, id: string): Branch {
  const branch = branches[id];
  if (branch === undefined) throw new Error(`Expected a branch ${id}`);
  return branch;
}

function fanOutOf({ fanOut, state }: Branch): FanOut {
  if (fanOut === undefined) throw new Error(`Expected branches in ${state}`);
  return fanOut;
}

const withBranch = (state: RunState, id: string, branch: Branch): RunState => ({ ...state, branches: withEntry(state.branches, id, branch) });

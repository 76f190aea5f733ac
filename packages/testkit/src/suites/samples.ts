/** Messages and states that satisfy the contracts, for suites that care about carrying them only. */
import { hash128, partitionOf, PLATFORM_DEFAULTS, type AbandonStepCommand, type DeadLetter, type DefinitionPointer, type InboxMessage, type RunId, type RunState, type RunStepCommand, type StepId } from '@baton/contracts';

/** The n-th run id that lives on `partition`. */
export function runIdOn(partition: number, partitions: number, n = 0): RunId {
  for (let i = 0, found = 0; ; i++) {
    const runId = `run-${i}` as RunId;
    if (partitionOf(runId, partitions) === partition && found++ === n) return runId;
  }
}

export const sampleMessage = (runId: RunId, id: string): InboxMessage => ({ v: 1, id, runId, ts: 1_700_000_000_000, type: 'cancel', body: { reason: `because of ${id}` } });

export const sampleDefinition = { name: 'sample', ver: 1, hash: hash128('sample') };

/** A run as the view is given it. The branch's data may be padded to a size. */
export function sampleState(changes: Partial<RunState> & { readonly runId: RunId }, padding = ''): RunState {
  return {
    v: 1,
    seq: 1,
    status: 'running',
    def: sampleDefinition,
    policy: PLATFORM_DEFAULTS,
    inputHash: hash128('input'),
    startId: 'start',
    via: 'api',
    startedMs: 1_700_000_000_000,
    updatedMs: 1_700_000_000_000,
    entries: 1,
    timerVersions: 1,
    branches: { '0': { state: 'First', stepId: 's1' as StepId, enteredMs: 1_700_000_000_000, data: { text: 'Zürich “quoted” \u0001', padding }, phase: 'task', attempt: 1, retries: {} } },
    timers: {},
    steps: [],
    ...changes,
  };
}

export const sampleEntry = (seq: number, type = 'state-entered') => ({ seq, tsMs: 1_700_000_000_000 + seq, cause: 'result', event: { type, n: seq } });

export const sampleCommand = (runId: RunId, service: string, attempt = 1): RunStepCommand => ({
  v: 1,
  t: 'run-step',
  key: `${runId}/s1/${attempt}`,
  idem: `${runId}/s1`,
  runId,
  stepId: 's1' as StepId,
  attempt,
  service,
  step: 'do_it',
  workflow: 'sample',
  deadlineMs: 1_800_000_000_000,
  input: { text: 'Zürich' },
  token: 'token',
  trace: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
});

export const sampleAbandon = (runId: RunId, service: string): AbandonStepCommand => ({ v: 1, t: 'abandon-step', key: `${runId}/s1/1`, runId, stepId: 's1' as StepId, attempt: 1, service, step: 'do_it', why: 'cancelled' });

export const samplePointer = (name: string, ver = 1): DefinitionPointer => ({ v: 1, t: 'current', def: { name, ver, hash: hash128(`${name}${ver}`) }, publishedBy: 'sample' });

export const sampleLetter = (topic: string, offset: number, changes: Partial<DeadLetter> = {}): DeadLetter => ({
  v: 1,
  id: `${topic}~0~${offset}`,
  topic,
  partition: 0,
  offset,
  key: 'key',
  headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  reason: 'schema',
  detail: 'Expected something else',
  value: 'eA==',
  valueBytes: 1,
  foundMs: 1_700_000_000_000 + offset,
  foundBy: 'suite',
  failures: 1,
  ...changes,
});

export const textOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : new TextDecoder().decode(bytes));

/** What really happened: the history folded by the rule that makes a record count, held against the invariants on the way. */
import type { KafkaPorts } from '@baton/adapter-kafka';
import { attemptKey, isTerminal, readHistoryRecord, type Command, type HistoryRecord, type HistoryTxn, type RunState } from '@baton/contracts';
import { applyTxn, chainOf } from '@baton/core';

export interface Truth {
  readonly runs: ReadonlyMap<string, RunState>;
  readonly transitions: ReadonlyMap<string, readonly HistoryTxn[]>;
  /** Of every transition that counts, by key. */
  readonly commands: ReadonlyMap<string, Command>;
  /** Claims by partition. */
  readonly claims: readonly number[];
}

/** @throws Error where an invariant does not hold, saying which. */
export async function readTruth({ historyLog, partitions }: Pick<KafkaPorts, 'historyLog' | 'partitions'>): Promise<Truth> {
  const runs = new Map<string, RunState>();
  const transitions = new Map<string, HistoryTxn[]>();
  const commands = new Map<string, Command>();
  const claims: number[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const { first, next } = await historyLog.bounds(partition);
    let epoch = -1;
    claims[partition] = 0;
    if (first === next) continue;
    for await (const chunk of historyLog.read(partition, { from: first, to: next - 1 })) {
      for (const { offset, value } of chunk) {
        const record = readable(value);
        if (record?.t === 'claim') {
          epoch = offset;
          claims[partition]!++;
        }
        if (record?.t !== 'txn' || record.epoch !== epoch) continue;
        const before = runs.get(record.runId);
        checkTransition(before, record, transitions.get(record.runId) ?? []);
        runs.set(record.runId, applyTxn(before, record));
        transitions.set(record.runId, [...(transitions.get(record.runId) ?? []), record]);
        for (const command of record.outbox) if (command.t === 'run-step') commands.set(command.key, command);
      }
    }
  }
  return { runs, transitions, commands, claims };
}

/** I3: no gap, no repetition. I4: an attempt is closed once. I6: the chain follows from the events. I8: nothing after the end. I10: no timer early. */
function checkTransition(before: RunState | undefined, txn: HistoryTxn, earlier: readonly HistoryTxn[]): void {
  const broken = (invariant: string, what: string): Error => new Error(`${invariant}: run ${txn.runId}, transition ${txn.seq}: ${what}`);
  if (txn.seq !== (before?.seq ?? 0) + 1) throw broken('I3', `comes after ${before?.seq ?? 0}`);
  if (before !== undefined && isTerminal(before.status)) throw broken('I8', `the run had ended as ${before.status}`);
  if (txn.chain !== chainOf(before?.chain, txn.events)) throw broken('I6', 'the chain does not follow from the events');
  const past = earlier.flatMap(({ events }) => events);
  for (const event of txn.events) {
    if (event.type === 'attempt-closed' && past.some((other) => other.type === 'attempt-closed' && other.stepId === event.stepId && other.attempt === event.attempt)) {
      throw broken('I4', `attempt ${event.attempt} of ${event.stepId} is closed again`);
    }
    if (event.type !== 'attempt-opened') continue;
    const retry = past.findLast((other) => other.type === 'retry-scheduled' && other.stepId === event.stepId && other.attempt === event.attempt);
    if (retry?.type === 'retry-scheduled' && txn.cause.ts < retry.timer.dueMs) throw broken('I10', `attempt ${event.attempt} opened ${retry.timer.dueMs - txn.cause.ts} ms early`);
  }
}

function readable(value: Uint8Array | null): HistoryRecord | undefined {
  try {
    return readHistoryRecord(value ?? new Uint8Array());
  } catch {
    return undefined;
  }
}

export const keyOf = ({ runId, stepId, attempt }: { readonly runId: string; readonly stepId: string; readonly attempt: number }): string => attemptKey(runId, stepId, attempt);

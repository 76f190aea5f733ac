/** What really happened: the history folded by the rule that makes a record count, held against the invariants on the way. */
import type { KafkaPorts } from '@baton/adapter-kafka';
import { attemptKey, type Command, type HistoryTxn, type RunState } from '@baton/contracts';
import { attempts, end, examine, HistoryFold, replay, sequence, timers, type RecordedPartition } from '@baton/invariants';
import type { LogRecord } from '@baton/ports';

export interface Truth {
  readonly runs: ReadonlyMap<string, RunState>;
  readonly transitions: ReadonlyMap<string, readonly HistoryTxn[]>;
  /** Of every transition that counts, by key. */
  readonly commands: ReadonlyMap<string, Command>;
  /** Claims by partition. */
  readonly claims: readonly number[];
  /** Transitions that do not count: appended by a former owner after another had claimed. */
  readonly late: readonly HistoryTxn[];
}

/** What a history says against itself. */
const CHECKERS = [sequence, attempts, replay, end, timers];

/** @throws Error where an invariant does not hold, saying which. */
export async function readTruth({ historyLog, partitions }: Pick<KafkaPorts, 'historyLog' | 'partitions'>): Promise<Truth> {
  const fold = new HistoryFold();
  const history: RecordedPartition[] = [];
  const transitions = new Map<string, HistoryTxn[]>();
  const commands = new Map<string, Command>();
  const claims: number[] = [];
  const late: HistoryTxn[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const { first, next } = await historyLog.bounds(partition);
    const records: LogRecord[] = [];
    for await (const chunk of historyLog.read(partition, { from: first, to: next - 1 })) records.push(...chunk);
    history.push({ partition, first, next, records });
    fold.open(partition, first);
    claims[partition] = 0;
    for (const record of records) {
      const { seen, transition, take } = fold.next(partition, record);
      take();
      if (seen.record?.t === 'claim') claims[partition]!++;
      if (seen.record?.t === 'txn' && !seen.counts) late.push(seen.record);
      if (transition === undefined) continue;
      const { txn } = transition;
      transitions.set(txn.runId, [...(transitions.get(txn.runId) ?? []), txn]);
      for (const command of txn.outbox) if (command.t === 'run-step') commands.set(command.key, command);
    }
  }
  const broken = examine({ history }, CHECKERS).flatMap(({ violations }) => violations);
  if (broken.length > 0) throw new Error(broken.map(({ invariant, runId, what }) => `${invariant}: run ${runId}: ${what}`).join('\n'));
  const runs = new Map<string, RunState>();
  for (const { runId, state } of fold.runs()) if (state !== undefined) runs.set(runId, state);
  return { runs, transitions, commands, claims, late };
}

export const keyOf = ({ runId, stepId, attempt }: { readonly runId: string; readonly stepId: string; readonly attempt: number }): string => attemptKey(runId, stepId, attempt);

/** A history as the engine would have written it, made without waiting for anybody: five-step runs, decided one result after the other. */
import { encodeHistoryRecord, CLAIM_KEY, partitionOf, type RunId } from '@baton/contracts';
import type { HistoryLog } from '@baton/ports';
import { MadeRun } from './made-run.ts';

/** Bytes of one append at most. */
const APPEND_BYTES = 400_000;

export interface MadeHistory {
  readonly records: number;
  readonly bytes: number;
}

/** Every fourth run is left open in its last step. */
export async function makeHistory(log: HistoryLog, { runs, payloadBytes }: { readonly runs: number; readonly payloadBytes: number }): Promise<MadeHistory> {
  const waiting = Array.from({ length: log.partitions }, () => ({ lines: [{ key: CLAIM_KEY, value: encodeHistoryRecord({ v: 1, t: 'claim', owner: 'bench', group: 'bench', partitions: log.partitions, engine: '0.1.0' }) }], bytes: 0, offset: 0, inbox: 0 }));
  let records = 0;
  let bytes = 0;
  const append = async (partition: number): Promise<void> => {
    const part = waiting[partition]!;
    if (part.lines.length === 0) return;
    await log.append(partition, part.lines);
    part.offset += part.lines.length;
    part.lines = [];
    part.bytes = 0;
  };
  // Several runs at once, so that their transitions lie between each other's.
  for (let first = 0; first < runs; first += 50) {
    const group = Array.from({ length: Math.min(50, runs - first) }, (_, i) => new MadeRun(`run-${String(first + i).padStart(8, '0')}` as RunId, { payloadBytes, stops: (first + i) % 4 === 3 }));
    for (let open = group; open.length > 0; open = open.filter((run) => !run.over)) {
      for (const run of open) {
        const partition = partitionOf(run.runId, log.partitions);
        const part = waiting[partition]!;
        const disp = part.offset;
        const value = encodeHistoryRecord(run.next({ off: part.inbox++, disp }).txn);
        part.lines.push({ key: run.runId, value });
        part.bytes += value.length;
        records++;
        bytes += value.length;
        if (part.bytes > APPEND_BYTES) await append(partition);
      }
    }
  }
  for (let partition = 0; partition < log.partitions; partition++) await append(partition);
  return { records: records + log.partitions, bytes };
}

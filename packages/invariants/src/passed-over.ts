/** A record of the inbox that the engine has moved past without a transition: whether that was right. */
import { ContractError, readDeadLetter, type DeadLetter } from '@baton/contracts';
import type { Findings, Folded } from './checker.ts';
import type { RecordedEntry, SideEvidence } from './evidence.ts';
import { fateOf } from './inbox-fate.ts';
import { messageOf } from './inbox-message.ts';

export interface Letters {
  /** Reasons by partition and offset, as `0~17`. */
  readonly inbox: ReadonlyMap<string, DeadLetter['reason']>;
  readonly history: ReadonlySet<string>;
}

/** @param findings is told of what stands on the topic and is no letter; absent: nobody is. */
export function lettersIn({ deadLetters }: SideEvidence, findings?: Findings): Letters {
  const inbox = new Map<string, DeadLetter['reason']>();
  const history = new Set<string>();
  for (const { value } of deadLetters?.records ?? []) {
    try {
      const { topic, partition, offset, reason } = readDeadLetter(value ?? '');
      if (topic.endsWith('.inbox.v1')) inbox.set(`${partition}~${offset}`, reason);
      else if (topic.endsWith('.history.v1')) history.add(`${partition}~${offset}`);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      findings?.violation({ what: `a record on the topic of dead letters is none: ${error.message}` });
    }
  }
  return { inbox, history };
}

export interface PassedOver {
  readonly partition: number;
  readonly entry: RecordedEntry;
  /** When it was decided on, as far as that is known. */
  readonly consumedMs: number;
}

/** @returns what is wrong about it, undefined where nothing is; 'unknown' of a run whose beginning is gone. */
export function wrongPassingOver({ partition, entry, consumedMs }: PassedOver, folded: Folded, letters: Letters): { readonly what: string; readonly runId?: string } | 'unknown' | undefined {
  if (letters.inbox.has(`${partition}~${entry.offset}`)) return undefined;
  const at = `the inbox record at offset ${entry.offset}`;
  const message = messageOf(entry.value);
  if (message === undefined) return { what: `${at} cannot be read, and is no dead letter` };
  const { runId, type } = message;
  const run = folded.run(runId);
  if (run?.state === undefined && (run !== undefined || (folded.positions.get(partition)?.first ?? 0) > 0)) return 'unknown';
  const fate = fateOf(message, run?.state, { recordMs: entry.timestampMs, consumedMs });
  return fate === undefined ? undefined : { what: `${at} (${type}) ${fate}`, runId };
}

/** For what cannot be judged. */
export const UNKNOWN_RUNS = 'messages to runs that began before what the history still keeps';

/** How a run stood just before a message: what it could do with it follows from that. Told from its transitions alone. */
import type { HistoryTxn } from '@baton/contracts';

export interface Standing {
  /** What has parked it: a message that cannot be decided on, or what could not be undone. */
  readonly parkedBy: 'poison' | { readonly stepId: string; readonly state: string } | undefined;
  /** It undoes what it has done: what it ends with is settled. */
  readonly ending: boolean;
  /** The cancel because of which it does, by its id: come again it says nothing new. */
  readonly cancelledBy: string | undefined;
  /** Requests of operators that it has had. */
  readonly asked: ReadonlySet<string>;
}

export function standingBefore(txns: readonly HistoryTxn[], offset: number): Standing {
  const states = new Map<string, string>();
  const asked = new Set<string>();
  let parkedBy: Standing['parkedBy'];
  let ending = false;
  let cancelledBy: string | undefined;
  for (const { cause, events } of txns) {
    if (cause.off >= offset) break;
    for (const event of events) {
      if (event.type === 'compensation-kept') states.set(event.stepId, event.state);
      else if (event.type === 'run-blocked') parkedBy = 'poison';
      else if (event.type === 'compensation-failed') parkedBy = { stepId: event.of, state: states.get(event.of)! };
      else if (event.type === 'compensation-begun') {
        ending = true;
        if (cause.type === 'cancel') cancelledBy = cause.id;
        parkedBy = undefined;
      } else if (event.type === 'compensation-retried' || event.type === 'compensation-skipped') {
        asked.add(event.requestId);
        parkedBy = undefined;
      }
    }
  }
  return { parkedBy, ending, cancelledBy, asked };
}

/** Whether an operator's request means what has parked the run. */
export const fits = ({ parkedBy }: Standing, step: string | undefined): boolean => typeof parkedBy === 'object' && (step === undefined || step === parkedBy.stepId || step === parkedBy.state);

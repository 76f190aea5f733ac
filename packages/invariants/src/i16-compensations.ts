/**
 * I16: what is done and can be undone is undone once, the newest first, one after the other, and before the run ends otherwise
 * than well. Only a run that was parked while it undid may be given up before that; what has parked it is tried again, or passed over,
 * when an operator says so.
 */
import type { RunEvent, RunState } from '@baton/contracts';
import type { Checker } from './checker.ts';

interface Known {
  /** Step ids of what can be undone, in the order in which it was done. */
  readonly due: string[];
  /** What has been begun, whatever came of it. */
  readonly begun: Set<string>;
  undoing: string | undefined;
  /** What has parked the run. */
  failed: string | undefined;
  ending: boolean;
  readonly givenUp: boolean;
}

export const compensations: Checker = {
  invariant: 'I16',
  title: 'what was done is undone once, in reverse order',
  lacks: () => undefined,
  watch: (_evidence, findings) => ({
    transition({ txn: { runId, seq, events }, partition, before, known: isKnown }) {
      if (!isKnown) return;
      const known = knownOf(before);
      for (const event of events) {
        if (!MINE.has(event.type)) continue;
        findings.examined();
        const wrong = apply(event, known);
        if (wrong !== undefined) findings.violation({ runId, partition, what: `transition ${seq}: ${wrong}` });
      }
    },
  }),
};

const MINE: ReadonlySet<RunEvent['type']> = new Set(['compensation-kept', 'compensation-begun', 'compensation-started', 'compensation-done', 'compensation-failed', 'compensation-retried', 'compensation-skipped', 'run-completed', 'run-failed', 'run-cancelled']);

function knownOf(run: RunState | undefined): Known {
  const all = run?.compensations ?? [];
  return {
    due: all.flatMap(({ stepId, status }) => (status === 'due' ? [stepId] : [])),
    begun: new Set(all.flatMap(({ stepId, status }) => (status === 'due' ? [] : [stepId]))),
    undoing: all.find(({ status }) => status === 'undoing')?.stepId,
    failed: all.find(({ status }) => status === 'failed')?.stepId,
    ending: run?.ending !== undefined,
    givenUp: run?.ending !== undefined && run.status === 'blocked',
  };
}

/** @returns what is wrong with it. */
function apply(event: RunEvent, known: Known): string | undefined {
  switch (event.type) {
    case 'compensation-kept':
      known.due.push(event.stepId);
      return known.ending ? `${event.stepId} is done while the run undoes what it has done` : undefined;
    case 'compensation-begun': {
      const again = known.ending;
      known.ending = true;
      return again ? 'the run begins to undo a second time' : undefined;
    }
    case 'compensation-started':
      return start(event.of, known);
    case 'compensation-done':
    case 'compensation-failed': {
      const { undoing } = known;
      known.undoing = undefined;
      if (event.type === 'compensation-failed') known.failed = event.of;
      return event.of === undoing ? undefined : `${event.of} is over, but ${undoing ?? 'nothing'} was being undone`;
    }
    case 'compensation-retried':
    case 'compensation-skipped': {
      const { failed } = known;
      known.failed = undefined;
      if (event.type === 'compensation-retried') known.undoing = event.of;
      return event.of === failed ? undefined : `${event.of} is ${event.type === 'compensation-retried' ? 'tried again' : 'skipped'}, but ${failed ?? 'nothing'} had failed`;
    }
    case 'run-completed':
      return known.ending ? 'the run ends well, although it has undone what it has done' : undefined;
    case 'run-failed':
    case 'run-cancelled': {
      const left = [...known.due, ...[known.undoing, known.failed].filter((one) => one !== undefined)];
      return left.length === 0 || known.givenUp ? undefined : `the run ends, although ${left.join(', ')} is not undone`;
    }
    default:
      return undefined;
  }
}

function start(of: string, known: Known): string | undefined {
  const { undoing, begun, ending } = known;
  if (begun.has(of)) return `${of} is undone a second time`;
  const newest = known.due.at(-1);
  known.due.splice(known.due.indexOf(of), known.due.includes(of) ? 1 : 0);
  begun.add(of);
  known.undoing = of;
  if (!ending) return `${of} is undone, although the run goes on`;
  if (undoing !== undefined) return `${of} is undone while ${undoing} is`;
  return of === newest ? undefined : `${of} is undone, expected ${newest ?? 'nothing'}`;
}

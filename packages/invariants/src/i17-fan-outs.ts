/**
 * I17: a fan-out is joined once, after all of its branches: each is opened once in its order, and ended once, by its result,
 * its failure or a cancel of all; nothing goes on behind a Parallel or Map while one of them is open.
 */
import type { RunEvent, RunState } from '@baton/contracts';
import type { Checker } from './checker.ts';

interface Known {
  readonly total: number;
  opened: number;
  /** Ids of its branches that are open. */
  readonly open: Set<string>;
  broken: boolean;
  /** Its results are written out when all are over. */
  records: boolean;
}

export const fanOuts: Checker = {
  invariant: 'I17',
  title: 'a fan-out is joined once, after all of its branches',
  lacks: () => undefined,
  watch: (_evidence, findings) => ({
    transition({ txn: { runId, seq, events }, partition, before, after, known }) {
      if (!known) return;
      const fans = fansOf(before);
      const say = (what: string): void => findings.violation({ runId, partition, what: `transition ${seq}: ${what}` });
      for (const event of events) {
        if (!MINE.has(event.type)) continue;
        findings.examined();
        const wrong = apply(event, fans);
        if (wrong !== undefined) say(wrong);
      }
      if (after !== undefined) for (const what of miscounted(after)) say(what);
    },
  }),
};

const MINE: ReadonlySet<RunEvent['type']> = new Set(['branches-opened', 'results-recorded', 'branch-opened', 'branch-ended', 'branch-failed', 'branches-cancelled', 'branches-aborted', 'state-exited', 'retry-scheduled', 'state-failed']);

function fansOf(run: RunState | undefined): Map<string, Known> {
  const fans = new Map<string, Known>();
  for (const [id, { fanOut }] of Object.entries(run?.branches ?? {})) {
    if (fanOut === undefined) continue;
    const open = Object.entries(run!.branches).flatMap(([child, { parent }]) => (parent === id ? [child] : []));
    fans.set(id, { total: fanOut.total, opened: fanOut.opened, open: new Set(open), broken: fanOut.error !== undefined, records: fanOut.records === true });
  }
  return fans;
}

/** @returns what is wrong with it. */
function apply(event: RunEvent, fans: Map<string, Known>): string | undefined {
  switch (event.type) {
    case 'branches-opened': {
      const before = fans.get(event.branch);
      fans.set(event.branch, { total: event.total, opened: 0, open: new Set(), broken: false, records: false });
      return before === undefined ? undefined : `${event.stepId} opens its branches while it has some`;
    }
    case 'results-recorded': {
      const fan = fans.get(event.branch);
      if (fan === undefined) return `${event.stepId} records results of branches that it does not have`;
      fan.records = true;
      return undefined;
    }
    case 'branch-opened': {
      const fan = fans.get(event.parent);
      if (fan === undefined) return `branch ${event.branch} is opened, but nobody has it`;
      const expected = fan.opened++;
      fan.open.add(event.branch);
      if (fan.broken) return `branch ${event.branch} is opened, although another has failed the whole`;
      return event.index === expected && expected < fan.total ? undefined : `branch ${event.branch} is opened as number ${event.index}, expected ${expected} of ${fan.total}`;
    }
    case 'branch-ended':
    case 'branch-failed': {
      const fan = [...fans.values()].find(({ open }) => open.delete(event.branch));
      if (fan !== undefined && event.type === 'branch-failed' && !event.tolerated) fan.broken = true;
      return fan === undefined ? `branch ${event.branch} ends, but is not open` : undefined;
    }
    case 'branches-cancelled': {
      const fan = fans.get(event.branch);
      if (fan === undefined) return `${event.stepId} cancels branches that it does not have`;
      for (const child of descendants(event.branch, fans)) fans.delete(child);
      fan.open.clear();
      fan.opened = fan.total;
      fan.broken = true;
      return undefined;
    }
    case 'branches-aborted': {
      const fan = fans.get(event.branch);
      if (fan === undefined) return `${event.stepId} aborts branches that it does not have`;
      for (const child of descendants(event.branch, fans)) fans.delete(child);
      fan.open.clear();
      return fan.broken ? undefined : `${event.stepId} aborts its branches, although none has failed the whole`;
    }
    case 'state-exited':
    case 'retry-scheduled':
    case 'state-failed': {
      const fan = fans.get(event.branch);
      if (fan === undefined) return undefined;
      // Writing the results of branches that are all over is tried again, and they stay for it.
      if (event.type === 'retry-scheduled' && fan.records && event.retrier === 'policy') return fan.open.size > 0 ? `${event.stepId} writes its results while ${[...fan.open].join(', ')} is open` : undefined;
      fans.delete(event.branch);
      if (fan.open.size > 0) return `${event.stepId} is left while ${[...fan.open].join(', ')} is open`;
      const joined = event.type === 'state-exited' && event.via === 'done';
      if (joined && fan.broken) return `${event.stepId} is done, although one of its branches has failed the whole`;
      return joined && fan.opened < fan.total ? `${event.stepId} is joined after ${fan.opened} of ${fan.total} branches` : undefined;
    }
    default:
      return undefined;
  }
}

function descendants(id: string, fans: ReadonlyMap<string, Known>): readonly string[] {
  return [...(fans.get(id)?.open ?? [])].flatMap((child) => [child, ...descendants(child, fans)]);
}

function* miscounted({ branches }: RunState): Iterable<string> {
  for (const [id, { stepId, fanOut, parent }] of Object.entries(branches)) {
    if (parent !== undefined && branches[parent]?.fanOut === undefined) yield `branch ${id} is left without the fan-out that opened it`;
    if (fanOut === undefined) continue;
    const open = Object.values(branches).filter((branch) => branch.parent === id).length;
    if (open !== fanOut.open) yield `${stepId} has ${open} branches open and counts ${fanOut.open}`;
  }
}

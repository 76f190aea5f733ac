/** Operators: they look at runs that are parked since something could not be undone, and have it tried again, pass over it, or give up. */
import { failedCompensation, type CompensationMessage, type InboxMessage, type RunId } from '@baton/contracts';
import type { WatchedRun } from './watch.ts';
import type { World } from './world.ts';

type Send = (message: InboxMessage, acknowledged: () => void) => void;

/**
 * Some go on until nothing is parked any more; the others stop when faults do, and what is parked then stays so.
 * @param expected runs that have not started, too.
 * @param send as any caller, who tries again where he has no answer.
 */
export function operateRuns(world: World, expected: readonly string[], send: Send): void {
  const { random, clock, faults, watch } = world;
  const everyMs = random.pick([500, 2_000, 10_000]);
  world.operates = random.chance(600);
  let requests = 0;
  /** Requests that were made for a run: one may come again when it is parked again. */
  const made = new Map<string, CompensationMessage[]>();
  const ask = (runId: string, step: string | undefined): void => {
    const i = requests++;
    const body: CompensationMessage['body'] = { requestId: `asked-${i}`, action: random.chance(650) ? 'retry' : 'skip', ...(step !== undefined && { step }) };
    const message: CompensationMessage = { v: 1, id: `request-${i}`, type: 'compensation', runId: runId as RunId, ts: 0, by: 'operator', body };
    send(message, () => undefined);
    made.set(runId, [...(made.get(runId) ?? []), message]);
    if (!faults.strikes('request-twice', 8)) return;
    const again = random.chance(500) ? message : { ...message, id: `request-${i}-again`, body: { ...body, action: random.pick(['retry', 'skip'] as const) } };
    clock.after(random.int(0, 15_000), () => faults.over || send(again, () => undefined));
  };
  const see = ({ state }: WatchedRun): void => {
    const failed = failedCompensation(state)!;
    const before = made.get(state.runId) ?? [];
    // He may look at an old answer, and ask for what he has asked before.
    if (before.length > 0 && random.chance(250)) {
      faults.count('request-twice');
      return send(random.pick(before), () => undefined);
    }
    if (random.chance(80)) send({ v: 1, id: `give-up-${requests++}`, type: 'cancel', runId: state.runId, ts: 0, body: { reason: 'by hand' } }, () => undefined);
    else ask(state.runId, faults.strikes('request-misplaced', 5) ? 'S99' : random.pick([undefined, failed.state, failed.stepId]));
  };
  const next = (): void => {
    if (faults.over && !world.operates) return;
    const parked = [...watch.runs.values()].filter(({ state }) => failedCompensation(state) !== undefined);
    if (parked.length > 0) see(random.pick(parked));
    const undoing = [...watch.runs.values()].filter(({ state }) => state.ending !== undefined && state.status === 'running');
    if (undoing.length > 0 && faults.strikes('poisoned', 8)) world.poisoned.add(random.pick(undoing).state.runId);
    if (faults.strikes('request-misplaced', 2)) ask(random.pick([...expected.slice(0, 1), ...watch.runs.keys()]), undefined);
    clock.after(random.int(1, 2 * everyMs), next);
  };
  clock.after(random.int(1, everyMs), next);
}

/** Those who tell runs something: before they have started, while they wait and while they do not, and after their end; and who says of a run that it has ended. */
import { attemptKey, type InboxMessage, type RunId, type SignalMessage } from '@baton/contracts';
import { SIGNALS } from './program.ts';
import { tokens } from './tokens.ts';
import type { World } from './world.ts';

/** Fewer than a run keeps: which of them are refused is the core's own test. */
const MOST_SIGNALS = 90;

type Send = (message: InboxMessage, acknowledged: () => void) => void;

/** @param expected runs that have not started, too. @param send as any caller, who tries again where he has no answer. */
export function tellRuns(world: World, expected: readonly string[], send: Send): void {
  const { random, clock, faults, watch } = world;
  const everyMs = random.pick([300, 1_000, 3_000]);
  let signals = 0;
  let others = 0;
  const aRun = (): RunId => random.pick(random.chance(150) ? expected : [...expected.slice(0, 1), ...watch.runs.keys()]) as RunId;
  const signal = (): void => {
    if (signals === MOST_SIGNALS) return;
    const i = signals++;
    const message: SignalMessage = { v: 1, id: `signal-${i}`, type: 'signal', runId: aRun(), ts: 0, body: { signalId: `told-${i}`, name: random.pick(SIGNALS), data: i } };
    if (faults.strikes('signal-lost', 2)) return;
    send(message, () => undefined);
    if (faults.strikes('signal-twice', 5)) clock.after(random.int(0, 15_000), () => send(random.chance(500) ? message : { ...message, id: `signal-${i}-again`, body: { ...message.body, name: random.pick(SIGNALS), data: 'another' } }, () => undefined));
  };
  const forge = (): void => {
    const waits = [...watch.runs.values()].flatMap(({ state: { runId, branches } }) => Object.values(branches).flatMap(({ stepId, attempt, awaits }) => (awaits?.kind === 'run' ? [{ runId, body: { childRunId: awaits.runId, stepId, attempt, outcome: 'completed' as const, output: 'FORGED' } }] : [])));
    if (waits.length === 0 || !faults.strikes('end-forged', 5)) return;
    const { runId, body } = random.pick(waits);
    // Without a token, with none of ours, or with that of the attempt as a step would have it.
    const token = random.pick([undefined, 'forged', tokens.mint(attemptKey(runId, body.stepId, body.attempt))]);
    world.inbox.receive({ v: 1, id: `forged-end-${others++}`, type: 'child-ended', runId, ts: 0, body, ...(token !== undefined && { token }) }, clock.nowMs);
  };
  const cancelChild = (): void => {
    const children = [...watch.talk.starts] as RunId[];
    if (children.length > 0 && faults.strikes('cancelled', 2)) send({ v: 1, id: `cancel-child-${others++}`, type: 'cancel', runId: random.pick(children), ts: 0, body: { reason: 'enough of it' } }, () => undefined);
  };
  const poisonChild = (): void => {
    const children = [...watch.talk.starts];
    if (children.length > 0 && faults.strikes('poisoned')) world.poisoned.add(random.pick(children));
  };
  const next = (): void => {
    if (faults.over) return;
    signal();
    forge();
    cancelChild();
    poisonChild();
    clock.after(random.int(1, 2 * everyMs), next);
  };
  clock.after(random.int(1, everyMs), next);
}

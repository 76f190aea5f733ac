/** Callers: they start runs, sometimes twice or with another input, cancel some, and somebody writes rubbish into the inbox. */
import { hashJson, runIdForKey, type InboxMessage } from '@baton/contracts';
import { operateRuns } from './operators.ts';
import type { Input, Program } from './program.ts';
import { randomInput } from './programs.ts';
import { tellRuns } from './tellers.ts';
import type { World } from './world.ts';

export interface StartedRun {
  readonly runId: string;
  readonly program: Program;
  /** The log has acknowledged the start: from then on the run must not be lost (I1). */
  acknowledged: boolean;
}

export function openDoor(world: World, programs: readonly Program[], runs: number, withinMs: number): StartedRun[] {
  const { random, clock, faults } = world;
  const started: StartedRun[] = [];
  for (let i = 0; i < runs; i++) {
    const program = random.pick(programs);
    const input = randomInput(random);
    const runId = runIdForKey(program.workflow.def.name, `key-${i}`);
    const run: StartedRun = { runId, program, acknowledged: false };
    started.push(run);
    if (faults.strikes('poisoned', 3)) world.poisoned.add(runId);
    const start = (attempt: number, input: Input): void => send({ v: 1, id: `start-${i}-${attempt}`, type: 'start', runId, ts: 0, body: { def: program.workflow.def, input, inputHash: hashJson(input), via: 'api' } }, () => (run.acknowledged = true));
    clock.after(random.int(0, withinMs), () => start(0, input));
    if (faults.strikes('start-twice', 5)) clock.after(random.int(0, withinMs * 2), () => start(1, input));
    if (faults.strikes('start-conflict', 5)) clock.after(random.int(0, withinMs * 2), () => start(2, { ...input, n: input.n + 1 }));
    if (faults.strikes('cancelled', 3)) clock.after(random.int(0, withinMs * 2), () => run.acknowledged && send({ v: 1, id: `cancel-${i}`, type: 'cancel', runId, ts: 0, body: { reason: 'enough' } }, () => undefined));
  }
  const rubbish = (): void => {
    if (faults.over) return;
    if (faults.strikes('garbage', 3)) world.inbox.receiveRaw(random.int(0, world.partitions - 1), random.pick(['', 'rubbish', '{"v":9}', '{"v":1,"__proto__":{}}', '[]', 'null']), clock.nowMs);
    clock.after(2_000, rubbish);
  };
  clock.after(1_000, rubbish);
  const expected = started.map(({ runId }) => runId);
  tellRuns(world, expected, send);
  operateRuns(world, expected, send);
  return started;

  function send(message: InboxMessage, acknowledged: () => void): void {
    const again = (): void => void clock.after(random.int(50, 2_000), () => send(message, acknowledged));
    if (faults.strikes('refused') || faults.strikes('request-lost')) return again();
    clock.after(random.int(1, 10), () => {
      world.inbox.receive(message, clock.nowMs);
      if (faults.strikes('answer-lost')) again();
      else acknowledged();
    });
  }
}

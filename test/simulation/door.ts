/** Callers: they start runs, sometimes twice, cancel some, and somebody writes rubbish into the inbox. */
import { hashJson, runIdForKey, type InboxMessage, type JsonObject } from '@baton/contracts';
import type { Program } from './programs.ts';
import type { World } from './world.ts';

export interface StartedRun {
  readonly runId: string;
  readonly program: Program;
  readonly input: JsonObject;
  /** The log has acknowledged the start: from then on the run must not be lost (I1). */
  acknowledged: boolean;
}

export function openDoor(world: World, programs: readonly Program[], runs: number, withinMs: number): StartedRun[] {
  const { random, clock, faults } = world;
  const started: StartedRun[] = [];
  for (let i = 0; i < runs; i++) {
    const program = random.pick(programs);
    const input = { n: random.int(0, 10) };
    const runId = runIdForKey(program.workflow.def.name, `key-${i}`);
    const run: StartedRun = { runId, program, input, acknowledged: false };
    started.push(run);
    const message = (attempt: number): InboxMessage => ({ v: 1, id: `start-${i}-${attempt}`, type: 'start', runId, ts: 0, body: { def: program.workflow.def, input, inputHash: hashJson(input), via: 'api' } });
    clock.after(random.int(0, withinMs), () => send(message(0), () => (run.acknowledged = true)));
    if (faults.strikes('start-twice', 5)) clock.after(random.int(0, withinMs * 2), () => send(message(1), () => (run.acknowledged = true)));
    if (faults.strikes('cancelled', 3)) clock.after(random.int(0, withinMs * 2), () => run.acknowledged && send({ v: 1, id: `cancel-${i}`, type: 'cancel', runId, ts: 0, body: { reason: 'enough' } }, () => undefined));
  }
  const rubbish = (): void => {
    if (faults.over) return;
    if (faults.strikes('garbage', 3)) world.receiveRaw(random.int(0, world.partitions - 1), random.pick(['', 'rubbish', '{"v":9}', '{"v":1,"__proto__":{}}', '[]', 'null']));
    clock.after(2_000, rubbish);
  };
  clock.after(1_000, rubbish);
  return started;

  function send(message: InboxMessage, acknowledged: () => void): void {
    const again = (): void => void clock.after(random.int(50, 2_000), () => send(message, acknowledged));
    if (faults.strikes('refused') || faults.strikes('request-lost')) return again();
    clock.after(random.int(1, 10), () => {
      world.receive(message, clock.nowMs);
      if (faults.strikes('answer-lost')) again();
      else acknowledged();
    });
  }
}

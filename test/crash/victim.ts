/** A process that is to end, or to stand still, at a point. */
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../e2e/eventually.ts';
import type { Proc, ProcOptions } from '../e2e/processes.ts';
import type { System } from '../e2e/system.ts';
import { ARMED, EXIT_CODE, type Armed, type Passing, type Report } from './armed.ts';
import { nameOf, type Case } from './points.ts';
import { leftBy, takeoverMs, type LeftPartition } from './takeover.ts';

const PRELOAD = fileURLToPath(new URL('./preload.ts', import.meta.url));
export const WATCHING: readonly string[] = ['--import', PRELOAD];

/** As short as a busy machine allows. */
export const SESSION_SECONDS = 4;
/** At least; an orchestrator also stands still until others have its partitions. */
const STILL_MS = {
  /** Session, then what the others need to notice. Shorter than any deadline of a call. */
  session: SESSION_SECONDS * 1_000 + 2_000,
  /** The lane gives a call ten seconds. */
  deadline: 13_000,
} as const;
const REACHED_WITHIN_MS = 240_000;

export interface Victim {
  readonly case: Case;
  readonly proc: Proc;
}

export interface Hit {
  readonly case: Case;
  readonly proc: Proc;
  readonly atMs: number;
  /** By an orchestrator. */
  readonly left: readonly LeftPartition[];
}

export async function startVictim(system: System, one: Case): Promise<Victim> {
  const { point, nth, how, role } = one;
  const armed: Armed = { point, nth, how };
  const options: ProcOptions = { env: { [ARMED]: JSON.stringify(armed) }, untilReady: false };
  return { case: one, proc: await system[role](options) };
}

export const isReady = async ({ port }: Proc): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true;

/** Resolves when it was hit and has ended as it should, or stood still and is on its feet again. @throws Error where the point was not reached. */
export async function untilHit(system: System, { case: one, proc }: Victim, report: Report): Promise<Hit> {
  const name = nameOf(one);
  let ended: number | NodeJS.Signals | undefined;
  void proc.ended.then((end) => (ended = end));
  const { atMs } = await eventually(
    (): Passing | undefined => {
      // Asked before the report is read: what it has hit stands there before it ends.
      const isOver = ended !== undefined;
      const hit = report.hitBy(proc.pid);
      if (hit === undefined && isOver) throw new Error(`${name}: the process ended by ${ended} before it was there\n${proc.output().slice(-4_000)}`);
      return hit;
    },
    `${name} to be reached`,
    REACHED_WITHIN_MS,
    () => `Passed were ${report.passings().filter(({ pid }) => pid === proc.pid).map(({ point }) => point).join(', ')}\n${proc.output().slice(-4_000)}`,
  );
  const hit = { case: one, proc, atMs, left: one.role === 'orchestrator' ? await leftBy(system.kafka, proc) : [] };
  if (one.how !== 'SIGSTOP') {
    const end = await proc.ended;
    if (end !== (one.how === 'exit' ? EXIT_CODE : one.how)) throw new Error(`${name}: ended by ${end}`);
    return hit;
  }
  await sleep(STILL_MS[one.still]);
  if (one.alone !== true) await eventually(() => takeoverMs(system.kafka, atMs, hit.left).then((ms) => ms !== undefined), `${name}: others to take over`, 180_000, () => system.said());
  proc.send('SIGCONT');
  await eventually(() => isReady(proc), `${name}: the process to be ready again`, 180_000, () => proc.output().slice(-4_000));
  return hit;
}

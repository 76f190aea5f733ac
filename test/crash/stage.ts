/**
 * A system in which processes end while others go on, round after round; after each everything that has ever happened in it
 * is checked.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerAddresses } from '@baton/local';
import { eventually } from '../e2e/eventually.ts';
import type { Proc } from '../e2e/processes.ts';
import { startSystem, type System } from '../e2e/system.ts';
import { keyOf, type Truth } from '../e2e/truth.ts';
import { openReport, REPORT, type Report } from './armed.ts';
import { carryingOf, type Carrying } from './carrying.ts';
import { startLoad } from './load.ts';
import { nameOf, type Case, type PointName } from './points.ts';
import { carries, type Round } from './rounds.ts';
import { takeoverMs } from './takeover.ts';
import { isReady, SESSION_SECONDS, startVictim, untilHit, WATCHING, type Hit, type Victim } from './victim.ts';

export interface Outcome {
  readonly case: Case;
  /** Of an orchestrator that ended, in milliseconds. */
  readonly takeoverMs?: number;
}

export interface Played {
  readonly outcomes: readonly Outcome[];
  readonly runs: number;
  readonly truth: Truth;
}

export interface Stage {
  readonly system: System;
  /** Points passed by any of its processes. */
  passed(): ReadonlySet<PointName>;
  /**
   * Lets processes end, those of a wave side by side and wave after wave, all under one load; then waits for all runs to
   * complete, and checks.
   * @throws Error where a point is not reached, a process does not come back, a run does not complete, or an invariant does not hold.
   */
  play(round: Round): Promise<Played>;
  close(): Promise<void>;
}

/** Whoever was given other partitions since the last time builds the views of these. */
const DROP_AGAIN_MS = 8_000;

/** Victims of one wave; beside them is one orchestrator that stays, and each of them has to be given a partition. */
export const TOGETHER_AT_MOST = 8;

/** @param alone nobody is there to take over. */
export async function openStage(addresses: ServerAddresses, { alone = false }: { readonly alone?: boolean } = {}): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'baton-crash-'));
  const reportFile = join(dir, 'report');
  const report = openReport(reportFile);
  const system = await startSystem(addresses, { partitions: TOGETHER_AT_MOST + 1, nodeArgs: WATCHING, env: { [REPORT]: reportFile, NODE_COMPILE_CACHE: join(dir, 'compiled'), BATON_KAFKA_SESSION_SECONDS: String(SESSION_SECONDS) } });
  const [, ...staying] = await Promise.all([system.worker(), ...(alone ? [] : [system.orchestrator()])]);
  let rounds = 0;
  /** A command is performed once, and once more for each process that takes its result to the grave. */
  let executions = 1;
  let late = 0;
  const carryingHere = (): Promise<Carrying> => carryingOf(system, addresses, () => staying.map((proc) => proc.output()).join('\n'));

  return {
    system,
    passed: () => new Set(report.passings().map(({ point }) => point)),
    async play(round) {
      const cases = round.flat();
      if (cases.some((one) => (one.alone === true) !== alone)) throw new Error('Expected cases for a stage of this kind');
      executions = Math.max(executions, 1 + cases.filter(({ role }) => role === 'worker').length);
      const carrying = cases.some(carries) ? await carryingHere() : undefined;
      let victims: readonly Victim[] = [];
      const hits: Hit[] = [];
      const load = startLoad(system, {
        name: `round-${++rounds}`,
        doors: () => victims.flatMap(({ case: { role }, proc }) => (role === 'gateway' ? [proc.port] : [])),
        bursts: () => victims.some(({ case: { amid } }) => amid === 'bursts'),
      });
      try {
        await carrying?.often();
        for (const wave of round) {
          victims = await Promise.all(wave.map((one) => startVictim(system, one)));
          const hitting = Promise.all(victims.map((victim) => untilHit(system, victim, report)));
          await Promise.all([hitting, carrying && restoreUntil(hitting, { victims, report, carrying })]);
          hits.push(...(await hitting));
        }
        await carrying?.expectSoundFiles();
        await carrying?.rarely();
      } finally {
        await load.stop();
      }
      await system.untilEnded([...load.runIds]);
      for (const { partition, offset } of load.garbage) await system.wire.deadLetterOf(system.names.inbox, partition, offset);
      const truth = await system.expectSound({ executions });
      expectOnceByEach(system);
      if (cases.some(({ moment }) => moment === 'C5') && truth.late.length === late) throw new Error('C5: what was appended late is not in the history; another owner should have claimed before');
      late = truth.late.length;
      for (const runId of load.runIds) {
        const run = truth.runs.get(runId);
        if (run?.status !== 'completed') throw new Error(`I1: the run ${runId} was acknowledged, but the history has it as ${run?.status ?? 'unknown'}: ${JSON.stringify(run?.error)}`);
      }
      const outcomes = await Promise.all(hits.map((hit) => outcomeOf(system, hit)));
      await Promise.all(hits.map(({ case: one, proc }) => endGracefully(one, proc)));
      return { outcomes, runs: load.runIds.size, truth };
    },
    async close() {
      await system.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Drops the views as soon as those that are to build them have partitions, and until each of them has got to its point, or `end`. */
async function restoreUntil(end: Promise<unknown>, { victims, report, carrying }: { readonly victims: readonly Victim[]; readonly report: Report; readonly carrying: Carrying }): Promise<void> {
  const restoring = victims.filter(({ case: { amid } }) => amid === 'restoring');
  let over = false;
  void end.catch(() => undefined).finally(() => (over = true));
  const reached = (): boolean => over || restoring.every(({ proc }) => report.hitBy(proc.pid) !== undefined);
  for (const { proc } of restoring) await eventually(async () => reached() || (await isReady(proc)), `the ${proc.name} that is to build a view to be ready`, 180_000, proc.output);
  while (!reached()) {
    await carrying.dropViews();
    await eventually(reached, 'views to be built', DROP_AGAIN_MS).catch(() => undefined);
  }
}

/** A process remembers what it has answered, so repetitions of a command are performed by others alone. */
function expectOnceByEach(system: System): void {
  const seen = new Map<string, number>();
  for (const [line, { what, runId, stepId, attempt, pid, atMs }] of system.ledger().entries()) {
    const key = `${what} of ${keyOf({ runId, stepId, attempt })} by ${pid}`;
    const before = seen.get(key);
    if (before !== undefined) {
      const first = system.ledger()[before]!;
      throw new Error(`I12: performed twice: ${key}, ${atMs - first.atMs} ms after the first time, with ${line - before - 1} others by all in between`);
    }
    seen.set(key, line);
  }
}

async function outcomeOf(system: System, hit: Hit): Promise<Outcome> {
  if (hit.case.alone === true || hit.left.length === 0) return { case: hit.case };
  const waited = await eventually(() => takeoverMs(system.kafka, hit.atMs, hit.left), `others to take over from ${nameOf(hit.case)}`, 180_000);
  return { case: hit.case, takeoverMs: waited };
}

/** One that stood still has come back whole: it ends as it should when it is told to. */
async function endGracefully({ how }: Case, proc: Proc): Promise<void> {
  if (how !== 'SIGSTOP') return;
  const end = await proc.kill('SIGTERM');
  if (end !== 0) throw new Error(`The ${proc.name} that stood still ended by ${end} when it was told to stop\n${proc.output().slice(-4_000)}`);
}

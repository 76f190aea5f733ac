/** One run: build the system, load it, break it by the plan, let it come to rest, and judge what it has left behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Examination } from '@baton/invariants';
import { eventually } from '../e2e/eventually.ts';
import { watchEnds, type Ends } from './ends.ts';
import { assignmentsOf, gather, readHistory } from './evidence.ts';
import { FAULTS } from './faults/index.ts';
import { HistoryFigures } from './history-figures.ts';
import { keep } from './keep.ts';
import { openAccounts } from './ledger/accounts.ts';
import { disagreements } from './ledger/balance.ts';
import { startLoad, type Load } from './load.ts';
import { perform, type Performance } from './perform.ts';
import { planFaults, type FaultKind } from './plan.ts';
import { reportOf, type Report } from './report.ts';
import { castOf, startStage, type Stage } from './stage.ts';
import { quietTimes, takeovers } from './takeovers.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly runsPerSecond: number;
  readonly orchestrators: number;
  readonly workers: number;
  readonly partitions: number;
  readonly sessionMs: number;
  /** Default: all. */
  readonly kinds?: readonly FaultKind[];
  /** See PlanOptions. */
  readonly everyMs?: number;
  /** Where logs, plan and raw records go when something is violated. */
  readonly keepIn: string;
  /** Also when nothing is violated. Default: no. */
  readonly keepAlways?: boolean;
  readonly say: (line: string) => void;
}

const SAY_EVERY_MS = 5_000;
/** For starts that were underway when the load ended. */
const ACKNOWLEDGED_WITHIN_MS = 120_000;
/** From the end of load and faults to the end of the last run. */
const DRAINED_WITHIN_MS = 180_000;
/** From the last run's end to the last write of the view, mark and committed position. */
const AT_REST_AFTER_MS = 20_000;

export async function chaos(options: ChaosOptions): Promise<Report> {
  const { seed, minutes, runsPerSecond, sessionMs, say } = options;
  const durationMs = minutes * 60_000;
  const plan = planFaults({ seed, durationMs, sessionMs, cast: castOf(options), ...(options.kinds !== undefined && { kinds: options.kinds }), ...(options.everyMs !== undefined && { everyMs: options.everyMs }) });
  const dir = mkdtempSync(join(tmpdir(), 'baton-chaos-'));
  const forget = (): void => rmSync(dir, { recursive: true, force: true });
  // A run that is broken off leaves nothing behind.
  process.once('exit', forget);
  let stage: Stage | undefined;
  try {
    stage = await startStage({ ...options, dir, onProgress: say });
    const ends = await watchEnds(stage.kafka.brokers, stage.names);
    const load = await startLoad(stage, { seed, runsPerSecond });
    const performance = perform(plan, stage, { faults: FAULTS, durationMs });
    const stopSaying = progress({ ends, load, performance, say, seed });
    await Promise.all([performance.over, elapsed(durationMs)]);
    const restFromMs = Date.now();
    const otherViolations = await comeToRest(stage, load, ends, say);
    const drainMs = Date.now() - restFromMs;
    stopSaying();
    await ends.close();
    await elapsed(AT_REST_AFTER_MS);
    say('Everything is at rest; examining');
    const report = await judge(options, { stage, load, performance, drainMs, otherViolations });
    if (report.violations.length > 0 || options.keepAlways === true) {
      await keep(stage, options.keepIn, { report, plan, performed: performance.performed });
      say(`Logs, plan and raw records are kept in ${options.keepIn}`);
    }
    return report;
  } finally {
    await stage?.close();
    process.off('exit', forget);
    forget();
  }
}

const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns what did not come to rest, a sentence each. */
async function comeToRest(stage: Stage, load: Load, ends: Ends, say: (line: string) => void): Promise<readonly string[]> {
  const found: string[] = [];
  const within = async (what: Promise<unknown>): Promise<void> => void (await what.catch((error: Error) => found.push(`I2: ${error.message.trim()}`)));
  say('No more faults, no more starts; waiting for every run to end');
  await within(stage.restore());
  await within(stage.whole());
  await load.stop(ACKNOWLEDGED_WITHIN_MS);
  for (const { runId, acknowledgedMs } of load.runs.values()) if (acknowledgedMs === undefined) found.push(`I2: the start of ${runId} was not acknowledged although nothing is wrong any more`);
  const open = (): readonly string[] => [...load.runs.values()].filter(({ runId, acknowledgedMs }) => acknowledgedMs !== undefined && !ends.ended.has(runId)).map(({ runId }) => runId);
  await within(eventually(() => open().length === 0, 'every acknowledged run to end', DRAINED_WITHIN_MS, () => `${open().length} have not: ${open().slice(0, 10).join(', ')}`));
  return [...found, ...load.troubles];
}

interface Rest {
  readonly stage: Stage;
  readonly load: Load;
  readonly performance: Performance;
  readonly drainMs: number;
  readonly otherViolations: readonly string[];
}

async function judge(options: ChaosOptions, { stage, load, performance, drainMs, otherViolations }: Rest): Promise<Report> {
  const { performed, troubles } = performance;
  const { evidence, commands } = await gather(stage, { runs: load.runs, performed, sessionMs: options.sessionMs });
  const examination = new Examination(evidence);
  const figures = new HistoryFigures();
  await readHistory(stage, {
    open: (partition, first) => examination.open(partition, first),
    add(partition, record) {
      examination.add(partition, record);
      figures.add(partition, record);
    },
  });
  const accounts = openAccounts(stage.accountsFile);
  const executions = accounts.executions();
  const runs = new Map([...load.runs.values()].map(({ runId, input, cancelled }) => [runId as string, { input, cancelled, status: figures.statuses.get(runId) }]));
  const books = disagreements({ balances: accounts.balances(), movements: accounts.movements(), executions, runs });
  accounts.close();
  return reportOf({
    ...options,
    started: load.runs.size,
    acknowledged: load.acknowledged,
    transitions: figures.transitions,
    claims: figures.claims,
    performed,
    troubles,
    events: stage.events,
    commandsSent: commands.length,
    commandsDistinct: new Set(commands.map(({ value }) => commandKey(value))).size,
    executions: executions.length,
    executionsDistinct: new Set(executions.map(({ key }) => key)).size,
    takeovers: takeovers({ events: stage.events, assignments: assignmentsOf(stage), tenures: figures.tenures, quiet: quietTimes(performed) }),
    verdicts: examination.verdicts(),
    otherViolations: [...otherViolations, ...books.map((disagreement) => `ledger: ${disagreement}`)],
    drainMs,
  });
}

function commandKey(value: Uint8Array | null): string {
  const { t, key } = JSON.parse(Buffer.from(value ?? []).toString()) as { readonly t: string; readonly key: string };
  return `${t} ${key}`;
}

/** A line every few seconds. @returns a function that ends it. */
function progress({ ends, load, performance, say, seed }: { readonly ends: Ends; readonly load: Load; readonly performance: Performance; readonly say: (line: string) => void; readonly seed: number }): () => void {
  const startedMs = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedMs) / 1_000);
    const now = performance.present.map(({ kind, target }) => `${kind} (${target})`).join(', ') || 'nothing';
    say(`seed ${seed}, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}: ${load.acknowledged} runs acknowledged of ${load.runs.size}, ${ends.ended.size} ended; ${performance.performed.length} faults, now ${now}`);
  }, SAY_EVERY_MS);
  return () => clearInterval(timer);
}

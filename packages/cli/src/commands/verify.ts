/** Whether what must never happen has not happened, on a system that works. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '@baton/invariants';
import { ID_PATTERN } from '@baton/contracts';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { Failure, usage } from '../failure.ts';
import { withLiveSystem } from '../live-system.ts';
import { counter } from '../output/counter.ts';
import { safe } from '../output/safe.ts';
import type { Session } from '../session.ts';
import { chooseRuns } from '../verify/chosen-runs.ts';
import { combined } from '../verify/combined.ts';
import { verifyPartition } from '../verify/verify-partition.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly run?: string;
  readonly sample?: number;
  readonly all?: boolean;
}

const DEFAULT_SAMPLE = 100;
/** Before a finding that may be lateness is looked at again. */
const SECOND_LOOK_MS = 3_000;
/** Findings shown to a person for each invariant; --json has a thousand. */
const SHOWN = 10;

export function addVerify(program: Command, session: (command: Command) => Session): void {
  program
    .command('verify')
    .summary('hold a live system against its invariants')
    .description(
      `Read history, view, inbox, commands and dead letters, and hold them against the invariants I1 to I24. Disturbs nothing: joins no consumer group, writes nothing. What follows from the history may lag, so a finding about it is looked at twice. Needs BATON_KAFKA_BROKERS and BATON_REDIS_URL. Without an option ${DEFAULT_SAMPLE} runs by chance. Ends with 5 where an invariant is violated.`,
    )
    .option('--run <id>', 'only this run')
    .option('--sample <count>', 'so many runs of the view, by chance', wholeNumber('--sample'))
    .option('--all', 'every run')
    .action(async (options: Options, command: Command) => {
      const called = session(command);
      const choice = choiceOf(options);
      const { world, json } = called;
      const progress = counter(world.stderr, { wanted: !json, nowMs: () => world.nowMs() });
      await withLiveSystem(world, async (system) => {
        const chosen = await chooseRuns(system, choice);
        const partitions = chosen === undefined ? Array.from({ length: system.partitions }, (_, partition) => partition) : [...chosen.keys()].sort((a, b) => a - b);
        const parts: (readonly Verdict[])[] = [];
        let records = 0;
        let read = 0;
        try {
          for (const [i, partition] of partitions.entries()) {
            world.signal.throwIfAborted();
            const said = (): void => progress.show(`partition ${i + 1} of ${partitions.length}, ${read.toLocaleString('en')} records read`);
            const pause = (): Promise<void> => {
              progress.say(`partition ${i + 1} of ${partitions.length}: looking again at what may only be late`);
              return sleep(SECOND_LOOK_MS, undefined, { signal: world.signal });
            };
            const plan = { partition, runs: chosen?.get(partition), read: (count: number) => ((read += count), said()) };
            const looked = await verifyPartition(system, plan, { nowMs: () => world.nowMs(), pause });
            parts.push(looked.verdicts);
            records += looked.records;
          }
        } finally {
          progress.end();
        }
        const verdicts = combined(parts);
        if (choice.run !== undefined && !seen(verdicts)) throw new Failure(`Neither history nor view has a run ${choice.run}`, { exit: EXIT.notFound, code: 'unknown_run', next: 'List the runs with: baton runs' });
        const runs = chosen === undefined ? undefined : [...chosen.values()].flatMap((ids) => [...ids]);
        if (verdicts.some(({ outcome }) => outcome === 'violated')) called.exit(EXIT.differences);
        called.answer({ namespace: system.namespace, partitions: partitions.length, records, ...(runs !== undefined && { runs }), verdicts }, () => report(verdicts, { namespace: system.namespace, records, runs: runs?.length }, called));
      });
    });
}

function choiceOf({ run, sample, all = false }: Options): { readonly run?: string; readonly sample?: number } {
  if ([run !== undefined, sample !== undefined, all].filter(Boolean).length > 1) throw usage('--run, --sample and --all exclude each other');
  if (run !== undefined && !ID_PATTERN.test(run)) throw usage(`--run expects a run id, but found ${JSON.stringify(run)}`, 'List the runs with: baton runs');
  if (sample !== undefined && sample < 1) throw usage(`--sample expects at least 1, but found ${sample}`);
  if (run !== undefined) return { run };
  return all ? {} : { sample: sample ?? DEFAULT_SAMPLE };
}

/** Whether a transition was met, or a run of the view. */
const seen = (verdicts: readonly Verdict[]): boolean => verdicts.some(({ invariant, examined, found }) => (invariant === 'I3' && examined > 0) || found > 0);

function report(verdicts: readonly Verdict[], about: { readonly namespace: string; readonly records: number; readonly runs: number | undefined }, { style }: Session): string {
  const lines = verdicts.flatMap(({ invariant, title, outcome, why, examined, violations, found }) => {
    const sign = outcome === 'held' ? style.good('ok  ') : outcome === 'violated' ? style.bad('fail') : style.quiet('–   ');
    const count = outcome === 'not-checked' ? '' : `  ${style.quiet(`${examined.toLocaleString('en')} looked at`)}`;
    return [
      `${sign}  ${invariant.padEnd(3)}  ${title}${count}`,
      ...(why === undefined ? [] : [`           ${style.quiet(`${outcome === 'not-checked' ? 'not checked' : 'not in full'}: ${safe(why)}`)}`]),
      ...violations.slice(0, SHOWN).map(({ runId, partition, what }) => `           ${[partition === undefined ? '' : `partition ${partition}`, runId === undefined ? '' : `run ${safe(runId)}`].filter((part) => part !== '').join(', ')}: ${safe(what)}`),
      ...(found > SHOWN ? [`           … ${found - SHOWN} more, with: --json`] : []),
    ];
  });
  const violated = verdicts.filter(({ outcome }) => outcome === 'violated').length;
  const scope = about.runs === undefined ? 'every run' : about.runs === 1 ? 'one run' : `${about.runs} runs`;
  return [...lines, '', `${scope} of namespace ${about.namespace}, ${about.records.toLocaleString('en')} records of history: ${violated === 0 ? style.good('no violation') : style.bad(`${violated} ${violated === 1 ? 'invariant' : 'invariants'} violated`)}`].join('\n');
}

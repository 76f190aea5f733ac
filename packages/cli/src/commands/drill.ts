/** Whether what would be needed on a bad day is there: tried on a good one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { checkpointsOf } from '../checkpoints.ts';
import { drillPartition, type Drilled } from '../drill/drill-partition.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../failure.ts';
import { withLiveSystem } from '../live-system.ts';
import { counter } from '../output/counter.ts';
import { safe } from '../output/safe.ts';
import { table } from '../output/table.ts';
import { duration } from '../output/times.ts';
import type { Session } from '../session.ts';
import { wholeNumber } from './runs.ts';

const LOOK_AGAIN_MS = 500;
const SHOWN = 10;

export function addDrill(program: Command, session: (command: Command) => Session): void {
  const drill = program.command('drill').summary('try what a bad day would need').description('Try on a live system what a bad day would need, without disturbing it.');
  drill
    .command('restore')
    .summary('build the view beside the live one, and compare')
    .description(
      'Build the view of each partition again, beside the live one, from everything that a lane could build it from: the newest checkpoint (with BATON_BLOB_DIR), the history from its beginning, the last carry-forward in it. Compare every run with the live view, and say how fast it went. What is built is removed again. Needs BATON_KAFKA_BROKERS and BATON_REDIS_URL, and as much memory in Redis as the largest partition takes. Ends with 5 where something differs, or nothing can be built.',
    )
    .option('--partition <number>', 'only this partition', wholeNumber('--partition'))
    .action(async ({ partition: only }: { partition?: number }, command: Command) => {
      const called = session(command);
      const { world, json } = called;
      const progress = counter(world.stderr, { wanted: !json, nowMs: () => world.nowMs() });
      await withLiveSystem(world, async (system) => {
        const checkpoints = await checkpointsOf(world, system.namespace);
        if (only !== undefined && only >= system.partitions) throw usage(`--partition expects a number below ${system.partitions}, but found ${only}`);
        const partitions = only === undefined ? Array.from({ length: system.partitions }, (_, partition) => partition) : [only];
        const drilled: Drilled[] = [];
        try {
          for (const partition of partitions) {
            world.signal.throwIfAborted();
            const found = await drillPartition(system, {
              partition,
              checkpoints,
              nowMs: () => world.nowMs(),
              pause: () => sleep(LOOK_AGAIN_MS, undefined, { signal: world.signal }),
              progress: (base, records) => {
                world.signal.throwIfAborted();
                progress.show(`partition ${partition} from ${base}: ${records.toLocaleString('en')} records`);
              },
            });
            drilled.push(...found);
          }
        } finally {
          progress.end();
        }
        const withoutWay: number[] = [];
        for (const partition of partitions) {
          const { next } = await system.topics.bounds(system.names.history, partition);
          // A history that nobody has written to yet has nothing to lose.
          if (next > 0 && !drilled.some((one) => one.partition === partition && one.broken === undefined)) withoutWay.push(partition);
        }
        const differs = drilled.some(({ differences = [] }) => differences.length > 0);
        if (differs || withoutWay.length > 0) called.exit(EXIT.differences);
        const records = drilled.reduce((sum, one) => sum + one.records, 0);
        const durationMs = drilled.reduce((sum, one) => sum + one.durationMs, 0);
        const recordsPerSecond = durationMs === 0 ? 0 : Math.round((records * 1_000) / durationMs);
        called.answer({ namespace: system.namespace, restored: drilled, withoutWay, records, durationMs, recordsPerSecond }, () => report({ drilled, withoutWay, records, durationMs, recordsPerSecond }, called));
      });
    });
}

function report({ drilled, withoutWay, records, durationMs, recordsPerSecond }: { readonly drilled: readonly Drilled[]; readonly withoutWay: readonly number[]; readonly records: number; readonly durationMs: number; readonly recordsPerSecond: number }, { style }: Session): string {
  const rows = drilled.map(({ partition, base, records: count, baseRuns, equal = 0, moving = 0, differences = [], broken, durationMs: ms }) => [
    String(partition),
    base,
    String(count),
    String(baseRuns),
    broken === undefined ? `${equal} equal${moving > 0 ? `, ${moving} moving` : ''}${differences.length > 0 ? `, ${differences.length} DIFFER` : ''}` : 'not usable',
    duration(ms),
  ]);
  const details = drilled.flatMap(({ partition, base, differences = [], broken }) => [
    ...differences.slice(0, SHOWN).map(({ runId, what }) => `${style.bad('differs')}  partition ${partition} from ${base}: run ${safe(runId)} ${what}`),
    ...(differences.length > SHOWN ? [`         … ${differences.length - SHOWN} more, with: --json`] : []),
    ...(broken === undefined ? [] : [`${style.warn('passed over')}  partition ${partition}, ${base}: ${safe(broken)}`]),
  ]);
  const lost = withoutWay.map((partition) => `${style.bad('lost')}     partition ${partition} could not be built again from anything: see docs/internals/divergence.md`);
  return [table(['PARTITION', 'FROM', 'RECORDS', 'RUNS IN BASE', 'RUNS', 'TOOK'], rows), ...details, ...lost, '', `${records.toLocaleString('en')} records in ${duration(durationMs)}: ${recordsPerSecond.toLocaleString('en')} records/s`].join('\n');
}

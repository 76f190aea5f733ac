/** The view of a partition built again by its own lane, while starts are accepted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKafka } from '@baton/adapter-kafka';
import { partitionOf, type RunId } from '@baton/contracts';
import { systemClock } from '@baton/platform-kit';
import { DEFAULT_LANE_OPTIONS, timerMessage, wayBack } from '@baton/runtime';
import { Option, type Command } from 'commander';
import { historyOf } from '../drill/history-of.ts';
import { EXIT } from '../exit-codes.ts';
import { Failure, usage } from '../failure.ts';
import { kafkaOf } from '../kafka.ts';
import { withLiveSystem, type LiveSystem } from '../live-system.ts';
import { counter } from '../output/counter.ts';
import { duration } from '../output/times.ts';
import type { Session } from '../session.ts';
import { checkpointsOf } from '../checkpoints.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly partition: number;
  readonly yes?: boolean;
}

const LOOK_EVERY_MS = 200;
/** A lane notices by itself within 30 seconds; with none for so long there is nobody. */
const NOBODY_AFTER_MS = 90_000;

export function addRebuild(program: Command, session: (command: Command) => Session): void {
  program
    .command('rebuild')
    .summary('build the view of a partition again')
    .description(
      'Drop the view of a partition, so that its lane builds it again from the history, and wait until it is whole. Runs go on where they were, starts are accepted; reads answer 503 until it is whole. Refuses where the view could not be built again. Needs BATON_KAFKA_BROKERS and BATON_REDIS_URL; BATON_BLOB_DIR for checkpoints.',
    )
    .addOption(new Option('--partition <number>', 'the partition').argParser(wholeNumber('--partition')).makeOptionMandatory())
    .option('--yes', 'do it; without it, what would be done is shown')
    .action(async ({ partition, yes = false }: Options, command: Command) => {
      const called = session(command);
      await withLiveSystem(called.world, (system) => rebuild(called, system, { partition, yes }));
    });
}

async function rebuild(called: Session, system: LiveSystem, { partition, yes }: { readonly partition: number; readonly yes: boolean }): Promise<void> {
  const { world } = called;
  const { redis, topics, names, namespace } = system;
  if (partition >= system.partitions) throw usage(`--partition expects a number below ${system.partitions}, but found ${partition}`);
  const observer = { committed: () => undefined, ignored: () => undefined, deadLettered: () => undefined, lane: () => undefined };
  const from = await wayBack(partition, { history: historyOf(system), checkpoints: await checkpointsOf(world, namespace), observer, clock: systemClock, options: DEFAULT_LANE_OPTIONS });
  if (from === undefined) throw new Failure(`The view of partition ${partition} could not be built again: its history does not begin at 0, and neither a checkpoint nor a complete carry-forward is there`, { exit: EXIT.refused, code: 'diverged', next: 'Name the directory of the checkpoints with BATON_BLOB_DIR, or wait for the next carry-forward' });
  const { first, next } = await topics.bounds(names.history, partition);
  const about = { partition, from, records: next - first };
  const what = `The view of partition ${partition} of namespace ${namespace} is built again from ${from}, with up to ${(next - first).toLocaleString('en')} records of history`;
  if (!yes) return called.answer({ ...about, done: false }, () => `${what}. Nothing was done yet: say --yes where that is right.`);

  const before = await redis.inspector.meta(partition);
  const beganMs = world.nowMs();
  await redis.drop(partition);
  await nudge(world.env, partition);
  await whole(called, system, { partition, before: before?.epoch ?? -1, beganMs });
  const durationMs = world.nowMs() - beganMs;
  called.answer({ ...about, done: true, durationMs }, () => `The view of partition ${partition} is whole again, after ${duration(durationMs)}.`);
}

/**
 * A lane looks at its view every 30 seconds, and whenever it needs a run that it does not have in memory. A wake-up for a run
 * that never was makes it look at once, and is then passed over. What this cannot do costs half a minute.
 */
async function nudge(env: Parameters<typeof kafkaOf>[0], partition: number): Promise<void> {
  const { brokers, namespace } = kafkaOf(env);
  const kafka = await connectKafka({ brokers, namespace, clientId: 'baton-cli', requires: ['inbox'] });
  try {
    let nobody = 0;
    while (partitionOf(`rebuild-${nobody}`, kafka.partitions) !== partition) nobody++;
    await kafka.inboxSender.send([timerMessage({ runId: `rebuild-${nobody}` as RunId, timerId: 'none', ver: 0 }, 'sweeper', Date.now())]);
  } finally {
    await kafka.close();
  }
}

async function whole({ world, json }: Session, { redis }: LiveSystem, { partition, before, beganMs }: { readonly partition: number; readonly before: number; readonly beganMs: number }): Promise<void> {
  const progress = counter(world.stderr, { wanted: !json, nowMs: () => world.nowMs() });
  let movedMs = beganMs;
  let last = '';
  try {
    for (;;) {
      const meta = await redis.inspector.meta(partition);
      if (meta !== undefined && meta.epoch > before && meta.histOff >= meta.epoch) return;
      const now = meta === undefined ? 'nobody has begun yet' : `${meta.histOff + 1} of ${meta.epoch + 1} records`;
      if (now !== last) movedMs = world.nowMs();
      last = now;
      if (world.nowMs() - movedMs > NOBODY_AFTER_MS) throw new Failure(`Nobody builds the view of partition ${partition}: ${now}, for ${duration(NOBODY_AFTER_MS)}`, { exit: EXIT.trouble, code: 'unavailable', next: 'Start an orchestrator, or look at /readyz of those that run: it is built by whoever owns the partition' });
      progress.show(`partition ${partition}: ${now}`);
      await sleep(LOOK_EVERY_MS, undefined, { signal: world.signal });
    }
  } finally {
    progress.end();
  }
}

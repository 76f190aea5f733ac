/**
 * Lanes that carry their runs forward every few seconds instead of once a day, and views that are built again from it.
 *
 * How often follows from the retention of the history, which a lane asks for with each claim. Nothing of the history goes
 * meanwhile: it is one segment, and Kafka lets a segment go when its newest record is past its time, where it looks at all.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerAddresses } from '@baton/local';
import { openDiskCheckpoints } from '@baton/platform-kit';
import { connectTopicAdmin, type TopicAdmin } from '@baton/topics';
import { eventually } from '../e2e/eventually.ts';
import type { System } from '../e2e/system.ts';

/** A quarter of it lies between two carry-forwards of a partition. */
const SHORT_RETENTION_MS = 24_000;
const RETENTION = 'retention.ms';

export interface Carrying {
  /** Runs are carried forward every few seconds from now on. Resolves when each partition has a checkpoint. */
  often(): Promise<void>;
  /** Has each partition's lane claim anew and build its view from the best that there is. */
  dropViews(): Promise<void>;
  /** As rarely as before. Resolves when all views are whole again, built from what was carried forward meanwhile. */
  rarely(): Promise<void>;
  /** @throws Error where a checkpoint is not what its name says, or a file that was given up is still there. */
  expectSoundFiles(): Promise<void>;
}

/** @param said what those that go on have said, for messages and to see what they built their views from. */
export async function carryingOf(system: System, addresses: ServerAddresses, said: () => string): Promise<Carrying> {
  const { namespace, names, kafka, redis } = system;
  const { partitions } = kafka;
  const directory = join(system.directory, 'artifacts', 'checkpoints');
  const damaged: string[] = [];
  // One that was let go between two looks is none that is damaged.
  const store = await openDiskCheckpoints({ directory, namespace, damaged: (file, why) => void (why.includes('ENOENT') || damaged.push(`${file}: ${why}`)) });
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  let usual = '';

  const withAdmin = async <T>(work: (admin: TopicAdmin) => Promise<T>): Promise<T> => {
    const admin = await connectTopicAdmin({ brokers: addresses.kafkaBrokers });
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  };
  const dropViews = async (): Promise<void> => void (await Promise.all(all.map((partition) => redis.drop(partition))));
  const newest = async (partition: number): Promise<number | undefined> => {
    for await (const { head } of store.whole(partition)) return head.epoch;
    return undefined;
  };
  const everywhere = async (): Promise<boolean> => (await Promise.all(all.map(newest))).every((epoch) => epoch !== undefined);

  return {
    async often() {
      await withAdmin(async (admin) => {
        usual = (await admin.describe(names.history))!.config[RETENTION]!;
        await admin.configure(names.history, { [RETENTION]: String(SHORT_RETENTION_MS) });
      });
      await dropViews();
      await eventually(everywhere, 'each partition to have a checkpoint', 180_000, said);
    },
    dropViews,
    async rarely() {
      await withAdmin((admin) => admin.configure(names.history, { [RETENTION]: usual }));
      const droppedAt = new Date().toISOString();
      await dropViews();
      await eventually(async () => (await redis.runViews.missing()).length === 0, 'the views to be whole again', 180_000, said);
      await eventually(() => said().split('\n').some((line) => line.includes('the view was built from the checkpoint at') && (/"time":"([^"]*)"/.exec(line)?.[1] ?? '') >= droppedAt), 'a view to be built from a checkpoint', 180_000, said);
    },
    async expectSoundFiles() {
      for (const partition of all) {
        const epoch = (await newest(partition))!;
        const givenUp = async (): Promise<readonly string[]> => (await readdir(join(directory, namespace, String(partition)))).filter((name) => /^\./.test(name) && Number(name.slice(1, 17)) < epoch);
        await eventually(async () => (await givenUp()).length === 0, `nothing of an earlier claim than ${epoch} to be left half-written in partition ${partition}`, 180_000);
      }
      if (damaged.length > 0) throw new Error(`Damaged checkpoints: ${damaged.join(', ')}`);
    },
  };
}

/**
 * What is known of owners that died, in the same Redis as the view. Beginning and ending are calls like any other. Noting is not: a
 * process that ends between a note and its end, twice at the same message, is by definition one that the message has killed, and
 * in these worlds no message does. So nothing happens in between.
 */
import { poisonWatch } from '@baton/adapter-memory';
import type { PoisonWatch } from '@baton/ports';
import type { Process } from './process.ts';
import type { World } from './world.ts';

export function poisonWatchOf(world: World, process: Process): PoisonWatch {
  const watch = poisonWatch(world.poison, { check: () => undefined });
  const atOnce = (effect: () => Promise<void>): Promise<void> => new Promise((resolve) => process.when(() => void effect().then(resolve)));
  return {
    begin: (partition, owner) => process.call('poison.begin', () => watch.begin(partition, owner)).then((found) => found),
    deciding: (partition, note) => atOnce(() => watch.deciding(partition, note)),
    decided: (partition, note) => atOnce(() => watch.decided(partition, note)),
    ended: (partition, owner) => process.call('poison.ended', () => watch.ended(partition, owner)).then(() => undefined),
  };
}

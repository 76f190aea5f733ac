/** Creates and checks the topics of a namespace. Never deletes, never shrinks, never changes what would lose data. */
import { topicPlan, type TopicPlan, type TopicSpec } from '@baton/contracts';
import type { TopicAdmin } from '@baton/adapter-kafka';
import { differencesOf, type TopicDifference } from './differences.ts';

/** The topics that the plan asks for. */
export const planTopics = (plan: TopicPlan): readonly TopicSpec[] => topicPlan(plan);

/** @returns every difference, none where all is as it must be. @throws OperatingError where no broker answers. */
export async function checkTopics(admin: TopicAdmin, plan: TopicPlan): Promise<readonly TopicDifference[]> {
  const differences: TopicDifference[] = [];
  for (const spec of planTopics(plan)) differences.push(...differencesOf(spec, await admin.describe(spec.name), plan, admin.brokers));
  return differences;
}

export interface TopicChange {
  readonly topic: string;
  readonly what: string;
}

/**
 * Brings the topics as near to the plan as can be done without harm.
 * @returns what was changed, and what is left for a person.
 */
export async function applyTopics(admin: TopicAdmin, plan: TopicPlan): Promise<{ readonly changes: readonly TopicChange[]; readonly left: readonly TopicDifference[] }> {
  const changes: TopicChange[] = [];
  const missing: TopicSpec[] = [];
  for (const spec of planTopics(plan)) {
    const found = await admin.describe(spec.name);
    if (found === undefined) {
      missing.push(spec);
      continue;
    }
    const mendable = differencesOf(spec, found, plan, admin.brokers).filter((difference) => difference.mendable);
    if (mendable.some(({ what }) => what === 'partitions')) {
      await admin.addPartitions(spec.name, spec.partitions);
      changes.push({ topic: spec.name, what: `partitions ${found.partitions} to ${spec.partitions}` });
    }
    const settings = mendable.filter(({ what }) => what in spec.config);
    if (settings.length > 0) {
      await admin.configure(spec.name, spec.config);
      for (const { what, found: before, expected } of settings) changes.push({ topic: spec.name, what: `${what} ${before} to ${expected}` });
    }
  }
  if (missing.length > 0) await admin.create(missing);
  for (const { name, partitions } of missing) changes.push({ topic: name, what: `created with ${partitions} partition${partitions === 1 ? '' : 's'}` });
  return { changes, left: await checkTopics(admin, plan) };
}

/** What stands between the topics as they are and as the plan has them, and what mends it. Pure. */
import type { TopicPlan, TopicSpec } from '@baton/contracts';
import type { TopicDescription } from '@baton/adapter-kafka';

export interface TopicDifference {
  readonly topic: string;
  /** What differs: `missing`, `partitions`, `replication factor`, or the name of a setting. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  /** Whether `baton topics apply` mends it. */
  readonly mendable: boolean;
  /** What a person can run or do. */
  readonly command: string;
}

/** For people, in one line. */
export const differenceLine = ({ topic, what, expected, found }: TopicDifference): string => (what === 'missing' ? `${topic} does not exist, expected ${expected}` : `${topic}: ${what} is ${found}, expected ${expected}`);

export function differencesOf(spec: TopicSpec, found: TopicDescription | undefined, plan: TopicPlan, brokers: readonly string[]): readonly TopicDifference[] {
  const apply = applyCommand(plan, brokers);
  if (found === undefined) return [{ topic: spec.name, what: 'missing', expected: `${spec.partitions} partition${spec.partitions === 1 ? '' : 's'}`, found: 'no such topic', mendable: true, command: apply }];
  const differences: TopicDifference[] = [];
  // More than planned do no harm where the count is not fixed, and nobody could take them away.
  const enough = !spec.partitionsFixed && spec.partitions > 1 && found.partitions > spec.partitions;
  if (found.partitions !== spec.partitions && !enough) differences.push({ topic: spec.name, what: 'partitions', expected: String(spec.partitions), found: String(found.partitions), ...partitionAdvice(spec, found, apply) });
  if (found.replicationFactor !== spec.replicationFactor) {
    differences.push({
      topic: spec.name,
      what: 'replication factor',
      expected: String(spec.replicationFactor),
      found: String(found.replicationFactor),
      mendable: false,
      command: `kafka-reassign-partitions.sh moves replicas of a live topic; or set BATON_REPLICATION_FACTOR=${found.replicationFactor} where that is meant`,
    });
  }
  for (const [name, expected] of Object.entries(spec.config)) {
    const value = found.config[name];
    if (value !== expected) differences.push({ topic: spec.name, what: name, expected, found: value ?? 'unset', mendable: true, command: apply });
  }
  return differences;
}

function partitionAdvice(spec: TopicSpec, found: TopicDescription, apply: string): Pick<TopicDifference, 'mendable' | 'command'> {
  if (spec.partitionsFixed) {
    return {
      mendable: false,
      command: `A run's partition follows from the count, so it can never change: start with BATON_PARTITIONS=${found.partitions}, or use another namespace (BATON_NAMESPACE) with ${spec.partitions}`,
    };
  }
  // One partition is the order of these topics; more would break it.
  if (spec.partitions === 1) return { mendable: false, command: 'This topic is read in one order and must have one partition: recreate it' };
  return { mendable: true, command: apply };
}

export function applyCommand(plan: TopicPlan, brokers: readonly string[]): string {
  return [
    `BATON_KAFKA_BROKERS=${brokers.join(',')}`,
    `BATON_NAMESPACE=${plan.namespace}`,
    `BATON_PARTITIONS=${plan.partitions}`,
    `BATON_REPLICATION_FACTOR=${plan.replicationFactor}`,
    ...(plan.services.length > 0 ? [`BATON_SERVICES=${plan.services.join(',')}`] : []),
    'npx baton topics apply',
  ].join(' ');
}

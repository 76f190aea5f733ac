import { applyTopics, checkTopics, connectTopicAdmin, differenceLine, planFromEnvironment, planTopics, type TopicAdmin, type TopicDifference, type TopicPlan } from '@baton/topics';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../failure.ts';
import { table } from '../output/table.ts';
import type { Session } from '../session.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly services?: string;
}

export function addTopics(program: Command, session: (command: Command) => Session): void {
  const topics = program
    .command('topics')
    .summary('the Kafka topics of a namespace, as code')
    .description('Plan, create and check the topics of a namespace. Needs BATON_KAFKA_BROKERS; BATON_NAMESPACE, BATON_PARTITIONS, BATON_REPLICATION_FACTOR and BATON_SERVICES say what is wanted.');
  const sub = (name: string, summary: string, description: string): Command =>
    topics
      .command(name)
      .summary(summary)
      .description(description)
      .option('--partitions <count>', 'of inbox and history; fixed for the life of a namespace', wholeNumber('--partitions'))
      .option('--replication-factor <count>', '3 in production, 1 on a single broker', wholeNumber('--replication-factor'))
      .option('--services <names>', 'step services, separated by commas');

  sub('plan', 'show what is wanted', 'Show the topics with their settings, without asking Kafka.').action((options: Options, command: Command) => {
    const called = session(command);
    const { plan } = planFromEnvironment(environment(called, options, { withoutKafka: true }));
    const specs = planTopics(plan);
    called.answer({ namespace: plan.namespace, topics: specs }, () => table(['TOPIC', 'PARTITIONS', 'REPLICAS', 'KEPT', 'PURPOSE'], specs.map(({ name, partitions, replicationFactor, config, purpose }) => [name, String(partitions), String(replicationFactor), keptFor(config), purpose])));
  });

  sub('check', 'compare with Kafka', 'Compare the topics of Kafka with what is wanted. Ends with 5 where something differs.').action(async (options: Options, command: Command) => {
    const called = session(command);
    await withAdmin(called, options, async (admin, plan) => {
      const differences = await checkTopics(admin, plan);
      if (differences.length > 0) called.exit(EXIT.differences);
      called.answer({ namespace: plan.namespace, differences }, () => (differences.length === 0 ? `The topics of namespace ${plan.namespace} are as they must be.` : differenceLines(differences).join('\n')));
    });
  });

  sub('apply', 'create and mend', 'Create what is missing and mend what can be mended without losing data. Never deletes or shrinks. Ends with 5 where something is left.').action(async (options: Options, command: Command) => {
    const called = session(command);
    await withAdmin(called, options, async (admin, plan) => {
      const { changes, left } = await applyTopics(admin, plan);
      if (left.length > 0) called.exit(EXIT.differences);
      called.answer({ namespace: plan.namespace, changes, left }, () =>
        [...changes.map(({ topic, what }) => `${topic}: ${what}`), ...(changes.length === 0 && left.length === 0 ? [`The topics of namespace ${plan.namespace} are as they must be.`] : []), ...differenceLines(left)].join('\n'),
      );
    });
  });
}

const differenceLines = (differences: readonly TopicDifference[]): string[] => differences.map((difference) => `${differenceLine(difference)}\n  ${difference.command}`);

function keptFor(config: Readonly<Record<string, string>>): string {
  const ms = Number(config['retention.ms']);
  return config['cleanup.policy'] === 'compact' ? 'newest per key' : `${ms / 86_400_000} days`;
}

function environment({ world }: Session, { partitions, replicationFactor, services }: Options, { withoutKafka = false } = {}): Readonly<Record<string, string | undefined>> {
  return {
    ...world.env,
    ...(withoutKafka && { BATON_KAFKA_BROKERS: world.env['BATON_KAFKA_BROKERS'] ?? 'none:0' }),
    ...(partitions !== undefined && { BATON_PARTITIONS: String(partitions) }),
    ...(replicationFactor !== undefined && { BATON_REPLICATION_FACTOR: String(replicationFactor) }),
    ...(services !== undefined && { BATON_SERVICES: services }),
  };
}

export async function withAdmin(session: Session, options: Options, work: (admin: TopicAdmin, plan: TopicPlan) => Promise<void>): Promise<void> {
  if ((session.world.env['BATON_KAFKA_BROKERS'] ?? '').trim() === '') throw usage('This command speaks to Kafka itself and knows no broker', 'Set BATON_KAFKA_BROKERS, such as localhost:9092');
  const { brokers, plan } = planFromEnvironment(environment(session, options));
  const admin = await connectTopicAdmin({ brokers });
  try {
    await work(admin, plan);
  } finally {
    await admin.close();
  }
}

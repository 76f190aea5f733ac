import { DEFAULT_PARTITIONS, Name, Namespace, OperatingError, type TopicPlan } from '@baton/contracts';

const DEFAULT_SERVICES = 'fund-factsheet-video,map-data,video-studio';

/**
 * Brokers and plan from `BATON_KAFKA_BROKERS`, `BATON_NAMESPACE` (default), `BATON_PARTITIONS` (12), `BATON_REPLICATION_FACTOR` (3)
 * and `BATON_SERVICES` (comma-separated).
 * @throws OperatingError `invalid_input` that lists everything that is wrong at once.
 */
export function planFromEnvironment(env: Readonly<Record<string, string | undefined>>): { readonly brokers: readonly string[]; readonly plan: TopicPlan } {
  const problems: string[] = [];
  const list = (value: string): string[] => value.split(',').map((part) => part.trim()).filter((part) => part !== '');
  const count = (name: string, fallback: number): number => {
    const text = env[name]?.trim();
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > 10_000) problems.push(`${name}: expected a whole number from 1 to 10000, but found "${text}"`);
    return value;
  };
  const brokers = list(env['BATON_KAFKA_BROKERS'] ?? '');
  if (brokers.length === 0) problems.push('BATON_KAFKA_BROKERS: expected addresses such as localhost:9092,other:9092');
  const namespace = env['BATON_NAMESPACE']?.trim() || 'default';
  const checked = Namespace.safeParse(namespace);
  if (!checked.success) problems.push(`BATON_NAMESPACE: ${checked.error.issues[0]!.message}`);
  const services = list(env['BATON_SERVICES'] ?? DEFAULT_SERVICES);
  for (const service of services) if (!Name.safeParse(service).success) problems.push(`BATON_SERVICES: "${service}" is no name of a service`);
  const plan: TopicPlan = { namespace, partitions: count('BATON_PARTITIONS', DEFAULT_PARTITIONS), replicationFactor: count('BATON_REPLICATION_FACTOR', 3), services };
  if (problems.length > 0) throw new OperatingError('invalid_input', `The environment has mistakes:\n${problems.map((problem) => `- ${problem}`).join('\n')}`, { retry: 'no' });
  return { brokers, plan };
}

import { usage } from './failure.ts';

/** @throws Failure where no broker is named. */
export function kafkaOf(env: Readonly<Record<string, string | undefined>>): { readonly brokers: readonly string[]; readonly namespace: string } {
  const brokers = (env['BATON_KAFKA_BROKERS'] ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');
  if (brokers.length === 0) throw usage('This command speaks to Kafka itself and knows no broker', 'Set BATON_KAFKA_BROKERS, such as localhost:9092');
  return { brokers, namespace: env['BATON_NAMESPACE']?.trim() || 'default' };
}

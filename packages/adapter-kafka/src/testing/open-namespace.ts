/** A namespace of its own on the run's broker, and processes that connect to it. For this package's tests. */
import { topicPlan } from '@baton/contracts';
import { testKafka, testNamespace } from '@baton/local';
import type { Sockets } from '../client/sockets.ts';
import { connectWith, type KafkaPorts } from '../connect.ts';
import { readOptions, type KafkaOptions, type KafkaSettings } from '../options.ts';
import { connectTopicAdmin } from '../topics/topic-admin.ts';

export interface Process extends KafkaPorts {
  readonly settings: KafkaSettings;
  /** As after kill -9: nothing is said to the broker any more. */
  crash(): Promise<void>;
}

export interface OpenedNamespace {
  readonly namespace: string;
  readonly brokers: readonly string[];
  readonly partitions: number;
  connect(options?: Partial<KafkaOptions>, network?: KafkaSettings['network']): Promise<Process>;
  close(): Promise<void>;
}

export async function openNamespace(plan: { readonly partitions?: number; readonly services?: readonly string[]; readonly brokers?: readonly string[]; readonly copies?: number } = {}): Promise<OpenedNamespace> {
  const brokers = plan.brokers ?? (await testKafka()).kafkaBrokers;
  const namespace = testNamespace();
  const partitions = plan.partitions ?? 4;
  const admin = await connectTopicAdmin({ brokers });
  try {
    await admin.create(topicPlan({ namespace, partitions, replicationFactor: plan.copies ?? 1, services: plan.services ?? ['one', 'two'] }));
  } finally {
    await admin.close();
  }
  const open: Process[] = [];
  return {
    namespace,
    brokers,
    partitions,
    async connect(options = {}, network = {}) {
      const all: Sockets[] = [];
      const settings: KafkaSettings = {
        // Short sessions, so that a dead member is noticed while a test waits; not so short that a starved one is taken for dead, and what it has is handed over twice.
        ...readOptions({ brokers, clientId: 'test', namespace, partitions, ...options, timeouts: { sessionMs: 10_000, heartbeatMs: 400, ...options.timeouts } }),
        network: { ...network, opened: (sockets) => void all.push(sockets) },
      };
      const ports = await connectWith(settings);
      const process: Process = {
        ...ports,
        settings,
        async crash() {
          // A dead process has no say and hears nothing: closing keeps its consumers from telling, the cut from saying goodbye.
          void ports.close();
          for (const sockets of all) sockets.cut();
        },
      };
      open.push(process);
      return process;
    },
    async close() {
      await Promise.all(open.map((process) => process.close()));
    },
  };
}

/** Looking at topics and changing them, for `baton topics`; services never do. */
import { OperatingError } from '@baton/contracts';
import kafkajs, { type Admin } from 'kafkajs';
import { createClient } from '../client/clients.ts';
import { pause, withDeadline } from '../deadline.ts';
import { protocolErrorOf, toOperatingError } from '../errors.ts';
import { readOptions, type KafkaOptions } from '../options.ts';

export interface TopicDescription {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Every setting in force, as Kafka names it, defaults included. */
  readonly config: Readonly<Record<string, string>>;
}

export interface TopicAdmin {
  /** Addresses of the brokers, for messages. */
  readonly brokers: readonly string[];
  /** @returns undefined where there is no such topic. */
  describe(topic: string): Promise<TopicDescription | undefined>;
  /** Does nothing for topics that are there already. Resolves when they can be written to. */
  create(topics: readonly { readonly name: string; readonly partitions: number; readonly replicationFactor: number; readonly config: Readonly<Record<string, string>> }[]): Promise<void>;
  /** Sets these and leaves every other setting of the topic as it is. */
  configure(topic: string, config: Readonly<Record<string, string>>): Promise<void>;
  /** Partitions can only become more. */
  addPartitions(topic: string, total: number): Promise<void>;
  close(): Promise<void>;
}

// Node sees only the first of kafkajs's exports by name.
const { TOPIC } = kafkajs.ConfigResourceTypes;

/** Where a topic's setting comes from, as the protocol numbers it: set on the topic itself. */
const SET_ON_TOPIC = 1;

/** @throws OperatingError `invalid_input` or `unavailable`. */
export async function connectTopicAdmin(options: Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl' | 'log' | 'timeouts'>): Promise<TopicAdmin> {
  const settings = readOptions({ ...options, clientId: 'baton-topics', namespace: 'default' });
  const { kafka, sockets } = createClient(settings, 'briefly');
  const admin: Admin = kafka.admin({ retry: { retries: 3 } });
  const { startMs, closeMs } = settings.timeouts;
  const call = async <T>(what: string, promise: Promise<T>): Promise<T> => {
    try {
      return await withDeadline(startMs, what, promise);
    } catch (error) {
      throw toOperatingError(error, what, 'yes');
    }
  };
  /** What the controller has decided reaches the brokers a moment later. */
  const until = (what: string, reached: () => Promise<boolean>): Promise<void> => {
    const untilMs = Date.now() + startMs;
    const asking = async (): Promise<void> => {
      while (Date.now() < untilMs && !(await reached())) await pause(50);
    };
    return call(what, asking());
  };
  try {
    await withDeadline(startMs, 'Connecting', admin.connect());
  } catch (error) {
    sockets.cut();
    void admin.disconnect().catch(() => undefined);
    throw toOperatingError(error, `No Kafka broker answers at ${settings.brokers.join(', ')}`, 'yes');
  }
  const settingsOf = async (topic: string) => {
    const { resources } = await call(`Reading the settings of ${topic}`, admin.describeConfigs({ includeSynonyms: false, resources: [{ type: TOPIC, name: topic }] }));
    return resources[0]?.configEntries ?? [];
  };

  return {
    brokers: settings.brokers,
    async describe(topic) {
      let partitions;
      try {
        const { topics } = await withDeadline(startMs, `Looking up ${topic}`, admin.fetchTopicMetadata({ topics: [topic] }));
        partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
      } catch (error) {
        if (protocolErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
        throw toOperatingError(error, `Looking up ${topic}`, 'yes');
      }
      if (partitions.length === 0) return undefined;
      const config = Object.fromEntries((await settingsOf(topic)).map(({ configName, configValue }) => [configName, configValue]));
      return { name: topic, partitions: partitions.length, replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)), config };
    },
    async create(topics) {
      const wanted = topics.map(({ name, partitions, replicationFactor, config }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      }));
      const names = topics.map(({ name }) => name).join(', ');
      await call(`Creating ${names}`, admin.createTopics({ waitForLeaders: false, topics: wanted }).catch((error: unknown) => {
        throw refusedCopies(error, Math.max(...topics.map(({ replicationFactor }) => replicationFactor))) ?? error;
      }));
      await until(`Waiting for ${names}`, async () => {
        for (const { name } of topics) if (!(await hasLeaders(admin, name))) return false;
        return true;
      });
    },
    async configure(topic, config) {
      // kafkajs knows only the request that replaces all settings of a topic, so those that an operator made come along.
      const kept = (await settingsOf(topic)).filter((entry) => (entry as { configSource?: number }).configSource === SET_ON_TOPIC).map(({ configName, configValue }) => [configName, configValue] as const);
      const entries = Object.entries({ ...Object.fromEntries(kept), ...config }).map(([name, value]) => ({ name, value }));
      await call(`Changing the settings of ${topic}`, admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC, name: topic, configEntries: entries }] }));
      await until(`Waiting for the settings of ${topic}`, async () => {
        const inForce = new Map((await settingsOf(topic)).map(({ configName, configValue }) => [configName, configValue]));
        return Object.entries(config).every(([name, value]) => inForce.get(name) === value);
      });
    },
    async addPartitions(topic, total) {
      await call(`Adding partitions to ${topic}`, admin.createPartitions({ topicPartitions: [{ topic, count: total }] }));
      await until(`Waiting for the partitions of ${topic}`, () => hasLeaders(admin, topic, total));
    },
    async close() {
      await withDeadline(closeMs, 'Disconnecting', admin.disconnect()).catch(() => undefined);
      sockets.cut();
    },
  };
}

/** kafkajs says of topics that were refused only that they were; which is mostly since there are fewer brokers than copies. */
function refusedCopies(error: unknown, copies: number): OperatingError | undefined {
  const refusals = (error as { errors?: readonly unknown[] }).errors ?? [error];
  if (!refusals.some((each) => protocolErrorOf(each) === 'INVALID_REPLICATION_FACTOR')) return undefined;
  return new OperatingError('topics_mismatch', `Expected at least ${copies} brokers for topics of ${copies} copies, but there are fewer. Start more, or set the option --replication-factor or BATON_REPLICATION_FACTOR to how many there are: 1 on a single broker`, { retry: 'no', cause: error });
}

async function hasLeaders(admin: Admin, topic: string, least = 1): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
    return partitions.length >= least && partitions.every(({ leader }) => leader >= 0);
  } catch (error) {
    const type = protocolErrorOf(error);
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE') return false;
    throw error;
  }
}

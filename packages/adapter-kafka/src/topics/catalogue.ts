/**
 * Which topics there are and how many partitions they have. A client never creates a topic, and a record for a partition
 * that does not exist would be dropped by kafkajs in silence, so everything that is written to is looked up here first.
 */
import { OperatingError, topicNames, type TopicNames } from '@baton/contracts';
import kafkajs, { type Admin } from 'kafkajs';
import { withDeadline } from '../deadline.ts';
import { protocolErrorOf, toOperatingError } from '../errors.ts';
import type { KafkaSettings, RequiredTopic } from '../options.ts';

/** A topic that was missing is not asked for again before so long. */
const MISSING_FOR_MS = 5_000;

/** Taken for the retention of a topic whose settings this process may not read. */
const UNKNOWN_RETENTION_MS = 86_400_000;

export class TopicCatalogue {
  readonly names: TopicNames;
  readonly #settings: KafkaSettings;
  readonly #admin: Admin;
  readonly #known = new Map<string, number>();
  readonly #missing = new Map<string, number>();
  readonly #asking = new Map<string, Promise<number | undefined>>();
  #lastAnswer: Promise<unknown> = Promise.resolve();

  constructor(settings: KafkaSettings, admin: Admin) {
    this.#settings = settings;
    this.#admin = admin;
    this.names = topicNames(settings.namespace);
  }

  /** The partition count where it is known already, without asking. */
  known(topic: string): number | undefined {
    return this.#known.get(topic);
  }

  /** @returns undefined where there is no such topic. @throws OperatingError `unavailable`. */
  async partitions(topic: string): Promise<number | undefined> {
    const known = this.#known.get(topic);
    if (known !== undefined) return known;
    const missingSinceMs = this.#missing.get(topic);
    if (missingSinceMs !== undefined && Date.now() - missingSinceMs < MISSING_FOR_MS) return undefined;
    let asking = this.#asking.get(topic);
    if (asking === undefined) {
      asking = this.#ask(topic).finally(() => this.#asking.delete(topic));
      this.#asking.set(topic, asking);
    }
    return asking;
  }

  /** @throws OperatingError `topics_mismatch` with the command that mends it. */
  async require(topic: string): Promise<number> {
    const partitions = await this.partitions(topic);
    if (partitions === undefined) throw mismatch([`${topic} does not exist`], this.#applyCommand(serviceOf(topic, this.names)));
    return partitions;
  }

  /** Checks everything this process needs. @returns the partition count of inbox and history. */
  async check(): Promise<number> {
    const problems: string[] = [];
    const counts = new Map<RequiredTopic, number>();
    for (const role of this.#settings.requires) {
      const topic = this.names[role];
      const partitions = await this.partitions(topic);
      if (partitions === undefined) problems.push(`${topic} does not exist`);
      else counts.set(role, partitions);
    }
    if (problems.length > 0) throw mismatch(problems, this.#applyCommand());
    const expected = this.#settings.partitions ?? counts.get('history') ?? counts.get('inbox');
    for (const role of ['inbox', 'history'] as const) {
      const found = counts.get(role);
      if (found !== undefined && found !== expected) problems.push(`${this.names[role]} has ${found} partitions, expected ${expected}`);
    }
    for (const role of ['definitions', 'deadLetters'] as const) {
      const found = counts.get(role);
      if (found !== undefined && found !== 1) problems.push(`${this.names[role]} has ${found} partitions, expected 1`);
    }
    if (problems.length > 0) {
      throw new OperatingError(
        'topics_mismatch',
        `The topics of namespace ${this.#settings.namespace} are not as they must be: ${problems.join('; ')}. Partition counts are fixed for the life of a namespace: start with the count the topics have, or move to another namespace. \`${this.#command('check')}\` shows every difference`,
        { retry: 'no' },
      );
    }
    return expected ?? (await this.require(this.names.inbox));
  }

  /**
   * How long the topic keeps a record at least, milliseconds; undefined where for ever.
   * @throws OperatingError `unavailable`.
   */
  async retentionMs(topic: string): Promise<number | undefined> {
    try {
      const asked = this.#admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['cleanup.policy', 'retention.ms'] }] });
      const { resources } = await withDeadline(this.#settings.timeouts.requestMs, `Reading the settings of ${topic}`, asked);
      const value = (name: string): string | undefined => resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue;
      if (!(value('cleanup.policy') ?? 'delete').includes('delete')) return undefined;
      const ms = Number(value('retention.ms') ?? UNKNOWN_RETENTION_MS);
      return ms < 0 ? undefined : ms;
    } catch (error) {
      // Reading settings is a right of its own. Without it the least that anybody sets is assumed: too often is safe.
      if (protocolErrorOf(error)?.endsWith('_AUTHORIZATION_FAILED') === true) return UNKNOWN_RETENTION_MS;
      throw toOperatingError(error, `Reading the settings of ${topic}`, 'yes');
    }
  }

  async #ask(topic: string): Promise<number | undefined> {
    // One at a time: kafkajs keeps the metadata of the last question only, and concurrent ones would chase each other.
    const turn = this.#lastAnswer.then(() => withDeadline(this.#settings.timeouts.requestMs, `Looking up ${topic}`, this.#admin.fetchTopicMetadata({ topics: [topic] })));
    this.#lastAnswer = turn.catch(() => undefined);
    try {
      const { topics } = await turn;
      const partitions = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
      if (partitions > 0) {
        this.#known.set(topic, partitions);
        this.#missing.delete(topic);
        return partitions;
      }
    } catch (error) {
      if (protocolErrorOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw toOperatingError(error, `Looking up ${topic}`, 'yes');
    }
    this.#missing.set(topic, Date.now());
    return undefined;
  }

  /** @param service whose topic of commands is missing, which the command would not think of by itself. */
  #applyCommand(service?: string): string {
    return this.#command('apply', service);
  }

  #command(verb: 'apply' | 'check', service?: string): string {
    const { brokers, namespace, partitions } = this.#settings;
    return `BATON_KAFKA_BROKERS=${brokers.join(',')} BATON_NAMESPACE=${namespace}${partitions === undefined ? '' : ` BATON_PARTITIONS=${partitions}`} npx baton topics ${verb}${service === undefined ? '' : ` --services ${service}`}`;
  }
}

/** Undefined where the topic is not one of commands. */
function serviceOf(topic: string, names: TopicNames): string | undefined {
  const service = topic.split('.cmd.')[1]?.replace(/\.v1$/, '');
  return service !== undefined && names.command(service) === topic ? service : undefined;
}

function mismatch(problems: readonly string[], command: string): OperatingError {
  return new OperatingError('topics_mismatch', `The topics are not as they must be: ${problems.join('; ')}. Mend it with: ${command}`, { retry: 'no' });
}

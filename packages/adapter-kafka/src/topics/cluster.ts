/** A cluster as it is, beside its topics: settings of its brokers, who may write, which groups there are. For `baton doctor`. */
import kafkajs from 'kafkajs';
import { createClient } from '../client/clients.ts';
import { withDeadline } from '../deadline.ts';
import { protocolErrorOf, toOperatingError } from '../errors.ts';
import { readOptions, type KafkaOptions } from '../options.ts';

export interface ConsumerGroup {
  readonly id: string;
  /** As Kafka calls it: Stable, Empty, Dead, PreparingRebalance … */
  readonly state: string;
  readonly members: number;
}

export interface ClusterInspector {
  /** Settings in force of each broker, as Kafka names them, by the broker's number. A broker that does not tell is left out. */
  brokers(): Promise<ReadonlyMap<number, Readonly<Record<string, string>>>>;
  /** Who may write to a topic by a rule that names it or its prefix; 'nobody-asks' where the brokers have no authorizer, 'refused' where this client may not know. */
  writers(topic: string): Promise<readonly string[] | 'nobody-asks' | 'refused'>;
  /** Consumer groups whose name begins so. */
  groups(prefix: string): Promise<readonly ConsumerGroup[]>;
  close(): Promise<void>;
}

// Node sees only the first of kafkajs's exports by name.
const { ConfigResourceTypes, AclResourceTypes, AclOperationTypes, AclPermissionTypes, ResourcePatternTypes } = kafkajs;

/** @throws OperatingError `invalid_input` or `unavailable`. */
export async function connectClusterInspector(options: Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl' | 'log' | 'timeouts'>): Promise<ClusterInspector> {
  const settings = readOptions({ ...options, clientId: 'baton-inspector', namespace: 'default' });
  const { startMs, requestMs, closeMs } = settings.timeouts;
  const { kafka, sockets } = createClient(settings, 'briefly');
  const admin = kafka.admin({ retry: { retries: 2 } });
  const call = async <T>(what: string, work: Promise<T>): Promise<T> => {
    try {
      return await withDeadline(requestMs * 2, what, work);
    } catch (error) {
      throw toOperatingError(error, what, 'yes');
    }
  };
  try {
    await withDeadline(startMs, 'Connecting', admin.connect());
  } catch (error) {
    sockets.cut();
    void admin.disconnect().catch(() => undefined);
    throw toOperatingError(error, `No Kafka broker answers at ${settings.brokers.join(', ')}`, 'yes');
  }
  return {
    async brokers() {
      const { brokers } = await call('Asking for the brokers', admin.describeCluster());
      const found = new Map<number, Readonly<Record<string, string>>>();
      for (const { nodeId } of brokers) {
        const { resources } = await call(`Reading the settings of broker ${nodeId}`, admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.BROKER, name: String(nodeId) }] }));
        const entries = resources[0]?.configEntries ?? [];
        if (entries.length > 0) found.set(nodeId, Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue])));
      }
      return found;
    },
    async writers(topic) {
      try {
        const { resources } = await withDeadline(
          requestMs,
          `Reading who may write to ${topic}`,
          admin.describeAcls({ resourceType: AclResourceTypes.TOPIC, resourceName: topic, resourcePatternType: ResourcePatternTypes.MATCH, permissionType: AclPermissionTypes.ALLOW, operation: AclOperationTypes.ANY }),
        );
        const writing = new Set([AclOperationTypes.WRITE, AclOperationTypes.ALL]);
        return [...new Set(resources.flatMap(({ acls }) => acls.filter(({ operation }) => writing.has(operation)).map(({ principal }) => principal)))].sort();
      } catch (error) {
        const type = protocolErrorOf(error);
        if (type === 'SECURITY_DISABLED') return 'nobody-asks';
        if (type === 'CLUSTER_AUTHORIZATION_FAILED') return 'refused';
        throw toOperatingError(error, `Reading who may write to ${topic}`, 'yes');
      }
    },
    async groups(prefix) {
      const { groups } = await call('Listing groups', admin.listGroups());
      const ids = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix));
      if (ids.length === 0) return [];
      const described = await call('Looking at groups', admin.describeGroups(ids));
      return described.groups.map(({ groupId, state, members }) => ({ id: groupId, state, members: members.length })).sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async close() {
      await withDeadline(closeMs, 'Disconnecting', admin.disconnect()).catch(() => undefined);
      sockets.cut();
    },
  };
}

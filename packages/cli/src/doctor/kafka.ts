import { connectClusterInspector, groupNames, type ClusterInspector } from '@baton/adapter-kafka';
import { topicNames } from '@baton/contracts';
import { checkTopics, connectTopicAdmin, differenceLine, planFromEnvironment, type TopicPlan } from '@baton/topics';
import type { Session } from '../session.ts';
import { looking, type Finding } from './finding.ts';

const MEND = 'Check that the brokers run and BATON_KAFKA_BROKERS names them';

export async function ofKafka({ world }: Session): Promise<readonly Finding[]> {
  if ((world.env['BATON_KAFKA_BROKERS'] ?? '').trim() === '') return [{ what: 'Kafka', state: 'warn', detail: 'not looked at', mend: 'Set BATON_KAFKA_BROKERS to have brokers, topics, groups and lanes checked' }];
  return looking('Kafka', MEND, async () => {
    const { brokers, plan } = planFromEnvironment(world.env);
    const admin = await connectTopicAdmin({ brokers });
    const cluster = await connectClusterInspector({ brokers }).catch(async (error: unknown) => {
      await admin.close();
      throw error;
    });
    try {
      const differences = await checkTopics(admin, plan);
      return [
        { what: 'Kafka', state: 'ok', detail: `${brokers.join(', ')} answer` },
        ...(differences.length === 0
          ? [{ what: 'topics', state: 'ok', detail: `as they must be in namespace ${plan.namespace}` } as const]
          : differences.map((difference): Finding => ({ what: 'topics', state: 'fail', detail: differenceLine(difference), mend: difference.command }))),
        ...(await ofBrokers(cluster, plan)),
        ...(await ofWriters(cluster, plan)),
        ...(await ofGroups(cluster, { plan, brokers })),
      ];
    } finally {
      await Promise.all([admin.close(), cluster.close()]);
    }
  });
}

async function ofBrokers(cluster: ClusterInspector, plan: TopicPlan): Promise<readonly Finding[]> {
  const brokers = await cluster.brokers();
  const those = (name: string, value: string): string => [...brokers].filter(([, config]) => config[name] === value).map(([id]) => id).join(', ');
  const autoCreate = those('auto.create.topics.enable', 'true');
  const unclean = those('unclean.leader.election.enable', 'true');
  const findings: Finding[] = [];
  findings.push(autoCreate === '' ? { what: 'topic creation', state: 'ok', detail: 'no broker makes topics by accident' } : { what: 'topic creation', state: 'warn', detail: `auto.create.topics.enable is true on broker ${autoCreate}: a mistyped name becomes a topic with the wrong partitions`, mend: 'Set auto.create.topics.enable=false in server.properties of each broker' });
  if (unclean !== '') findings.push({ what: 'unclean election', state: 'warn', detail: `unclean.leader.election.enable is true on broker ${unclean}; the topics of Baton have it off, others may lose what was acknowledged`, mend: 'Set unclean.leader.election.enable=false in server.properties of each broker' });
  findings.push(brokers.size >= 3 ? { what: 'brokers', state: 'ok', detail: `${brokers.size}` } : { what: 'brokers', state: 'warn', detail: `${brokers.size === 1 ? 'one broker' : `${brokers.size} brokers`}: what it holds is lost with ${brokers.size === 1 ? 'its disk' : 'them'}, and nothing can be written while one is away`, mend: `Run three, then: BATON_REPLICATION_FACTOR=3 BATON_NAMESPACE=${plan.namespace} baton topics check` });
  return findings;
}

async function ofWriters(cluster: ClusterInspector, { namespace }: TopicPlan): Promise<readonly Finding[]> {
  const { history } = topicNames(namespace);
  const writers = await cluster.writers(history);
  if (writers === 'nobody-asks') return [{ what: 'rights', state: 'warn', detail: `the brokers have no authorizer: anybody may write to ${history}`, mend: 'Set authorizer.class.name in server.properties, and let orchestrators alone write to the history' }];
  if (writers === 'refused') return [{ what: 'rights', state: 'warn', detail: 'this client may not see who may write', mend: 'Ask with the rights to describe the cluster' }];
  if (writers.length === 0) return [{ what: 'rights', state: 'warn', detail: `no rule lets anybody write to ${history}; only super users can`, mend: `kafka-acls.sh --add --allow-principal User:orchestrator --operation Write --topic ${history}` }];
  const open = writers.includes('User:*');
  return [{ what: 'rights', state: open ? 'fail' : 'ok', detail: `${history} may be written by ${writers.join(', ')}`, ...(open && { mend: `kafka-acls.sh --remove --allow-principal 'User:*' --operation Write --topic ${history}` }) }];
}

async function ofGroups(cluster: ClusterInspector, { plan, brokers }: { readonly plan: TopicPlan; readonly brokers: readonly string[] }): Promise<readonly Finding[]> {
  const names = groupNames(plan.namespace);
  const groups = await cluster.groups(`baton.${plan.namespace}.`);
  const members = (id: string): number => groups.find((group) => group.id === id)?.members ?? 0;
  const findings: Finding[] = [];
  const orchestrators = members(names.orchestrators);
  findings.push(orchestrators > 0 ? { what: 'orchestrators', state: 'ok', detail: `${orchestrators} in the group` } : { what: 'orchestrators', state: 'fail', detail: `nobody is in the group ${names.orchestrators}: starts are taken, and nothing moves`, mend: 'Start one: node --import @baton/platform-kit/register services/orchestrator/src/main.ts' });
  for (const service of plan.services) if (members(names.steps(service)) === 0) findings.push({ what: 'step service', state: 'warn', detail: `nobody takes the commands of ${service}: its steps wait`, mend: `Start ${service}, or leave it out of BATON_SERVICES` });
  const known = new Set([names.orchestrators, names.requests, ...plan.services.map((service) => names.steps(service))]);
  for (const { id } of groups.filter((group) => !known.has(group.id) && group.members === 0)) {
    findings.push({ what: 'orphan group', state: 'warn', detail: `${id} has no members, and no service of BATON_SERVICES is called so`, mend: `kafka-consumer-groups.sh --bootstrap-server ${brokers.join(',')} --delete --group ${id}` });
  }
  return findings;
}

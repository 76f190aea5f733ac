/** Who owns a partition, and from where it is read, on real servers: another group, another number of partitions, positions that are gone. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectKafka, type KafkaPorts } from '@baton/adapter-kafka';
import { PLATFORM_DEFAULTS } from '@baton/contracts';
import { describeWithServers, testServers } from '@baton/local';
import { createOrchestrator, type Orchestrator } from '@baton/orchestrator';
import { createLog, systemClock } from '@baton/platform-kit';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

const DEADLINE_MS = 60_000;

describeWithServers(['kafka', 'redis'], 'an orchestrator', () => {
  let system: System;
  let admin: Admin;
  let brokers: readonly string[];
  let owner: Proc;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    const addresses = await testServers();
    brokers = addresses.kafkaBrokers;
    system = await startSystem(addresses);
    admin = new Kafka({ clientId: 'e2e-admin', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    [owner] = await Promise.all([system.orchestrator(), system.worker()]);
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await admin?.disconnect();
    await system?.close();
  });

  /** One that is given partitions which somebody else has. */
  const intruder = async (kafka: KafkaPorts, group: string, partitions: readonly number[]): Promise<Orchestrator> => {
    const orchestrator = createOrchestrator(
      {
        history: kafka.historyLog,
        inbox: {
          ...kafka.inboxSource,
          group,
          subscribe: async (handler) => {
            setImmediate(() => handler.assigned(partitions));
            return { seek: () => undefined, commit: () => undefined, stop: async () => undefined };
          },
        },
        sender: kafka.inboxSender,
        index: system.redis.stateIndex,
        poison: system.redis.poisonWatch,
        bus: kafka.commandBus,
        deadLetters: kafka.deadLetters,
        definitions: kafka.definitions,
        wakeUps: { schedule: async () => undefined, start: async () => undefined, stop: async () => undefined },
        clock: systemClock,
        tokens: { mint: () => '', verify: () => false },
      },
      { namespace: system.namespace, policy: PLATFORM_DEFAULTS, log: createLog({ service: 'intruder', level: 'fatal' }), lanes: { divergedPauseMs: 200 } },
    );
    opened.push({ close: () => orchestrator.stop() });
    await orchestrator.start();
    return orchestrator;
  };
  const detailOf = (orchestrator: Orchestrator, partition: number): Promise<string> =>
    eventually(() => orchestrator.status().lanes.find((lane) => lane.partition === partition && lane.state === 'diverged')?.detail, `partition ${partition} to diverge`, DEADLINE_MS, () => JSON.stringify(orchestrator.status()));

  it.each([
    ['are gone', async (group: string) => void (await admin.deleteGroups([group]))],
    ['are beyond what was read', (group: string) => moveTo(group, 'high')],
    ['are those of the beginning', (group: string) => moveTo(group, 'low')],
  ])('reads on where the history says, although the positions of its group %s (F38)', async (_what, meddle) => {
    const before = await system.startMany(12, 'three');
    await system.ended(before, DEADLINE_MS);
    expect(await owner.kill('SIGTERM')).toBe(0);
    const meanwhile = await system.startMany(12, 'three');
    await meddle(system.kafka.inboxSource.group);
    owner = await system.orchestrator();
    await system.ended(meanwhile, DEADLINE_MS);
    await system.expectSound({ executions: 1 });
  });

  it('of another group leaves the owner alone, and says whose the partitions are (F7)', async () => {
    const { claims } = await system.truth();
    const other = await intruder(system.kafka, 'somebody-else', [0, 1]);
    const { group } = system.kafka.inboxSource;
    expect(await detailOf(other, 0)).toContain(`by the group ${group}, but this orchestrator is of the group somebody-else`);
    expect(await detailOf(other, 1)).toContain(`BATON_TAKE_OVER_FROM_GROUP=${group}`);
    const runIds = await system.startMany(24, 'three');
    await system.ended(runIds, DEADLINE_MS);
    expect((await system.truth()).claims).toEqual(claims);
    expect(owner.output()).not.toContain('lane gap');
  });

  it('that finds more partitions than there were claims none of the old ones (F40)', async () => {
    const { claims } = await system.truth();
    await admin.createPartitions({ topicPartitions: [system.names.inbox, system.names.history].map((topic) => ({ topic, count: PARTITIONS + 2 })) });
    const wider = await eventually(() => connectKafka({ brokers, clientId: 'e2e-wider', namespace: system.namespace, partitions: PARTITIONS + 2 }).catch(() => undefined), 'the partitions to be there');
    opened.push(wider);
    const other = await intruder(wider, wider.inboxSource.group, [0, PARTITIONS]);
    expect(await detailOf(other, 0)).toContain(`as one of ${PARTITIONS}, but there are ${PARTITIONS + 2} now`);
    expect((await system.truth()).claims.slice(0, PARTITIONS)).toEqual(claims);
  });

  async function moveTo(groupId: string, end: 'high' | 'low'): Promise<void> {
    const offsets = await admin.fetchTopicOffsets(system.names.inbox);
    await admin.setOffsets({ groupId, topic: system.names.inbox, partitions: offsets.map((bounds) => ({ partition: bounds.partition, offset: bounds[end] })) });
  }
});

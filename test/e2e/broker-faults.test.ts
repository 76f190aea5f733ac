/** A broker that takes rights away, one whose disk is full, and one that has lost the end of the history. A server of this file's own. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { partitionOf, runIdForKey } from '@baton/contracts';
import { describeWithServers, startKafka, testRedis, type KafkaServer } from '@baton/local';
import kafkajs, { type Admin } from 'kafkajs';
import { ask, type Answer } from './ask.ts';
import { eventually } from './eventually.ts';
import type { Proc } from './processes.ts';
import { PARTITIONS, startSystem, type System } from './system.ts';

/** Left for each log to grow: some runs go on until one of them is full. */
const ROOM_BYTES = 20_000;

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

describeWithServers(['kafka', 'redis'], 'a broker in trouble', () => {
  let kafka: KafkaServer;
  let admin: Admin;
  let system: System;
  let orchestrator: Proc;
  beforeAll(async () => {
    const env = { ...process.env, BATON_KAFKA_BROKERS: undefined };
    const settings = { 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer', 'allow.everyone.if.no.acl.found': 'true' };
    const [started, { redisUrl }] = await Promise.all([startKafka({ env, settings }), testRedis()]);
    kafka = started;
    admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: 0, retry: { retries: 20, maxRetryTime: 1_000 } }).admin();
    await admin.connect();
    system = await startSystem({ kafkaBrokers: kafka.brokers, redisUrl });
    [orchestrator] = await Promise.all([system.orchestrator(), system.worker()]);
  });
  afterEach(async () => {
    if (kafka.pid === undefined) await kafka.restart();
  });
  afterAll(async () => {
    await admin?.disconnect().catch(() => undefined);
    await system?.close();
    await kafka?.close();
  });

  const probe = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const answer = await fetch(`http://127.0.0.1:${orchestrator.port}${path}`, { signal: AbortSignal.timeout(30_000) });
    return { status: answer.status, text: await answer.text() };
  };
  const ready = () => eventually(async () => (await probe('/readyz')).status === 200, 'the orchestrator to be ready', 90_000, () => orchestrator.output().slice(-3_000));
  const allCompleted = async (runIds: readonly string[]): Promise<void> => {
    const runs = await system.ended(runIds, 150_000);
    expect(runs.filter(({ status }) => status !== 'completed')).toEqual([]);
  };
  let keys = 0;
  const startOn = async (partition: number): Promise<string> => {
    let key = `k${keys++}`;
    while (partitionOf(runIdForKey('three', key), PARTITIONS) !== partition) key = `k${keys++}`;
    return (await system.client.start('three', {}, { idempotencyKey: key })).runId;
  };
  /** Everybody may do everything with the topic but write; nobody has a name here. */
  const mayNotWrite = async (topic: string): Promise<void> => {
    const rule = { resourceType: AclResourceTypes.TOPIC, resourceName: topic, resourcePatternType: ResourcePatternTypes.LITERAL, principal: 'User:ANONYMOUS', host: '*' };
    await admin.createAcls({ acl: [{ ...rule, operation: AclOperationTypes.ALL, permissionType: AclPermissionTypes.ALLOW }, { ...rule, operation: AclOperationTypes.WRITE, permissionType: AclPermissionTypes.DENY }] });
  };
  const mayWriteAgain = (topic: string) =>
    admin.deleteAcls({ filters: [{ resourceType: AclResourceTypes.TOPIC, resourceName: topic, resourcePatternType: ResourcePatternTypes.LITERAL, operation: AclOperationTypes.ANY, permissionType: AclPermissionTypes.ANY }] });

  it('that takes the right to write the history away stops the lanes, which say so and go on when it is given back (F41)', async () => {
    await mayNotWrite(system.names.history);
    let runIds: readonly string[];
    try {
      runIds = await system.startMany(PARTITIONS * 2, 'three');
      // Between two attempts a lane says that it claims.
      await eventually(async () => {
        const { status, text } = await probe('/readyz');
        return status === 503 && /not authorized/i.test(text);
      }, 'the orchestrator to say that it cannot work, and why', 60_000, system.said);
      expect((await probe('/livez')).status).toBe(200);
      expect(system.ledger().filter(({ runId }) => runIds.includes(runId))).toEqual([]);
    } finally {
      await mayWriteAgain(system.names.history);
    }
    await allCompleted(runIds);
    await ready();
    await system.expectSound({ executions: 1 });
  });

  it('that takes no dead letters holds up the partition of a bad message alone, and nothing is dropped (F62, C28)', async () => {
    await mayNotWrite(system.names.deadLetters);
    let offset: number;
    let behind: string;
    try {
      offset = await system.wire.write(system.names.inbox, { partition: 1, key: 'poison', value: 'no message' });
      behind = await startOn(1);
      await eventually(async () => /partition 1 /.test((await probe('/readyz')).text), 'the lane to say that it is held up', 60_000, system.said);
      await allCompleted(await Promise.all([0, 2, 3, 4, 5].map(startOn)));
      expect(system.ledger().filter(({ runId }) => runId === behind)).toEqual([]);
    } finally {
      await mayWriteAgain(system.names.deadLetters);
    }
    expect(await system.wire.deadLetterOf(system.names.inbox, 1, offset)).toMatchObject({ reason: 'invalid_json', key: 'poison' });
    await allCompleted([behind]);
    await ready();
  });

  it('whose disk is full ends by itself: starts are refused with the key to try again, and with room nothing that was acknowledged is lost (F42)', async () => {
    await ready();
    const start = (idempotencyKey: string): Promise<Answer> => ask(system.client.baseUrl, '/v1/runs', { workflow: 'journey', input: { ms: 500 }, idempotencyKey });
    const runIds = [...(await system.startMany(PARTITIONS * 4, 'journey', (index) => ({ ms: 100 + index * 100 }))), ...(await system.startMany(2, 'steady_one', () => ({ ms: 5_000 })))];
    const limit = Math.max(...segments().map(({ bytes }) => bytes)) + ROOM_BYTES;
    noFileGrowsBeyond(limit);

    let key = '';
    const refused = await eventually(async () => {
      const answer = await start((key = `full-${keys++}`));
      if (answer.status === 202) runIds.push(answer.body.runId);
      return answer.status !== 202 && answer;
    }, 'a start to be refused', 120_000, system.said);
    expect(refused).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'unavailable', idempotencyKey: key } });
    await eventually(() => kafka.pid === undefined, 'the broker to end', 60_000, () => readFileSync(kafka.logFile, 'utf8').slice(-5_000));
    // It ended in the middle of a record: the file is full to the last byte.
    expect(segments().filter(({ bytes }) => bytes === limit)).not.toEqual([]);
    expect(await start(key)).toMatchObject({ status: 503, retryAfter: '2', body: { code: 'unavailable', idempotencyKey: key } });
    expect((await probe('/livez')).status).toBe(200);

    await kafka.restart();
    const taken = await eventually(async () => {
      const answer = await start(key);
      return answer.status === 202 && answer;
    }, 'the start to be taken', 60_000, system.said);
    await allCompleted([...runIds, taken.body.runId]);
    await ready();
    await system.expectSound({ executions: 1 });
  }, 600_000);

  it('that has lost the end of the history is not gone along with: the partition stops until the history is restored (F36, C29)', async () => {
    const partition = 3;
    await allCompleted(await Promise.all([startOn(partition), startOn(partition), startOn(partition)]));
    await system.expectSound({ executions: 1 });
    expect(await orchestrator.kill('SIGTERM')).toBe(0);
    const logDir = join(kafka.dataDir, 'log');
    const partitionDir = join(logDir, `${system.names.history}-${partition}`);
    const whole = await onDisk(partitionDir, (bytes) => withoutLast(bytes, 6));
    orchestrator = await system.orchestrator({ untilReady: false });
    await eventually(() => /but the log ended at \d+/.test(orchestrator.output()), 'the lane to see it', 90_000, () => orchestrator.output().slice(-3_000));
    const stuck = await startOn(partition);
    await allCompleted(await Promise.all([0, 1, 2, 4, 5].map(startOn)));
    expect((await probe('/readyz')).text).toContain(`partition ${partition} diverged`);
    expect(system.ledger().filter(({ runId }) => runId === stuck)).toEqual([]);
    await onDisk(partitionDir, () => whole);
    await allCompleted([stuck]);
    await ready();
    await system.expectSound({ executions: 1 });
  }, 600_000);

  /** Every log of the broker, its own included. */
  function segments(): readonly { readonly path: string; readonly bytes: number }[] {
    const logDir = join(kafka.dataDir, 'log');
    return readdirSync(logDir, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.log'))
      .map((path) => ({ path, bytes: statSync(join(logDir, path)).size }));
  }

  /** As a full disk, which nobody can have for one process: writing fails with EFBIG, which the broker treats as it does ENOSPC. Until it is started again. */
  function noFileGrowsBeyond(bytes: number): void {
    execFileSync('prlimit', ['--pid', String(kafka.pid), `--fsize=${bytes}:`]);
  }

  /** Changes a partition's only segment while the broker is down; it has to look at it again. @returns what was there. */
  async function onDisk(directory: string, change: (bytes: Buffer) => Buffer): Promise<Buffer> {
    await kafka.stop();
    const segment = join(directory, readdirSync(directory).find((name) => name.endsWith('.log'))!);
    const before = readFileSync(segment);
    writeFileSync(segment, change(before));
    for (const name of readdirSync(directory).filter((one) => /index$|\.snapshot$/.test(one))) rmSync(join(directory, name));
    rmSync(join(kafka.dataDir, 'log', '.kafka_cleanshutdown'), { force: true });
    await kafka.restart();
    return before;
  }
});

/** A log segment without its last batches. Each begins with its offset (8 bytes) and its length (4). */
function withoutLast(segment: Buffer, batches: number): Buffer {
  const starts: number[] = [];
  for (let at = 0; at + 12 <= segment.length && segment.readInt32BE(at + 8) > 0; at += 12 + segment.readInt32BE(at + 8)) starts.push(at);
  return segment.subarray(0, starts.at(-batches));
}

/** A step service as it runs in production: a process of its own, on a real broker, spoken to as the orchestrator does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectKafka, connectTopicAdmin, type KafkaPorts } from '@baton/adapter-kafka';
import { readDeadLetter, readInboxMessage, topicNames, topicPlan, type InboxMessage, type LifecycleEvent, type RunId, type RunStepCommand, type StepId } from '@baton/contracts';
import { describeWithServers, testKafka, testNamespace } from '@baton/local';
import type { LogRecord } from '@baton/ports';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), '../testing/greeting-service.ts');
const TRACE = 'c'.repeat(32);

async function until(what: string, condition: () => boolean | Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const untilMs = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > untilMs) throw new Error(`Expected within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describeWithServers(['kafka'], 'a step service as a process', () => {
  const namespace = testNamespace();
  const names = topicNames(namespace);
  const inbox: { message: InboxMessage; record: LogRecord }[] = [];
  const letters: LogRecord[] = [];
  const lines: Record<string, unknown>[] = [];
  const spans: { name: string; traceId: string; parentSpanId?: string }[] = [];
  let kafka: KafkaPorts;
  let child: ChildProcess;
  let directory: string;
  let port: number;
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { resourceSpans?: { scopeSpans: { spans: typeof spans }[] }[] };
      spans.push(...(body.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.end('{}');
    });
  });

  beforeAll(async () => {
    const { kafkaBrokers: brokers } = await testKafka();
    const admin = await connectTopicAdmin({ brokers });
    await admin.create(topicPlan({ namespace, partitions: 3, replicationFactor: 1, services: ['greeting'] }));
    await admin.close();
    kafka = await connectKafka({ brokers, clientId: 'test', namespace, partitions: 3 });
    await kafka.inboxSource.subscribe({
      assigned: () => {},
      async records({ records }) {
        inbox.push(...records.map((record) => ({ record, message: readInboxMessage(record.value!) })));
      },
      crashed: () => {},
    });
    await kafka.deadLetters.follow(0, async (records) => void letters.push(...records));
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    directory = await mkdtemp(join(tmpdir(), 'baton-serve-'));
    child = spawn(process.execPath, ['--import', '@baton/platform-kit/register', PROGRAM], {
      cwd: dirname(PROGRAM),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        BATON_NAMESPACE: namespace,
        BATON_PARTITIONS: '3',
        BATON_KAFKA_BROKERS: brokers.join(','),
        BATON_BLOB_DIR: directory,
        BATON_HTTP_PORT: '0',
        BATON_STEP_GRACE_SECONDS: '1',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
        OTEL_METRICS_EXPORTER: 'none',
      },
    });
    createInterface({ input: child.stdout! }).on('line', (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
    await until('the service serves', () => lines.some(({ msg }) => msg === 'health and metrics are served'), 60_000);
    port = lines.find(({ msg }) => msg === 'health and metrics are served')!['port'] as number;
  });

  afterAll(async () => {
    if (child?.exitCode === null) child.kill('SIGKILL');
    await kafka?.close();
    collector.close();
    await rm(directory, { recursive: true, force: true });
  });

  const command = (n: number, step: string, changes: Partial<RunStepCommand> = {}): RunStepCommand => ({
    v: 1, t: 'run-step', key: `run-${n}/s1/1`, idem: `run-${n}/s1`, runId: `run-${n}` as RunId, stepId: 's1' as StepId, attempt: 1, service: 'greeting', step, workflow: 'greeting',
    deadlineMs: Date.now() + 600_000, heartbeatTimeoutMs: 30_000, input: { name: 'Zoë' }, token: 'token', trace: { traceparent: `00-${TRACE}-${'d'.repeat(16)}-01` }, ...changes,
  });
  const publish = (...commands: RunStepCommand[]) => kafka.commandBus.publish({ commands, events: [] as LifecycleEvent[] });
  const answerOf = (n: number) => inbox.find(({ message }) => message.type === 'result' && message.runId === `run-${n}`);

  it('answers a command in its trace, in the message and in the headers', async () => {
    await publish(command(1, 'greet'));
    await until('the answer is there', () => answerOf(1) !== undefined);
    const { message, record } = answerOf(1)!;
    expect(message).toMatchObject({ token: 'token', body: { outcome: 'succeeded', output: { greeting: 'Hello Zoë' } } });
    expect(record.headers['traceparent']).toBe(message.trace?.traceparent);
    expect(message.trace?.traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!d{16})[0-9a-f]{16}-01$`));
    await until('the span is exported', () => spans.some(({ name }) => name === 'perform greet'));
    expect(spans.find(({ name }) => name === 'perform greet')).toMatchObject({ traceId: TRACE, parentSpanId: 'd'.repeat(16) });
    expect(spans.filter(({ traceId }) => traceId !== TRACE).map(({ name }) => name)).toEqual([]);
  });

  it('turns a poisoned command into a dead letter and goes on', async () => {
    await publish({ ...command(2, 'greet'), v: 9 } as never, command(3, 'greet'));
    await until('the next one is answered', () => answerOf(3) !== undefined);
    await until('the dead letter is there', () => letters.length > 0);
    expect(readDeadLetter(letters[0]!.value!)).toMatchObject({ topic: names.command('greeting'), reason: 'unknown_version', foundBy: 'greeting' });
  });

  it('says how it is', async () => {
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    expect((await get('/livez')).status).toBe(200);
    expect(await get('/readyz')).toMatchObject({ status: 200, text: expect.stringContaining('"kafka":"ok"') });
    expect((await get('/metrics')).text).toMatch(/baton_step_attempts_total\{service="greeting",step="greet",outcome="succeeded"\} [2-9]/);
  });

  it('told to stop hands back what does not end within its grace, leaves, and exits with 0', async () => {
    await publish(command(4, 'wait'));
    await until('the lease is there, with the progress', () => inbox.some(({ message }) => message.type === 'heartbeat' && message.runId === 'run-4' && message.body.progress?.percent === 10));
    child.kill('SIGTERM');
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    expect(exitCode).toBe(0);
    await until('it is handed back', () => answerOf(4) !== undefined);
    expect(answerOf(4)!.message).toMatchObject({ body: { outcome: 'released', worker: expect.any(String) } });
    expect(lines.filter(({ level }) => level === 'fatal')).toEqual([]);
  });
});

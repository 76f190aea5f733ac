/** A whole system in the test's process: memory ports, the real engine, a step that answers at once, the gateway on a free port. */
import { randomUUID } from 'node:crypto';
import { attemptKey, readCommand, type InboxMessage, type Json, type JsonObject } from '@baton/contracts';
import { openMemory, type Memory } from '@baton/adapter-memory';
import { hmacTaskTokens, Secret } from '@baton/platform-kit';
import type { RuntimeObserver, TaskTokens } from '@baton/ports';
import { Conductor } from '@baton/runtime';
import { defineWorkflow } from '@baton/workflow';
import type { GatewayOptions } from '../config.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import type { GatewayPorts, Log } from '../ports.ts';

export interface SmallSystem {
  readonly memory: Memory;
  readonly gateway: Gateway;
  readonly url: string;
  readonly logged: { level: string; fields: object; message: string }[];
  /** Takes no commands while held; released, it answers those that waited. */
  readonly step: { hold(): void; release(): void; /** While broken, `undo` and `pay` fail for good. */ broken: boolean };
  call(path: string, init?: RequestInit): Promise<Answer>;
  start(workflow: string, input: Json, headers?: Record<string, string>): Promise<Answer>;
  /** Another gateway on the same topics and view. */
  anotherDoor(): Promise<Pick<SmallSystem, 'call' | 'url' | 'stop'>>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look inside.
  readonly body: any;
}

const silentObserver: RuntimeObserver = { committed: () => undefined, ignored: () => undefined, deadLettered: () => undefined, lane: () => undefined };
const tokens: TaskTokens = { mint: (key) => `token-${key}`.slice(0, 512), verify: (key, token) => token === `token-${key}`.slice(0, 512) };

export interface SmallSystemOptions extends GatewayOptions {
  /** Wraps the gateway's ports, to take one away. */
  readonly ports?: (ports: GatewayPorts) => GatewayPorts;
  /** Without it starts stay in the inbox. Default true. */
  readonly engine?: boolean;
}

export async function smallSystem({ ports: wrap = (ports) => ports, engine = true, ...options }: SmallSystemOptions = {}): Promise<SmallSystem> {
  const memory = await openMemory({ namespace: 'test', partitions: 3 });
  await memory.definitions.publish(echoRecords());
  const conductor = engine ? await startConductor(memory) : undefined;
  const step = engine ? await startStep(memory) : { hold: () => undefined, release: () => undefined, broken: false };
  const logged: SmallSystem['logged'] = [];
  const logAs = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message });
  const log: Log = { info: logAs('info'), warn: logAs('warn'), error: logAs('error') };
  const ports: GatewayPorts = {
    views: memory.runViews,
    inbox: memory.inboxSender,
    definitions: memory.definitions,
    requests: memory.requestSource,
    bus: memory.commandBus,
    deadLetters: memory.deadLetters,
    deadLetterIndex: memory.deadLetterIndex,
    blobs: memory.blobStore,
    links: hmacTaskTokens({ namespace: 'test', current: new Secret('a secret of the tests, and of nobody else') }),
    log,
  };
  const openDoor = async (): Promise<{ gateway: Gateway; url: string; call: SmallSystem['call'] }> => {
    const gateway = createGateway(wrap(ports), { namespace: 'test', port: 0, ...options, watch: { pollMs: 10, ...options.watch } });
    const { url } = await gateway.start();
    return { gateway, url, call: async (path, init) => answerOf(await fetch(`${url}${path}`, init)) };
  };
  const { gateway, url, call } = await openDoor();
  if (conductor !== undefined) await until(() => conductor.health().ready, 'the lanes');
  return {
    memory,
    gateway,
    url,
    logged,
    step,
    call,
    start: (workflow, input, headers = {}) => call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ workflow, input }) }),
    async anotherDoor() {
      const other = await openDoor();
      return { url: other.url, call: other.call, stop: () => other.gateway.stop({ graceMs: 100 }) };
    },
    async stop() {
      await gateway.stop({ graceMs: 100 });
      await conductor?.stop();
      await memory.close();
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}

/** `echo` answers with its input; it takes an object with a `text`, and a `pattern` that a careless expression would choke on. */
export function echoRecords(inputSchema: JsonObject = echoSchema) {
  return defineWorkflow({
    name: 'echo',
    asl: { StartAt: 'Say', States: { Say: { Type: 'Task', Resource: 'test-service/say', End: true } } },
    inputSchema,
  }).toRecords('test-service');
}

/** `approval` waits for the signal `approved`, and ends with it. Not published unless a test does. */
export function approvalRecords() {
  const Wait = { Type: 'Task', Resource: 'baton:waitForEvent', Parameters: { Name: 'approved' }, ResultPath: '$.told', End: true };
  return defineWorkflow({ name: 'approval', asl: { StartAt: 'Wait', States: { Wait } } }).toRecords('test-service');
}

/** `asks` asks a person whether to pay, for at most an hour, and ends with what was said. Not published unless a test does. */
export function asksRecords(given: JsonObject = {}) {
  const Form = { type: 'object', properties: { approved: { type: 'boolean', title: 'Approved?' }, amount: { type: 'integer', minimum: 1, maximum: 500 }, why: { type: 'string', enum: ['price', 'quality'] } }, required: ['approved'] };
  const Ask = { Type: 'Task', Resource: 'baton:askPerson', Parameters: { 'Title.$': "States.Format('Pay order {}?', $.order)", Description: 'Finance decides.', Data: { 'order.$': '$.order' }, Form, Assignees: ['ada', 'group:finance'], ...given }, TimeoutSeconds: 3_600, ResultPath: '$.told', End: true };
  return defineWorkflow({ name: 'asks', asl: { StartAt: 'Ask', States: { Ask } } }).toRecords('test-service');
}

/** `chain` goes on as itself until `n` is 2. Not published unless a test does. */
export function chainRecords() {
  const States = {
    'More?': { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 2, Next: 'Done' }], Default: 'On' },
    On: { Type: 'Task', Resource: 'baton:continueAs', Parameters: { Input: { 'n.$': 'States.MathAdd($.n, 1)' } }, End: true },
    Done: { Type: 'Succeed' },
  };
  return defineWorkflow({ name: 'chain', asl: { StartAt: 'More?', States } }).toRecords('test-service');
}

/** `trip` books twice and pays; while the step is broken it can do neither that nor undo what it has booked. Not published unless a test does. */
export function tripRecords() {
  const book = (next: string): JsonObject => ({ Type: 'Task', Resource: 'test-service/say', ResultPath: null, Compensate: { Resource: 'test-service/undo' }, Next: next });
  return defineWorkflow({ name: 'trip', asl: { StartAt: 'Flight', States: { Flight: book('Hotel'), Hotel: book('Pay'), Pay: { Type: 'Task', Resource: 'test-service/pay', End: true } } } }).toRecords('test-service');
}

const echoSchema: JsonObject = {
  type: 'object',
  properties: { text: { type: 'string', maxLength: 100_000 }, count: { type: 'integer', minimum: 1 }, slow: { type: 'string', pattern: '^(a+)+$' } },
  required: ['text'],
  additionalProperties: false,
};

async function startConductor(memory: Memory): Promise<Conductor> {
  const connection = memory.connect();
  const conductor = new Conductor(
    {
      history: connection.history,
      inbox: connection.inboxSource,
      sender: connection.inboxSender,
      index: connection.stateIndex,
      bus: connection.commandBus,
      deadLetters: connection.deadLetters,
      definitions: connection.definitions,
      wakeUps: connection.wakeUps,
      clock: connection.clock,
      tokens,
      observer: silentObserver,
    },
    { namespace: 'test', historyTopic: connection.names.history, newOwner: randomUUID },
  );
  await conductor.start();
  return conductor;
}

async function startStep(memory: Memory): Promise<SmallSystem['step']> {
  const connection = memory.connect();
  let open = Promise.resolve();
  let release = (): void => undefined;
  const step: SmallSystem['step'] = {
    broken: false,
    hold() {
      ({ promise: open, resolve: release } = Promise.withResolvers<void>());
    },
    release: () => release(),
  };
  await connection.commandSource.subscribe('test-service', {
    async command(record) {
      if (record.value === null) return;
      const command = readCommand(record.value);
      if (command.t !== 'run-step') return;
      void open.then(() => {
        const result: InboxMessage = {
          v: 1,
          id: `result-${randomUUID()}`,
          runId: command.runId,
          ts: Date.now(),
          type: 'result',
          token: tokens.mint(attemptKey(command.runId, command.stepId, command.attempt)),
          body: { stepId: command.stepId, attempt: command.attempt, worker: 'test', ...(step.broken && command.step !== 'say' ? { outcome: 'failed', error: { name: 'Broken', message: `${command.step} is broken`, kind: 'business' } } : { outcome: 'succeeded', output: { said: command.input } }) },
        };
        return connection.inboxSender.send([result]);
      });
    },
    crashed: () => undefined,
  });
  return step;
}

/** Looks every few milliseconds until it is so; fails with `what` after a minute, which only what never comes takes. */
export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>, what: string): Promise<T> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadlineMs) throw new Error(`Waited for ${what} in vain`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function ended(system: SmallSystem, runId: string): Promise<Answer> {
  return until(async () => {
    const answer = await system.call(`/v1/runs/${runId}`);
    return answer.body.status === 'completed' && answer;
  }, `run ${runId} to complete`);
}

/**
 * A whole engine in a test: the real orchestrator on the embedded ports, with step services made of plain functions and
 * a clock that the test moves. Nothing sleeps and nothing is mocked; a workflow with days of waiting takes milliseconds.
 */
import { hashJson, OperatingError, parseJson, PlatformDefaultsFile, readEmittedEvent, readLifecycleEvent, runIdForKey, type AnswerMessage, type CancelMessage, type Command, type CompensationMessage, type EmittedEvent, type LifecycleEvent, type PolicyOverride, type RunId, type SignalMessage, type StartMessage } from '@baton/contracts';
import { manualClock, openMemory } from '@baton/adapter-memory';
import type { RuntimeObserver } from '@baton/ports';
import { didYouMean, type Workflow } from '@baton/workflow';
import { durationMs, type Duration } from './duration.ts';
import { Orchestrator } from './orchestrator.ts';
import { runOf, type Run, type RunSurroundings } from './run.ts';
import { stepBlobs } from './step-blobs.ts';
import type { StepBlobs, StepLog } from './step-context.ts';
import { StepServices } from './step-services.ts';
import { implementationsOf, type Steps } from './steps.ts';
import { Timeline } from './timeline.ts';

export interface TestEngineOptions {
  readonly workflows: readonly Workflow[];
  readonly steps: Steps;
  /** Overrides of the platform's defaults for all workflows. Default: as shipped. */
  readonly defaults?: PolicyOverride;
  /** The time at the beginning, epoch milliseconds. Default 2026-01-01T00:00:00Z. */
  readonly startMs?: number;
  /** Real milliseconds that a step may work without anything happening. Default 4,000: less than a test runner's own patience. */
  readonly patienceMs?: number;
  /** Where the log lines of steps go. Default: nowhere. */
  readonly log?: StepLog;
}

export interface TestEngine {
  /**
   * Starts a run. The same key is the same run; without one every start is a run of its own.
   * @param input JSON; a workflow's input schema is checked by the gateway, not here.
   * @throws OperatingError `unknown_workflow` with the names of those there are, `idempotency_conflict` for a key that came with another input.
   */
  start(workflow: string, input?: unknown, options?: { readonly key?: string }): Promise<Run>;
  /**
   * Everything has happened that can happen without time passing. Whatever reads does this first.
   * @throws Error naming the steps that do not end, or the run that turns in circles.
   */
  settle(): Promise<void>;
  /** Moves the clock. Waits, backoffs, time-outs and heartbeats on the way happen at their own time, in order. */
  advance(duration: Duration): Promise<void>;
  /** The engine's time, epoch milliseconds. */
  nowMs(): number;
  /** What step services were told, in order. */
  commands(): Promise<readonly Command[]>;
  /** The public events. */
  lifecycleEvents(): Promise<readonly LifecycleEvent[]>;
  /** A run that another has started, or has gone on as. */
  run(id: RunId): Run;
  /** What workflows have published themselves, by `baton:emit`. */
  emittedEvents(): Promise<readonly EmittedEvent[]>;
  /** Kills the orchestrator as it stands, also in the middle of a step, and has another take over. Step services live on. */
  crash(): Promise<void>;
  /** Artifacts that runs and steps refer to. */
  readonly blob: StepBlobs;
  /** Steps that still run are told by their signal. Again is no error. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws TypeError naming every step without implementation, or what is wrong with the defaults. */
export async function testEngine(options: TestEngineOptions): Promise<TestEngine> {
  const implementations = implementationsOf(options.steps, options.workflows);
  const policy = PlatformDefaultsFile.safeParse(options.defaults ?? {});
  if (!policy.success) throw new TypeError(policy.error.issues.map(({ path, message }) => `defaults.${path.join('.')}: ${message}`).join('\n'));
  const clock = manualClock(options.startMs);
  const memory = await openMemory({ namespace: 'testkit', partitions: 1, clock, keepEndedMs: Infinity });
  await memory.definitions.publish(options.workflows.flatMap((workflow) => workflow.toRecords('testkit')));

  const refused: Parameters<RuntimeObserver['deadLettered']>[0][] = [];
  let failure: Error | undefined;
  const crashed = (error: Error): void => void (failure ??= error);
  const observer: RuntimeObserver = { committed: () => undefined, ignored: () => undefined, deadLettered: (fact) => void refused.push(fact), lane: () => undefined };
  const orchestrator = new Orchestrator(memory, { namespace: 'testkit', policy: policy.data, observer, crashed });
  const blob = stepBlobs(memory.blobStore);
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const services = new StepServices(implementations, { inbox: memory.inboxSender, clock, blobs: blob, log: options.log ?? quiet });
  const timeline = new Timeline({ memory, clock, services, health: () => orchestrator.health, failure: () => failure, patienceMs: options.patienceMs ?? 4_000 });
  await services.subscribe(memory.commandSource, crashed);
  await orchestrator.start();

  let asked = 0;
  let signals = 0;
  let requests = 0;
  let answers = 0;
  const send = (message: Omit<StartMessage, 'v' | 'id' | 'ts'> | Omit<SignalMessage, 'v' | 'id' | 'ts'> | Omit<AnswerMessage, 'v' | 'id' | 'ts'> | Omit<CancelMessage, 'v' | 'id' | 'ts'> | Omit<CompensationMessage, 'v' | 'id' | 'ts'>): Promise<void> =>
    memory.inboxSender.send([{ v: 1, id: `${message.type}-${++asked}`, ts: clock.nowMs(), ...message }]);
  const aroundRuns: RunSurroundings = {
    views: memory.runViews,
    nowMs: () => clock.nowMs(),
    settle: () => timeline.settle(),
    refusal(id) {
      const fact = refused.find(({ runId }) => runId === id);
      return fact === undefined ? 'nobody knows why' : `${fact.reason}: ${fact.detail}`;
    },
    signal: (runId, { name, data, id = `signal-${++signals}` }) => send({ type: 'signal', runId, body: { signalId: id, name, data } }),
    answer: ({ runId, stepId, attempt }, { answer, by, id = `answer-${++answers}` }) => send({ type: 'answer', runId, body: { stepId, attempt, answerId: id, answer, via: 'api' }, ...(by !== undefined && { by }) }),
    cancel: (runId, reason) => send({ type: 'cancel', runId, body: { reason } }),
    compensation: (runId, { id = `request-${++requests}`, ...body }) => send({ type: 'compensation', runId, body: { requestId: id, ...body } }),
  };
  let starts = 0;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      // Whoever still waits is told.
      crashed(new Error('The engine is closed'));
      services.close();
      await orchestrator.stop();
      await memory.close();
    })());
  return {
    blob,
    nowMs: () => clock.nowMs(),
    settle: () => timeline.settle(),
    advance: (duration) => timeline.advance(durationMs(duration)),
    async start(name, given = {}, { key = `start-${++starts}` } = {}) {
      const workflow = orchestrator.catalogue.current(name);
      if (workflow === undefined) {
        const names = orchestrator.catalogue.names();
        throw new OperatingError('unknown_workflow', `There is no workflow ${JSON.stringify(name)}${didYouMean(name, names)}. This engine has ${names.join(', ') || 'none'}`, { retry: 'no' });
      }
      const input = parseJson(JSON.stringify(given));
      const runId = runIdForKey(name, key);
      const inputHash = hashJson(input);
      const before = await memory.runViews.reserveStart(runId, inputHash);
      if (before !== undefined && before !== inputHash) throw new OperatingError('idempotency_conflict', `The key ${JSON.stringify(key)} was used for ${name} with another input`, { retry: 'no' });
      await send({ type: 'start', runId, body: { def: workflow.def, input, inputHash, idempotencyKey: key, via: 'api' } });
      return runOf(runId, aroundRuns);
    },
    async commands() {
      await timeline.settle();
      return [...services.commands];
    },
    async lifecycleEvents() {
      await timeline.settle();
      return (await memory.records(memory.names.lifecycle)).map(({ value }) => readLifecycleEvent(value!));
    },
    run: (id) => runOf(id, aroundRuns),
    async emittedEvents() {
      await timeline.settle();
      return (await memory.records(memory.names.events)).map(({ value }) => readEmittedEvent(value!));
    },
    async crash() {
      await orchestrator.kill();
      await orchestrator.start();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

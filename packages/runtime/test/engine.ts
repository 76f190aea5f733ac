/** A conductor on the embedded ports with a step service that answers as the test says. */
import { createHash, randomUUID } from 'node:crypto';
import { openMemory, type Memory, type MemoryConnection } from '@baton/adapter-memory';
import { hashJson, readCommand, runIdForKey, type Command, type InboxMessage, type Json, type RunId, type RunState, type RunStepCommand } from '@baton/contracts';
import type { Decide } from '@baton/core';
import type { Clock, CommandBus, CommandSubscription, LaneFact, RuntimeObserver, TaskTokens } from '@baton/ports';
import type { Workflow } from '@baton/workflow';
import { Conductor, type ConductorPorts } from '../src/conductor.ts';
import type { LaneOptions } from '../src/lane/options.ts';

export const testTokens: TaskTokens = {
  mint: (key) => createHash('sha256').update(`secret\n${key}`).digest('hex'),
  verify: (key, token) => token === createHash('sha256').update(`secret\n${key}`).digest('hex'),
};

export type Answer = { readonly output: Json } | { readonly error: { readonly name: string; readonly message: string; readonly kind?: 'business' | 'technical' } } | 'silence';
export type Worker = (command: RunStepCommand) => Answer | Promise<Answer>;

export interface Engine {
  readonly memory: Memory;
  readonly facts: LaneFact[];
  /** Each executed command, by key. */
  readonly executed: RunStepCommand[];
  readonly abandoned: Command[];
  start(workflow: Workflow, key: string, input?: Json): Promise<RunId>;
  send(message: InboxMessage): Promise<void>;
  state(runId: string): Promise<RunState | undefined>;
  /** Waits until the run is as wanted. */
  until(runId: string, wanted: (state: RunState) => boolean, what?: string): Promise<RunState>;
  /** @param options `bus`, `decide`: in the place of the real ones; `ports`: changes the embedded ones. */
  conduct(options?: { lanes?: Partial<LaneOptions>; bus?: CommandBus; decide?: Decide; ports?: (ports: ConductorPorts) => ConductorPorts }): Promise<{ readonly conductor: Conductor; readonly connection: MemoryConnection }>;
  close(): Promise<void>;
}

export async function startEngine(options: { workflows: readonly Workflow[]; worker: Worker; partitions?: number; service?: string; clock?: Clock }): Promise<Engine> {
  const memory = await openMemory({ namespace: 'test', partitions: options.partitions ?? 2, ...(options.clock !== undefined && { clock: options.clock }) });
  const facts: LaneFact[] = [];
  const executed: RunStepCommand[] = [];
  const abandoned: Command[] = [];
  const opened: Conductor[] = [];
  await memory.definitions.publish(options.workflows.flatMap((workflow) => workflow.toRecords(options.service ?? 's')));
  const worker = await startWorker(memory, options.service ?? 's', options.worker, executed, abandoned);
  const observer: RuntimeObserver = { committed: () => undefined, ignored: () => undefined, deadLettered: () => undefined, lane: (fact) => void facts.push(fact) };
  return {
    memory,
    facts,
    executed,
    abandoned,
    async start(workflow, key, input = {}) {
      const runId = runIdForKey(workflow.def.name, key);
      await memory.inboxSender.send([{ v: 1, id: randomUUID(), type: 'start', runId, ts: memory.clock.nowMs(), body: { def: workflow.def, input, inputHash: hashJson(input), via: 'api' } }]);
      return runId;
    },
    send: (message) => memory.inboxSender.send([message]),
    state: (runId) => memory.runViews.get(runId),
    until: (runId, wanted, what) =>
      eventually(async () => {
        const state = await memory.runViews.get(runId);
        return state !== undefined && wanted(state) ? state : undefined;
      }, what ?? `run ${runId} as wanted`),
    async conduct({ lanes, bus, decide, ports = (given: ConductorPorts) => given } = {}) {
      const connection = memory.connect();
      const conductor = new Conductor(
        ports({
          history: connection.history,
          inbox: connection.inboxSource,
          sender: connection.inboxSender,
          index: connection.stateIndex,
          bus: bus ?? connection.commandBus,
          deadLetters: connection.deadLetters,
          definitions: connection.definitions,
          wakeUps: connection.wakeUps,
          poison: connection.poisonWatch,
          blobs: memory.blobStore,
          clock: connection.clock,
          tokens: testTokens,
          observer,
        }),
        { namespace: 'test', historyTopic: memory.names.history, newOwner: randomUUID, lanes: { restartMs: [5, 50], divergedPauseMs: 50, sweepEveryMs: 20, sweepGraceMs: 0, ...lanes }, ...(decide !== undefined && { decide }) },
      );
      opened.push(conductor);
      await conductor.start();
      return { conductor, connection };
    },
    async close() {
      await worker.stop();
      await Promise.all(opened.map((conductor) => conductor.stop()));
      await memory.close();
    },
  };
}

async function startWorker(memory: Memory, service: string, answer: Worker, executed: RunStepCommand[], abandoned: Command[]): Promise<CommandSubscription> {
  return memory.commandSource.subscribe(service, {
    crashed: (error) => {
      throw error;
    },
    async command(record) {
      const command = readCommand(record.value ?? new Uint8Array());
      if (command.t === 'abandon-step') return void abandoned.push(command);
      executed.push(command);
      const said = await answer(command);
      if (said === 'silence') return;
      const { runId, stepId, attempt, token } = command;
      const result = 'output' in said ? { outcome: 'succeeded' as const, output: said.output } : { outcome: 'failed' as const, error: { kind: 'technical' as const, ...said.error } };
      await memory.inboxSender.send([{ v: 1, id: randomUUID(), type: 'result', runId, ts: memory.clock.nowMs(), token, body: { stepId, attempt, worker: 'w', ...result } }]);
    },
  });
}

/** Waits for a condition with a deadline. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined, what: string, deadlineMs = 60_000): Promise<T> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

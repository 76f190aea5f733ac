/**
 * Evidence of a sound system: the real engine on the embedded ports, with retries, a time-out, a cancel, a failure, a run that
 * waits, fan-outs that are joined and that fail, one whose results are written, a run that undoes what it has done, one that cannot and that an operator goes on with, repetitions, rubbish, takeovers, a former owner that writes late, and runs carried forward.
 */
import { createHash, randomUUID } from 'node:crypto';
import { openMemory, type Memory } from '@baton/adapter-memory';
import { encodeHistoryRecord, hashJson, isTerminal, readCommand, readHistoryRecord, readInboxMessage, runIdForKey, type HistoryRecord, type HistoryTxn, type InboxMessage, type Json, type RunId, type RunState, type RunStepCommand } from '@baton/contracts';
import type { LogRecord, TaskTokens } from '@baton/ports';
import { Conductor, type LaneOptions } from '@baton/runtime';
import { eventually } from '@baton/testkit';
import { defineWorkflow, shortForm, workflow, type Workflow } from '@baton/workflow';
import type { Evidence, LedgerExecution, RecordedPartition, View } from '../src/evidence.ts';

const PARTITIONS = 2;
const WEEK_MS = 7 * 86_400_000;
const tokens: TaskTokens = { mint: (key) => createHash('sha256').update(key).digest('hex'), verify: (key, token) => token === createHash('sha256').update(key).digest('hex') };
const fixed = { type: 'fixed', base_seconds: 0.1, jitter: 'none' } as const;

const plain = shortForm({ plain: { steps: ['a', 'flaky', 'c'], retry_backoff: fixed } }, { service: 's' });
const failing = shortForm({ failing: { steps: ['never'], max_retries: 1, retry_backoff: fixed } }, { service: 's' });
const silent = shortForm({ silent: { steps: ['silent'], max_retries: 0, timeout_seconds: 1 } }, { service: 's' });
const cancelled = shortForm({ cancelled: { steps: ['silent'] } }, { service: 's' });
const waiting = workflow('waiting', { service: 's' }).step('a').wait('Rest', { seconds: 3_600 }).step('c').build();
const retried = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 }];
const task = (step: string, more: object = {}) => ({ StartAt: step, States: { [step]: { Type: 'Task', Resource: `s/${step}`, End: true, ...more } } });
const fanning = defineWorkflow({
  name: 'fanning',
  asl: {
    StartAt: 'Each',
    States: {
      Each: { Type: 'Map', ItemsPath: '$.list', ItemProcessor: task('a'), MaxConcurrency: 2, ResultPath: '$.done', Next: 'Fan' },
      Fan: { Type: 'Parallel', Branches: [task('flaky', { Retry: retried }), task('c')], Next: 'Over' },
      Over: { Type: 'Parallel', Branches: [task('never'), task('silent')], Catch: [{ ErrorEquals: ['Busy'], Next: 'End' }], Next: 'End' },
      End: { Type: 'Succeed' },
    },
    TimeoutSeconds: 3_600,
  },
});

/** One of its items fails the whole while another is open and a third has not begun; what became of them is written at the second try. */
const writing = defineWorkflow({
  name: 'writing',
  asl: {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'Which', States: { Which: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 1, Next: 'never' }], Default: 'silent' }, ...task('never', { Retry: [{ ErrorEquals: ['Odd'] }] }).States, ...task('silent').States } },
        MaxConcurrency: 2,
        ResultWriter: { Resource: 's/flaky', Parameters: {} },
        Catch: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'End' }],
        Next: 'End',
      },
      End: { Type: 'Succeed' },
    },
  },
});

const childOf = (workflow: string, integration: string, onwards: object = { End: true }) => ({ Type: 'Task', Resource: `baton:startRun${integration}`, Parameters: { Workflow: workflow }, ...onwards });
/** Waits for one run, starts one without waiting, fails while it waits for a third, and publishes that it is over. */
const parent = defineWorkflow({
  name: 'parent',
  asl: { StartAt: 'Go', States: { Go: childOf('plain', '.sync', { ResultPath: '$.told', Next: 'Away' }), Away: childOf('plain', '', { ResultPath: null, Next: 'Fan' }), Fan: { Type: 'Parallel', Branches: [{ StartAt: 'Long', States: { Long: childOf('cancelled', '.sync') } }, task('never')], Catch: [{ ErrorEquals: ['Busy'], Next: 'Over' }], Next: 'Over' }, Over: { Type: 'Task', Resource: 'baton:emit', Parameters: { Type: 'test.over' }, End: true } } },
});

const undoing = defineWorkflow({
  name: 'undoing',
  asl: {
    StartAt: 'One',
    States: {
      One: { Type: 'Task', Resource: 's/a', Compensate: { Resource: 's/flaky' }, Next: 'Two' },
      Two: { Type: 'Task', Resource: 's/c', Compensate: { Resource: 's/flaky', Retry: retried }, Next: 'Three' },
      Three: { Type: 'Task', Resource: 's/never', End: true },
    },
  },
});

/** Cannot be undone: an operator has it tried again, and skips it then. */
const stuck = defineWorkflow({ name: 'stuck', asl: { StartAt: 'One', States: { One: { Type: 'Task', Resource: 's/a', Compensate: { Resource: 's/never', Retry: [] }, Next: 'Two' }, Two: { Type: 'Task', Resource: 's/never', Retry: [], End: true } } } });

/** Asks others as well after a second, and nobody any more after two. */
const asking = defineWorkflow({
  name: 'asking',
  asl: { StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: 'baton:askPerson', Parameters: { Title: 'Ok?', Form: { type: 'object', properties: { ok: { type: 'boolean' } } }, Escalate: [{ AfterSeconds: 1, Assignees: ['bob'] }] }, TimeoutSeconds: 2, End: true } } },
});

export interface Recording {
  readonly evidence: Evidence;
  readonly plainRun: RunId;
  readonly waitingRun: RunId;
  readonly cancelledRun: RunId;
  readonly fanningRun: RunId;
  readonly parentRun: RunId;
  readonly writingRun: RunId;
}

export async function record(): Promise<Recording> {
  const memory = await openMemory({ namespace: 'test', partitions: PARTITIONS });
  const executions: LedgerExecution[] = [];
  const stop = await work(memory, executions);
  const first = await conduct(memory);
  const start = (flow: Workflow, key: string, input: Json = {}): Promise<RunId> => send(memory, { type: 'start', runId: runIdForKey(flow.def.name, key), body: { def: flow.def, input, inputHash: hashJson(input), via: 'api' } });
  await memory.definitions.publish([plain, failing, silent, cancelled, waiting, fanning, undoing, stuck, parent, writing, asking].flatMap((flow) => flow.toRecords('s')));

  const ended = await Promise.all([...[1, 2, 3, 4, 5].map((i) => start(plain, `p${i}`, { i })), start(failing, 'f'), start(silent, 's'), start(undoing, 'u'), start(writing, 'writing', [2, 1, 3]), start(fanning, 'fan', { list: [1, 2, 3] }), start(asking, 'expires'), start(asking, 'answered'), start(parent, 'parent')]);
  const waitingRun = await start(waiting, 'w');
  const cancelledRun = await start(cancelled, 'c');
  const plainRun = ended[0]!;
  const [writingRun, fanningRun, , answeredRun, parentRun] = ended.slice(-5) as [RunId, RunId, RunId, RunId, RunId];
  await start(plain, 'p1', { i: 1 });
  await until(memory, cancelledRun, ({ branches }) => branches['0']?.open !== undefined);
  await send(memory, { type: 'cancel', runId: cancelledRun, body: { reason: 'no longer wanted' } });
  await send(memory, { type: 'result', runId: 'run-of-nobody' as RunId, token: tokens.mint('run-of-nobody/a.1/1'), body: { stepId: 'a.1' as never, attempt: 1, outcome: 'succeeded', output: {}, worker: 'w' } });
  await memory.deadLetters.resend({ topic: memory.names.inbox, partition: 1, key: 'k', value: Buffer.from('{"v":1'), headers: {} });
  const undoingRun = runIdForKey(undoing.def.name, 'u');
  await until(memory, undoingRun, ({ ending }) => ending !== undefined);
  await send(memory, { type: 'cancel', runId: undoingRun, body: { reason: 'too late' } });
  await send(memory, { type: 'signal', runId: undoingRun, body: { signalId: 's', name: 'go', data: null } });
  const stuckRun = await start(stuck, 'stuck');
  const ask = async (action: 'retry' | 'skip', before: number): Promise<void> => {
    await until(memory, stuckRun, ({ status, compensations }) => status === 'blocked' && (compensations?.[0]?.asked?.length ?? 0) === before);
    for (let time = 0; time < 2; time++) await send(memory, { type: 'compensation', runId: stuckRun, body: { requestId: action, action, reason: 'it is stuck' } });
  };
  await ask('retry', 0);
  await ask('skip', 1);
  ended.push(stuckRun);
  await until(memory, answeredRun, ({ branches }) => branches['0']?.awaits !== undefined);
  for (const [answerId, ok] of [['a', true], ['a', true], ['b', false]] as const) await send(memory, { type: 'answer', runId: answeredRun, body: { stepId: 'Ask.1' as never, attempt: 1, answerId, answer: { ok }, via: 'api' } });
  for (const runId of [...ended, cancelledRun]) await until(memory, runId, ({ status }) => isTerminal(status));
  const children = (await memory.records(memory.names.inbox)).map(({ value }) => startedByRun(value!)).filter((runId) => runId !== undefined);
  for (const runId of children) await until(memory, runId, ({ status }) => isTerminal(status));
  await until(memory, waitingRun, ({ branches }) => branches['0']?.phase === 'wait');

  await first.stop();
  const second = await conduct(memory);
  await eventually('the second owner is ready', () => second.health().ready);
  const [late] = (await memory.records(memory.names.history)).filter(({ value }) => readHistoryRecord(value!).t === 'txn');
  await memory.history.append(late!.partition, [{ key: late!.key!, value: Buffer.from(late!.value!).toString() }]);
  const after = await Promise.all([6, 7, 8, 9].map((i) => start(plain, `p${i}`, { i })));
  for (const runId of after) await until(memory, runId, ({ status }) => isTerminal(status));
  await second.stop();
  const third = await conduct(memory, { carryEveryMs: 100 });
  await eventually('both partitions are carried forward', async () => new Set((await memory.records(memory.names.history)).filter(({ value }) => readHistoryRecord(value!).t === 'carried').map(({ partition }) => partition)).size === PARTITIONS);
  await third.stop();
  await stop();

  const evidence = await gather(memory, [...ended, ...children, ...after, waitingRun, cancelledRun], executions);
  await memory.close();
  return { evidence, plainRun, waitingRun, cancelledRun, fanningRun, parentRun, writingRun };
}

async function gather(memory: Memory, started: readonly RunId[], executions: readonly LedgerExecution[]): Promise<Evidence> {
  const { names } = memory;
  const published = async (topic: string) => ({ records: (await memory.records(topic)).map(entryOf) });
  return {
    history: await partitionsOf(memory, names.history),
    inbox: await partitionsOf(memory, names.inbox),
    commands: await published(names.command('s')),
    lifecycle: await published(names.lifecycle),
    emitted: await published(names.events),
    deadLetters: await published(names.deadLetters),
    definitions: await published(names.definitions),
    view: await viewOf(memory, started),
    groupOffsets: [{ partition: 0, committed: 1 }, { partition: 1, committed: 1 }],
    acknowledgedStarts: started.map((runId) => ({ runId })),
    ledger: { executions, effects: executions.map(({ idem, key }) => ({ idem, key })).filter(({ key }) => key.endsWith('/1')), disturbances: [] },
    moment: { atMs: Date.now(), atRest: true },
  };
}

async function viewOf(memory: Memory, started: readonly RunId[]): Promise<View> {
  const states = (await Promise.all(started.map((runId) => memory.runViews.get(runId)))) as RunState[];
  const partitions = await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => {
      const mine = new Set((await partitionsOf(memory, memory.names.history))[partition]!.records.map(({ value }) => readHistoryRecord(value!)).flatMap((one) => (one.t === 'txn' ? [one.runId] : [])));
      const runs = states.filter(({ runId }) => mine.has(runId));
      return { partition, meta: await memory.stateIndex.meta(partition), runs, due: await memory.stateIndex.due(partition, { graceMs: -1e12, limit: 1_000 }), listed: runs.map(({ runId, status }) => ({ runId, status })) };
    }),
  );
  return { partitions, complete: true };
}

async function partitionsOf(memory: Memory, topic: string): Promise<(RecordedPartition & { readonly records: readonly ReturnType<typeof entryOf>[] })[]> {
  const all = await memory.records(topic);
  return Array.from({ length: PARTITIONS }, (_, partition) => {
    const records = all.filter((one) => one.partition === partition).map(entryOf);
    return { partition, first: 0, next: (records.at(-1)?.offset ?? -1) + 1, records };
  });
}

const entryOf = ({ offset, timestampMs, value }: LogRecord) => ({ offset, timestampMs, value: Buffer.from(value!).toString() });

async function conduct(memory: Memory, lanes: Partial<LaneOptions> = { historyVersion: 1 }): Promise<Conductor> {
  const connection = memory.connect();
  const { history, inboxSource: inbox, inboxSender: sender, stateIndex: index, commandBus: bus, deadLetters, definitions, wakeUps, clock } = connection;
  const observer = { committed: () => undefined, ignored: () => undefined, deadLettered: () => undefined, lane: () => undefined };
  const conductor = new Conductor({ history: { ...history, retentionMs: async () => WEEK_MS }, inbox, sender, index, bus, deadLetters, definitions, wakeUps, clock, tokens, observer, blobs: memory.blobStore }, { namespace: 'test', historyTopic: memory.names.history, newOwner: randomUUID, lanes: { sweepEveryMs: 50, sweepGraceMs: 0, ...lanes } });
  await conductor.start();
  return conductor;
}

async function send(memory: Memory, message: Pick<InboxMessage, 'type' | 'body' | 'runId'> & { readonly token?: string }): Promise<RunId> {
  await memory.inboxSender.send([{ v: 1, id: randomUUID(), ts: Date.now(), ...message } as InboxMessage]);
  return message.runId;
}

function startedByRun(value: Uint8Array): RunId | undefined {
  const text = Buffer.from(value).toString();
  return text.includes('"via":"run"') ? readInboxMessage(text).runId : undefined;
}

/** Each result comes twice: the second is late. */
async function work(memory: Memory, executions: LedgerExecution[]): Promise<() => Promise<void>> {
  const subscription = await memory.commandSource.subscribe('s', {
    crashed: (error) => {
      throw error;
    },
    async command({ value }) {
      const command = readCommand(value!);
      if (command.t === 'abandon-step') return;
      executions.push({ key: command.key, idem: command.idem, atMs: Date.now(), by: 'w' });
      const answer = answerTo(command);
      if (answer === undefined) return;
      const message = { type: 'result' as const, runId: command.runId, token: command.token, body: { stepId: command.stepId, attempt: command.attempt, worker: 'w', ...answer } };
      await send(memory, message);
      await send(memory, message);
    },
  });
  return () => subscription.stop();
}

function answerTo({ step, attempt }: RunStepCommand): { outcome: 'succeeded'; output: Json } | { outcome: 'failed'; error: { name: string; message: string; kind: 'technical' } } | undefined {
  if (step === 'silent') return undefined;
  const fails = step === 'never' || (step === 'flaky' && attempt < 3);
  return fails ? { outcome: 'failed', error: { name: 'Busy', message: 'later', kind: 'technical' } } : { outcome: 'succeeded', output: { [step]: attempt } };
}

const until = (memory: Memory, runId: RunId, wanted: (state: RunState) => boolean): Promise<void> =>
  eventually(`${runId} is as wanted`, async () => {
    const state = await memory.runViews.get(runId);
    return state !== undefined && wanted(state);
  });

/** The evidence with one transition changed, or taken away where `change` gives none. */
export const withTxn = (evidence: Evidence, pick: (txn: HistoryTxn) => boolean, change: (txn: HistoryTxn) => HistoryTxn | undefined): Evidence => withRecord(evidence, (one): one is HistoryTxn => one.t === 'txn' && pick(one), change);

export function withRecord<T extends HistoryRecord>(evidence: Evidence, pick: (record: HistoryRecord) => record is T, change: (record: T) => HistoryRecord | undefined): Evidence {
  let done = false;
  const history = evidence.history.map((partition) => ({
    ...partition,
    records: [...partition.records].flatMap((entry) => {
      const found = readHistoryRecord(entry.value!);
      if (done || !pick(found)) return [entry];
      done = true;
      const changed = change(found);
      return changed === undefined ? [] : [{ ...entry, value: encodeHistoryRecord(changed) }];
    }),
  }));
  if (!done) throw new Error('Expected a record to change');
  return { ...evidence, history };
}

/** What follows from the history, broken in the smallest way: it is found, and only it is said. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { encodeHistoryRecord, readCommand, readEmittedEvent, readHistoryRecord, readInboxMessage, readLifecycleEvent, type HistoryRecord, type RunState } from '@baton/contracts';
import { record, withTxn, type Recording } from '../test/recording.ts';
import { committed, conservation, effects, everyRunEnds, examine, executions, noLostRun, outbox, view, type Checker, type Disturbance, type Evidence, type LedgerExecution, type PublishedRecords, type View, type ViewedPartition } from './index.ts';

let recording: Recording;
let evidence: Evidence;
beforeAll(async () => {
  recording = await record();
  ({ evidence } = recording);
});

const found = (checker: Checker, changed: Partial<Evidence>): string[] => {
  const [verdict] = examine({ ...evidence, ...changed }, [checker]);
  return verdict!.violations.map(({ runId, what }) => `${runId ?? '-'} ${what}`);
};
const without = ({ records }: PublishedRecords, pick: (value: string) => boolean): PublishedRecords => {
  const all = [...records];
  const at = all.findIndex(({ value }) => pick(value as string));
  return { records: all.toSpliced(at, 1) };
};
/** The history without any record of a run. */
const forgotten = (run: string) => ({ history: evidence.history.map((partition) => ({ ...partition, records: [...partition.records].filter(({ value }) => runOf(readHistoryRecord(value!)) !== run) })) });
const runOf = (record: HistoryRecord): string | undefined => (record.t === 'txn' ? record.runId : record.t === 'image' ? record.state.runId : undefined);
const inView = (change: (partition: ViewedPartition) => ViewedPartition): { view: View } => ({ view: { ...evidence.view!, partitions: evidence.view!.partitions.map(change) } });
const changeRun = (run: string, change: (state: RunState) => RunState | undefined) => inView((partition) => ({ ...partition, runs: [...partition.runs].flatMap((state) => (state.runId === run ? (change(state) ?? []) : state)) }));

/** The run has stopped before it hears of an end. */
const deafFrom = (one: HistoryRecord, run: string): boolean => runOf(one) !== run || (one.t === 'txn' && one.seq === 1);

describe('I1', () => {
  it('finds an acknowledged start without history, by the log of the door and by the inbox', () => {
    const run = recording.cancelledRun;
    expect(found(noLostRun, forgotten(run))).toEqual([`${run} the start that was acknowledged is not in the history`, expect.stringMatching(`^${run} the start at inbox offset \\d+ is neither in the history nor a dead letter$`)]);
  });
});

describe('I2', () => {
  it('finds a run that stands still at rest', () => {
    const run = recording.cancelledRun;
    const open = withTxn(evidence, ({ runId, seq }) => runId === run && seq === 2, () => undefined);
    expect(found(everyRunEnds, open)).toEqual([`${run} is running in silent (task) after transition 1, although nothing moves any more`]);
  });

  it('lets a run wait as long as its definition says, and no longer', () => {
    const atMs = evidence.moment!.atMs + 3_700_000;
    expect(found(everyRunEnds, {})).toEqual([]);
    expect(found(everyRunEnds, { moment: { atMs, atRest: true } })).toEqual([`${recording.waitingRun} is running in Rest (wait) after transition 2, although nothing moves any more`]);
  });

  it('finds a timer that should long have fired, where things still move', () => {
    const atMs = evidence.moment!.atMs + 4_000_000;
    expect(found(everyRunEnds, { moment: { atMs, atRest: false } })).toEqual([expect.stringMatching(`^${recording.waitingRun} has a timer that has been due for \\d+ s, in Rest \\(wait\\)$`)]);
  });
});

describe('I5', () => {
  it('finds a state that is not that of the fold', () => {
    expect(found(view, changeRun(recording.plainRun, (state) => ({ ...state, output: 'another' })))).toEqual([expect.stringMatching(`^${recording.plainRun} the view holds another state than the fold at transition \\d+$`)]);
  });

  it('finds a run that is missing, behind, or ahead', () => {
    const run = recording.plainRun;
    expect(found(view, changeRun(run, () => undefined))).toEqual([expect.stringMatching(`^${run} is missing in the view, which says that it holds transition \\d+$`)]);
    expect(found(view, changeRun(run, (state) => ({ ...state, seq: 0 })))).toEqual([expect.stringMatching(`^${run} the view is at transition 0, but says that it holds transition \\d+$`)]);
    expect(found(view, changeRun(run, (state) => ({ ...state, seq: 99 })))).toEqual([expect.stringMatching(`^${run} the view is at transition 99, ahead of the history at \\d+$`)]);
  });

  it('finds a run that the history does not know', () => {
    expect(found(view, inView((partition) => (partition.partition === 0 ? { ...partition, runs: [...partition.runs, { ...[...partition.runs][0]!, runId: 'run-x' as never, timers: {} }], listed: undefined as never } : partition)))).toEqual([expect.stringMatching(/^run-x the view has a run that the history does not know, at transition \d+$/)]);
  });

  it('finds a due timer that is missing, and one that nobody armed', () => {
    const run = recording.waitingRun;
    const lacking = inView((partition) => ({ ...partition, due: [...partition.due!].filter(({ runId }) => runId !== run) }));
    expect(found(view, lacking)).toEqual([expect.stringMatching(`^${run} the due set lacks timer w.Rest.2 in version 2, due `)]);
    const stale = inView((partition) => ({ ...partition, due: [...partition.due!].flatMap((timer) => (timer.runId === run ? [timer, { ...timer, ver: 1 }] : [timer])) }));
    expect(found(view, stale)).toEqual([expect.stringMatching(`^${run} the due set has timer w.Rest.2 in version 1, due \\S+, which the run does not have$`)]);
  });

  it('finds a run on the wrong list', () => {
    const run = recording.plainRun;
    const listed = inView((partition) => ({ ...partition, listed: [...partition.listed!].map((entry) => (entry.runId === run ? { runId: run, status: 'failed' as const } : entry)) }));
    expect(found(view, listed)).toEqual([`${run} is completed, but stands in the list of failed`]);
  });

  it('finds a view that is ahead of a history that was cut', () => {
    const ahead = inView((partition) => (partition.partition === 0 ? { ...partition, meta: { ...partition.meta!, histOff: 9_999 } } : partition));
    expect(found(view, ahead)).toEqual([expect.stringMatching(/^- the view is at history offset 9999, but the history ends at \d+$/)]);
  });

  it('asks nothing of a partition whose view is wiped', () => {
    const [verdict] = examine({ ...evidence, ...inView((partition) => ({ partition: partition.partition, meta: undefined, runs: [] })) }, [view]);
    expect(verdict).toMatchObject({ outcome: 'held', examined: 0, why: expect.stringContaining('the view of partition 0 is wiped') });
  });
});

describe('I7', () => {
  it('finds a command that was not published', () => {
    const lacking = without(evidence.commands!, (value) => readCommand(value).key === `${recording.plainRun}/a.1/1`);
    expect(found(outbox, { commands: lacking })).toEqual([`${recording.plainRun} transition 1: run-step ${recording.plainRun}/a.1/1 was not published`]);
  });

  it('finds a public event that was not published', () => {
    const lacking = without(evidence.lifecycle!, (value) => readLifecycleEvent(value).id === `${recording.plainRun}.1.1`);
    expect(found(outbox, { lifecycle: lacking })).toEqual([`${recording.plainRun} transition 1: event ${recording.plainRun}.1.1 was not published`]);
  });

  it('finds an event of a workflow that was not published, and one that the history does not have', () => {
    const [event] = [...evidence.emitted!.records].map(({ value }) => readEmittedEvent(value!));
    expect(found(outbox, { emitted: { records: [] } })).toEqual([expect.stringMatching(`^${recording.parentRun} transition \\d+: event ${event!.id} was not published$`)]);
    const more = { ...event!, id: `${recording.parentRun}.Over.99` };
    expect(found(outbox, { emitted: { records: [...evidence.emitted!.records, { timestampMs: 0, value: JSON.stringify(more) }] } })).toEqual([`- event ${more.id} was published, but the history does not have it`]);
  });

  it('finds a command that the history does not have', () => {
    const run = recording.plainRun;
    expect(found(outbox, withTxn(evidence, ({ runId, seq }) => runId === run && seq === 1, (txn) => ({ ...txn, outbox: [] })))).toEqual([`- run-step ${run}/a.1/1 was published, but the history does not have it`]);
  });

  it('finds what one run tells another and the other has not heard: a start, an end, a cancel', () => {
    const run = recording.parentRun;
    const children = [...evidence.history.flatMap(({ records }) => [...records])].flatMap(({ value }) => {
      const one = readHistoryRecord(value!);
      return one.t === 'txn' && one.runId === run ? (one.messages ?? []).map(({ type, runId }) => ({ type, runId: runId as string })) : [];
    });
    const [first, away, long] = children.filter(({ type }) => type === 'start').map(({ runId }) => runId);
    const unheard = (by: string, kind: string, of: string) => expect.stringMatching(`^${by} transition \\d+: the ${kind} for run ${of} has not been heard$`);
    const toldOf = (changed: Partial<Evidence>): string[] => found(outbox, changed).filter((what) => what.endsWith('has not been heard'));
    expect(toldOf({})).toEqual([]);
    expect(toldOf(forgotten(away!))).toEqual([unheard(run, 'start', away!)]);
    expect(toldOf(withTxn(evidence, ({ runId, cause }) => runId === long && cause.type === 'cancel', () => undefined))).toEqual([unheard(run, 'cancel', long!)]);
    const deaf = evidence.history.map((partition) => ({ ...partition, records: [...partition.records].filter(({ value }) => deafFrom(readHistoryRecord(value!), run)) }));
    expect(toldOf({ history: deaf })).toContainEqual(unheard(first!, 'child-ended', run));
  });

  it('does not look for commands to a service that has no topic', () => {
    const commands = { ...without(evidence.commands!, (value) => readCommand(value).key === `${recording.plainRun}/a.1/1`), services: ['another'] };
    expect(found(outbox, { commands: { ...commands, records: [] } })).toEqual([]);
  });
});

describe('I11', () => {
  it('finds an effect that happened twice', () => {
    const ledger = { ...evidence.ledger!, effects: [{ idem: 'run-1/a.1' }, { idem: 'run-1/a.1' }] };
    expect(found(effects, { ledger })).toEqual(['run-1 the effect of run-1/a.1 happened 2 times']);
  });

  it('finds an idempotency key that is not that of the step', () => {
    const [first, ...rest] = evidence.ledger!.executions;
    const ledger = { ...evidence.ledger!, executions: [{ ...first!, idem: 'other' }, ...rest] };
    expect(found(effects, { ledger })).toEqual([expect.stringMatching(/the idempotency key of \S+ was other, expected run-/)]);
  });
});

describe('I12', () => {
  /** The first execution, and what came of it later. */
  const and = (...later: readonly Partial<LedgerExecution>[]) => {
    const [first, ...rest] = evidence.ledger!.executions;
    const again = later.map((change, i) => ({ ...first!, atMs: first!.atMs + 1_000 * (i + 1), ...change }));
    return { first: first!, ledger: { ...evidence.ledger!, executions: [first!, ...again, ...rest] } };
  };
  const unexplained = expect.stringMatching(/^run-\S+ \S+ was executed 2 times \(\S+ by w, \S+ by other\) and published once; nothing that hit one of these processes explains it$/);

  it('finds an execution too many that nothing explains', () => {
    expect(found(executions, { ledger: and({ by: 'other' }).ledger })).toEqual([unexplained]);
  });

  it('lets another process execute what was handed out again because one of the two, or everybody, was hit in between', () => {
    const { first, ledger } = and({ by: 'other' });
    const hit = (disturbance: Partial<Disturbance>) => found(executions, { ledger: { ...ledger, disturbances: [{ fromMs: first.atMs + 300, toMs: first.atMs + 400, ...disturbance }] } });
    expect(hit({ process: 'w' })).toEqual([]);
    expect(hit({ process: 'other' })).toEqual([]);
    expect(hit({})).toEqual([]);
    expect(hit({ process: 'a third' })).toEqual([unexplained]);
    expect(hit({ fromMs: first.atMs - 500, toMs: first.atMs - 1 })).toEqual([unexplained]);
    expect(hit({ fromMs: first.atMs + 1_001, toMs: first.atMs + 2_000 })).toEqual([unexplained]);
  });

  it('lets another process execute what was published again, as often as that', () => {
    const { first, ledger } = and({ by: 'other' }, { by: 'a third' });
    const again = [...evidence.commands!.records].find(({ value }) => readCommand(value!).key === first.key)!;
    const commands = (times: number) => ({ records: [...evidence.commands!.records, ...Array.from({ length: times }, () => again)] });
    expect(found(executions, { ledger, commands: commands(2) })).toEqual([]);
    expect(found(executions, { ledger, commands: commands(1) })).toEqual([expect.stringContaining('was executed 3 times')]);
    expect(found(executions, { ledger: { ...ledger, disturbances: [{ fromMs: first.atMs, toMs: first.atMs + 500 }] }, commands: commands(1) })).toEqual([]);
  });

  it('finds one that a process began again although it had the answer, whatever was wrong meanwhile', () => {
    const { first, ledger } = and({});
    const disturbed = { ...ledger, disturbances: [{ fromMs: 0, toMs: Number.POSITIVE_INFINITY }] };
    expect(found(executions, { ledger: disturbed })).toEqual([expect.stringMatching(/was executed twice by one process \(.*\), which had its answer$/)]);
    expect(found(executions, { ledger: { ...disturbed, forgotten: [{ key: first.key, by: 'w' }] } })).toEqual([]);
    expect(found(executions, { ledger: { ...disturbed, forgotten: [{ key: first.key, by: 'other' }] } })).toHaveLength(1);
    const inOrder = [...ledger.executions].sort((a, b) => a.atMs - b.atMs).filter(({ key, atMs }) => key === first.key || atMs >= first.atMs);
    const answers = inOrder.findLastIndex(({ key }) => key === first.key) - inOrder.indexOf(first) - 1;
    expect(answers).toBeGreaterThan(0);
    expect(found(executions, { ledger: { ...disturbed, remembered: answers + 1 } })).toHaveLength(1);
    expect(found(executions, { ledger: { ...disturbed, remembered: answers } })).toEqual([]);
  });

  it('says so where it cannot know how often a command was published', () => {
    const { commands: _, ...rest } = evidence;
    expect(examine({ ...rest, ledger: and({ by: 'other' }).ledger }, [executions])).toMatchObject([{ outcome: 'held', why: expect.stringContaining('were not recorded') }]);
  });

  it('finds an execution that nobody commanded', () => {
    const ledger = { ...evidence.ledger!, executions: [{ key: 'run-x/a.1/1', idem: 'run-x/a.1', atMs: 0, by: 'w' }] };
    expect(found(executions, { ledger })).toEqual(['run-x run-x/a.1/1 was executed, but the history has no such command']);
  });
});

describe('I13', () => {
  it('finds a message that is neither applied nor a dead letter', () => {
    // An answer that comes again may find its run parked.
    const said = found(conservation, { deadLetters: { records: [] } }).filter((what) => !what.endsWith('(result) came for a run that is parked, and is no dead letter'));
    expect(said).toHaveLength(2);
    expect(said).toContainEqual(expect.stringMatching(/^run-of-nobody the inbox record at offset \d+ \(result\) speaks for a run that nobody knows, and is no dead letter$/));
    expect(said).toContainEqual(expect.stringMatching(/^- the inbox record at offset \d+ cannot be read, and is no dead letter$/));
  });

  it('finds a result that was dropped while its attempt was open', () => {
    const run = recording.plainRun;
    const { inbox } = evidence;
    const doubled = inbox!.map((partition) => {
      const records = [...partition.records];
      const at = records.findIndex(({ value }) => isResultOf(value as string, run));
      // The first result of the run as if the engine had passed it over: another record stands where the applied one was.
      return at < 0 ? partition : { ...partition, records: records.flatMap((entry, i) => (i === at ? [{ ...entry, offset: entry.offset - 0.5 }, entry] : [entry])) };
    });
    expect(found(conservation, { inbox: doubled })).toEqual([expect.stringMatching(`^${run} the inbox record at offset \\d+.5 \\(result\\) was not applied, although attempt 1 of a.1 was open$`)]);
  });

  it('lets an operator give up what lies before a position, and nobody else', () => {
    const claim = [...evidence.history[1]!.records].findLast(({ value }) => readHistoryRecord(value!).t === 'claim')!;
    const beyond = { offset: evidence.history[1]!.next, timestampMs: 0 };
    const position = { v: 2, epoch: claim.offset, inboxOff: evidence.inbox![1]!.next, disp: -1 } as const;
    const withRecord = (record: HistoryRecord) => evidence.history.map((partition) => (partition.partition === 1 ? { ...partition, records: [...partition.records, { ...beyond, value: encodeHistoryRecord(record) }] } : partition));
    const inbox = evidence.inbox!.map((partition) => (partition.partition === 1 ? { ...partition, records: [...partition.records, { offset: partition.next, timestampMs: 0, value: 'rubbish' }] } : partition));
    expect(found(conservation, { inbox, history: withRecord({ ...position, t: 'position', why: 'said so' } as HistoryRecord) })).toEqual([]);
    expect(found(conservation, { inbox, history: withRecord({ ...position, v: 1, t: 'mark' } as HistoryRecord) })).toEqual([expect.stringMatching(/cannot be read, and is no dead letter$/)]);
  });

  it('finds a record of the history that is none of ours and no dead letter', () => {
    const history = evidence.history.map((partition) => {
      const records = [...partition.records];
      const claim = records.findLast(({ value }) => readHistoryRecord(value!).t === 'claim')!;
      return partition.partition === 0 ? { ...partition, records: records.flatMap((entry) => (entry === claim ? [{ offset: entry.offset - 0.5, timestampMs: 0, value: 'rubbish' }, entry] : [entry])) } : partition;
    });
    expect(found(conservation, { history })).toEqual([expect.stringMatching(/^- the record at history offset \d+.5 is none of ours, and no dead letter$/)]);
  });
});

describe('I24', () => {
  /** The inbox with one more message at its end, which the group was told of and the history has nothing of. */
  const toldOf = (value: string) => {
    const partition = evidence.history.find(({ records }) => [...records].some((one) => String(one.value).includes(`"runId":"${recording.waitingRun}"`)))!.partition;
    const inbox = evidence.inbox!.map((recorded) => (recorded.partition === partition ? { ...recorded, next: recorded.next + 1, records: [...recorded.records, { offset: recorded.next, timestampMs: 0, value }] } : recorded));
    return { inbox, groupOffsets: [{ partition, committed: inbox[partition]!.next }] };
  };
  const message = (changes: object): string => JSON.stringify({ v: 1, id: 'm', ts: 0, runId: recording.waitingRun, ...changes });
  const late = () => message({ type: 'result', token: 't', body: { stepId: 'a.1', attempt: 1, outcome: 'succeeded', output: {}, worker: 'w' } });
  const cancel = () => message({ type: 'cancel', body: { reason: 'no longer wanted' } });

  it('lets the group be told of messages that changed nothing, and of dead letters', () => {
    expect(found(committed, toldOf(late()))).toEqual([]);
    const rubbish = toldOf('rubbish');
    const { partition, committed: next } = rubbish.groupOffsets[0]!;
    const letter = [...evidence.deadLetters!.records].map(({ value }) => JSON.parse(String(value)) as { topic: string; partition: number }).find(({ topic }) => topic.endsWith('.inbox.v1'))!;
    const deadLetters = { records: [...evidence.deadLetters!.records, { timestampMs: 0, value: JSON.stringify({ ...letter, partition, offset: next - 1, id: `${letter.topic}~${partition}~${next - 1}` }) }] };
    expect(found(committed, { ...rubbish, deadLetters })).toEqual([]);
    expect(found(committed, rubbish)).toEqual([expect.stringMatching(/^- the group has committed \d+, the history has consumed up to \d+, and between them the inbox record at offset \d+ cannot be read, and is no dead letter$/)]);
  });

  it('finds one between that was not of no consequence', () => {
    expect(found(committed, toldOf(cancel()))).toEqual([expect.stringMatching(new RegExp(`^${recording.waitingRun} the group has committed \\d+, .* \\(cancel\\) cancelled nothing, although the run went on$`))]);
  });

  it('finds a committed offset beyond the end of the inbox', () => {
    expect(found(committed, { groupOffsets: [{ partition: 1, committed: 9_999 }] })).toEqual([expect.stringMatching(/^- the group has committed 9999, but the inbox ends at \d+$/)]);
  });

  it('says so where it cannot know what lies between, and where an operator has given it up', () => {
    const { inbox: _, ...without } = toldOf(cancel());
    expect(examine({ ...omit(evidence, 'inbox'), ...without }, [committed])).toMatchObject([{ outcome: 'held', why: expect.stringContaining('were not recorded') }]);
    const told = toldOf(cancel());
    const { partition } = told.groupOffsets[0]!;
    const history = evidence.history.map((recorded) => {
      const claim = [...recorded.records].findLast(({ value }) => readHistoryRecord(value!).t === 'claim')!;
      const position = { v: 2, t: 'position', epoch: claim.offset, inboxOff: 0, why: 'said so' } as const;
      return recorded.partition === partition ? { ...recorded, records: [...recorded.records, { offset: recorded.next, timestampMs: 0, value: encodeHistoryRecord(position) }] } : recorded;
    });
    expect(examine({ ...evidence, ...told, history }, [committed])).toMatchObject([{ outcome: 'held', why: expect.stringContaining('an operator') }]);
  });
});

const omit = <T extends object, K extends keyof T>(from: T, key: K): Omit<T, K> => {
  const { [key]: _, ...rest } = from;
  return rest;
};

const isResultOf = (value: string, run: string): boolean => {
  try {
    const message = readInboxMessage(value);
    return message.type === 'result' && message.runId === run;
  } catch {
    return false;
  }
};

/** Each invariant of the history, broken in the smallest way: it is found, and only it is said. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { encodeHistoryRecord, hashJson, type HistoryImage, type HistoryRecord, type HistoryTxn, type RunEvent } from '@baton/contracts';
import { record, withRecord, withTxn, type Recording } from '../test/recording.ts';
import { attempts, compensations, end, examine, fanOuts, oneWriter, pinnedDefinition, replay, retries, sequence, timers, wakeUps, type Checker, type Evidence } from './index.ts';

let recording: Recording;
beforeAll(async () => {
  recording = await record();
});

const has = (type: RunEvent['type']) => ({ events }: HistoryTxn): boolean => events.some((event) => event.type === type);
const without = (txn: HistoryTxn, type: RunEvent['type']): HistoryTxn => ({ ...txn, events: txn.events.filter((event) => event.type !== type) });
const changeEvent = (txn: HistoryTxn, type: RunEvent['type'], change: (event: never) => object): HistoryTxn => ({ ...txn, events: txn.events.map((event) => (event.type === type ? ({ ...event, ...change(event as never) } as RunEvent) : event)) });
const found = (checker: Checker, evidence: Evidence): string[] => {
  const [verdict] = examine(evidence, [checker]);
  return verdict!.violations.map(({ runId, what }) => `${runId ?? '-'} ${what}`);
};
/** A further transition of a run, after the last record of its partition. */
const appended = (pick: (txn: HistoryTxn) => boolean, change: (txn: HistoryTxn) => HistoryTxn): Evidence => {
  const { evidence } = recording;
  const history = evidence.history.map((partition) => {
    const records = [...partition.records];
    const txn = records.map(({ value }) => JSON.parse(value as string) as HistoryTxn).find((one) => one.t === 'txn' && pick(one));
    if (txn === undefined) return partition;
    const epoch = records.findLast(({ value }) => (JSON.parse(value as string) as { t: string }).t === 'claim')!.offset;
    return { ...partition, records: [...records, { offset: partition.next, timestampMs: 0, value: encodeHistoryRecord(change({ ...txn, epoch })) }] };
  });
  return { ...evidence, history };
};

describe('I3', () => {
  it('finds a transition that is missing', () => {
    const run = recording.plainRun;
    expect(found(sequence, withTxn(recording.evidence, ({ runId, seq }) => runId === run && seq === 2, () => undefined))).toEqual([expect.stringMatching(`^${run} transition 3 at history offset \\d+ follows 1$`)]);
  });

  it('finds a transition that stands there twice, and the inbox record that was applied twice with it', () => {
    const run = recording.plainRun;
    const again = appended(({ runId, seq }) => runId === run && seq === 1, (txn) => txn);
    expect(found(sequence, again)).toEqual([expect.stringMatching(`^${run} transition 1 at history offset \\d+ follows \\d+$`), expect.stringMatching(`^${run} transition 1 at history offset \\d+ applies inbox record \\d+, after the position was at \\d+$`)]);
  });

  it('does not count what a former owner wrote', () => {
    const run = recording.plainRun;
    const { evidence } = recording;
    const again = appended(({ runId, seq }) => runId === run && seq === 1, (txn) => ({ ...txn, epoch: 0 }));
    expect(again).not.toEqual(evidence);
    expect(found(sequence, again)).toEqual([]);
  });
});

describe('I4', () => {
  it('finds an attempt that is closed twice', () => {
    const twice = withTxn(recording.evidence, has('attempt-closed'), (txn) => ({ ...txn, events: [...txn.events.filter(({ type }) => type === 'attempt-closed'), ...txn.events] }));
    expect(found(attempts, twice)).toEqual([expect.stringMatching(/transition \d+: attempt 1 of \S+ is closed again$/)]);
  });

  it('finds an attempt that is opened while another is open', () => {
    const unclosed = withTxn(recording.evidence, (txn) => has('attempt-closed')(txn) && has('retry-scheduled')(txn), (txn) => without(txn, 'attempt-closed'));
    expect(found(attempts, unclosed)).toEqual([expect.stringMatching(/transition \d+: attempt 2 of \S+ is opened while attempt 1 is open$/)]);
  });

  it('finds an attempt that is closed without having been opened', () => {
    expect(found(attempts, withTxn(recording.evidence, ({ runId, seq }) => runId === recording.plainRun && seq === 1, (txn) => without(txn, 'attempt-opened')))).toEqual([`${recording.plainRun} transition 2: attempt 1 of a.1 is closed, but was never opened`]);
  });
});

describe('I6', () => {
  it('finds an event that was changed afterwards, by the chain and by the image', () => {
    const run = recording.plainRun;
    const changed = withTxn(recording.evidence, ({ runId, seq }) => runId === run && seq === 1, (txn) => changeEvent(txn, 'run-started', () => ({ input: { i: 'another' } })));
    expect(found(replay, changed)).toEqual([`${run} transition 1: the chain does not follow from the events`, expect.stringMatching(`^${run} the image at history offset \\d+ is not what the events give`)]);
  });

  it('finds an image that is not what the events give, and a hash that is not its own', () => {
    const run = recording.plainRun;
    const image = { runId: run, v: 1, seq: 2 } as never;
    const withImage = withTxn(recording.evidence, ({ runId, seq }) => runId === run && seq === 2, (txn) => ({ ...txn, state: image, stateHash: hashJson(image) }));
    expect(found(replay, withImage)).toEqual([`${run} transition 2: the stored image is not what the events give`]);
    const wrongHash = withTxn(withImage, ({ runId, seq }) => runId === run && seq === 2, (txn) => ({ ...txn, stateHash: 'other' }));
    expect(found(replay, wrongHash)).toContain(`${run} transition 2: the stored hash is not that of the image`);
  });
});

describe('I6, of what is carried forward', () => {
  const imageOf = (run: string) => (record: HistoryRecord): record is HistoryImage => record.t === 'image' && record.state.runId === run;

  it('finds an image that is not what the events give, and one that is not what its hash says', () => {
    const run = recording.plainRun;
    const other = withRecord(recording.evidence, imageOf(run), (image) => ({ ...image, state: { ...image.state, output: 'another' }, stateHash: hashJson({ ...image.state, output: 'another' }) }));
    expect(found(replay, other)).toEqual([expect.stringMatching(`^${run} the image at history offset \\d+ is not what the events give for transition \\d+$`)]);
    expect(found(replay, withRecord(recording.evidence, imageOf(run), (image) => ({ ...image, stateHash: 'other' })))).toEqual([expect.stringMatching(`^${run} the image at history offset \\d+ is not what its hash says$`)]);
  });

  it('finds an image of a transition that is not there yet', () => {
    const run = recording.plainRun;
    const ahead = withRecord(recording.evidence, imageOf(run), (image) => ({ ...image, state: { ...image.state, seq: 99 }, stateHash: hashJson({ ...image.state, seq: 99 }) }));
    expect(found(replay, ahead)).toEqual([expect.stringMatching(`^${run} the image at history offset \\d+ is of transition 99, after \\d+, which is the last before it$`)]);
  });

  it('finds a carry-forward that lacks an image', () => {
    const lacking = withRecord(recording.evidence, imageOf(recording.plainRun), () => undefined);
    expect(found(replay, lacking)).toEqual([expect.stringMatching(/^- the carry-forward that ends at history offset \d+ says \d+ runs, but has \d+ images$/)]);
  });
});

describe('I8', () => {
  it('finds a transition after the end', () => {
    const run = recording.cancelledRun;
    const after = appended(({ runId }) => runId === run, (txn) => ({ ...txn, seq: 3, events: [{ type: 'wait-ended', branch: '0', stepId: 'silent.1' as never }] }));
    expect(found(end, after)).toEqual([`${run} transition 3 (start) comes after the run was cancelled`]);
  });

  it('finds an event after the end, within the last transition', () => {
    const more = withTxn(recording.evidence, has('run-cancelled'), (txn) => ({ ...txn, events: [...txn.events, { type: 'wait-ended', branch: '0', stepId: 'silent.1' as never }] }));
    expect(found(end, more)).toEqual([`${recording.cancelledRun} transition 2: wait-ended comes after run-cancelled`]);
  });
});

describe('I9', () => {
  it('finds a run that nothing can wake', () => {
    const run = recording.waitingRun;
    const asleep = withTxn(recording.evidence, ({ runId, events }) => runId === run && events.some(({ type }) => type === 'wait-started'), (txn) => without(txn, 'wait-started'));
    expect(found(wakeUps, asleep)).toEqual([`${run} after transition 2 nothing can wake the run`]);
  });

  it('finds an open attempt without a time-out', () => {
    const run = recording.waitingRun;
    const unguarded = withTxn(recording.evidence, ({ runId, seq }) => runId === run && seq === 1, (txn) => changeEvent(txn, 'attempt-opened', (event: { timer: object }) => ({ timer: { ...event.timer, id: 'run', kind: 'run' } })));
    expect(found(wakeUps, unguarded)).toEqual([`${run} after transition 1 attempt 1 of a.1 is open and has no time-out`, `${run} after transition 1 nothing can wake the run`]);
  });

  it('finds a timer that is left over', () => {
    const run = recording.waitingRun;
    const orphan = withTxn(recording.evidence, ({ runId, events }) => runId === run && events.some(({ type }) => type === 'wait-started'), (txn) => changeEvent(txn, 'wait-started', (event: { timer: object }) => ({ timer: { ...event.timer, id: 'w.other' } })));
    expect(found(wakeUps, orphan)).toEqual([`${run} after transition 2 timer w.other is armed for nothing`]);
  });
});

describe('I10', () => {
  it('finds a backoff that ended early', () => {
    const later = withTxn(recording.evidence, has('retry-scheduled'), (txn) => changeEvent(txn, 'retry-scheduled', (event: { timer: { dueMs: number } }) => ({ timer: { ...event.timer, dueMs: event.timer.dueMs + 60_000 } })));
    expect(found(timers, later)).toEqual([expect.stringMatching(/transition \d+: a timer fired, but none was due$/), expect.stringMatching(/transition \d+: attempt-opened of \S+ came \d+ ms early$/)]);
  });

  it('finds an attempt that timed out early', () => {
    const timedOut = ({ events }: HistoryTxn): boolean => events.some((event) => event.type === 'attempt-closed' && event.outcome === 'timed-out');
    const early = withTxn(recording.evidence, timedOut, (txn) => ({ ...txn, cause: { ...txn.cause, ts: txn.cause.ts - 60_000 } }));
    expect(found(timers, early)).toEqual([expect.stringMatching(/a timer fired, but none was due$/), expect.stringMatching(/attempt-closed of \S+ came \d+ ms early$/)]);
  });
});

describe('I15', () => {
  it('finds a record that says it is of a claim that nobody made', () => {
    const stray = appended(({ runId }) => runId === recording.plainRun, (txn) => ({ ...txn, epoch: 1 }));
    expect(found(oneWriter, stray)).toEqual([expect.stringMatching(/history offset \d+: no claim stands at epoch 1$/)]);
  });

  it('finds two writers of one epoch by a position that goes back', () => {
    const back = withTxn(recording.evidence, ({ runId, seq }) => runId === recording.plainRun && seq === 4, (txn) => ({ ...txn, disp: -1 }));
    expect(found(oneWriter, back)).toEqual([expect.stringMatching(/history offset \d+: what is published went back from \d+ to -1$/)]);
  });

  it('finds a claim of another group, and one with another number of partitions', () => {
    const claim = { v: 1, t: 'claim', owner: 'x', group: 'baton.other', partitions: 3, engine: '0.1.0' } as const;
    const other = appended(({ runId }) => runId === recording.plainRun, () => claim as never);
    expect(found(oneWriter, other)).toEqual([expect.stringMatching(/the claim is of group baton.other, others are of /), expect.stringMatching(/the claim says 3 partitions, others 2$/)]);
  });

  it('finds a run in a partition that is not its own', () => {
    const { evidence, plainRun } = recording;
    const [a, b] = evidence.history;
    const swapped = { ...evidence, history: [{ ...a!, records: b!.records, next: b!.next }, { ...b!, records: a!.records, next: a!.next }] };
    expect(found(oneWriter, swapped)).toContainEqual(expect.stringMatching(`^${plainRun} history offset \\d+: the run belongs into partition [01]$`));
  });
});

describe('I16', () => {
  const begun = (txn: HistoryTxn): boolean => has('compensation-begun')(txn);

  it('finds what is undone twice', () => {
    const again = withTxn(recording.evidence, begun, (txn) => ({ ...txn, events: txn.events.flatMap((event): RunEvent[] => (event.type === 'compensation-started' ? [event, event] : [event])) }));
    expect(found(compensations, again)).toEqual([expect.stringMatching(/transition \d+: Two\.2 is undone a second time$/)]);
  });

  it('finds what is undone before what was done later', () => {
    const inOrder = withTxn(recording.evidence, begun, (txn) => changeEvent(txn, 'compensation-started', () => ({ of: 'One.1' })));
    expect(found(compensations, inOrder)[0]).toMatch(/transition \d+: One\.1 is undone, expected Two\.2$/);
  });

  it('finds a run that ends before all is undone', () => {
    const atOnce = withTxn(recording.evidence, begun, (txn) => ({ ...txn, events: txn.events.map((event): RunEvent => (event.type === 'compensation-begun' && event.ending.as === 'failed' ? { type: 'run-failed', error: event.ending.error } : event)).filter(({ type }) => !type.startsWith('compensation-')) }));
    expect(found(compensations, atOnce)[0]).toMatch(/transition \d+: the run ends, although One\.1, Two\.2 is not undone$/);
  });

  it('finds what is tried again or skipped although it had not failed', () => {
    for (const [type, what] of [['compensation-retried', 'tried again'], ['compensation-skipped', 'skipped']] as const) {
      const another = withTxn(recording.evidence, has(type), (txn) => changeEvent(txn, type, () => ({ of: 'Two.9' })));
      expect(found(compensations, another)[0]).toMatch(new RegExp(`transition \\d+: Two\\.9 is ${what}, but One\\.1 had failed$`));
    }
  });

  it('finds what is undone while the run goes on', () => {
    const goesOn = withTxn(recording.evidence, begun, (txn) => without(txn, 'compensation-begun'));
    expect(found(compensations, goesOn)[0]).toMatch(/transition \d+: Two\.2 is undone, although the run goes on$/);
  });
});

describe('I17', () => {
  const broken = (pick: RunEvent['type'], change: (events: readonly RunEvent[]) => readonly RunEvent[]): string[] =>
    found(fanOuts, withTxn(recording.evidence, (txn) => txn.runId === recording.fanningRun && has(pick)(txn), (txn) => ({ ...txn, events: change(txn.events) })));
  const opens = (events: readonly RunEvent[]): RunEvent => events.find(({ type }) => type === 'branch-opened')!;

  it('finds a branch that is opened twice, and one that is left out', () => {
    expect(broken('branch-opened', (events) => events.flatMap((event) => (event === opens(events) ? [event, event] : [event])))).toEqual(expect.arrayContaining([expect.stringMatching(/transition 1: branch 1-0 is opened as number 0, expected 1 of 3$/)]));
    expect(broken('branch-opened', (events) => events.filter((event) => event !== opens(events)))).toEqual(expect.arrayContaining([expect.stringMatching(/transition 1: branch 1-1 is opened as number 1, expected 0 of 3$/)]));
  });

  it('finds a branch that ends twice', () => {
    const twice = broken('branch-ended', (events) => events.flatMap((event): RunEvent[] => (event.type === 'branch-ended' ? [event, event] : [event])));
    expect(twice).toEqual(expect.arrayContaining([expect.stringMatching(/branch 1-\d ends, but is not open$/)]));
  });

  it('finds a join before all branches have ended', () => {
    const early = broken('branch-ended', (events) => [...events, { type: 'state-exited', branch: '0', stepId: 'Each.1' as never, state: 'Each', patch: { op: 'keep' }, via: 'done' }]);
    expect(early).toEqual(expect.arrayContaining([expect.stringMatching(/Each\.1 is left while 1-\d(, 1-\d)* is open$/)]));
  });

  it('finds results that are written while a branch is open, and branches that are broken off for no reason', () => {
    const ofWriting = (pick: RunEvent['type'], change: (events: readonly RunEvent[]) => readonly RunEvent[]): string[] =>
      found(fanOuts, withTxn(recording.evidence, (txn) => txn.runId === recording.writingRun && has(pick)(txn), (txn) => ({ ...txn, events: change(txn.events) })));
    expect(ofWriting('branches-aborted', (events) => events)).toEqual([]);
    expect(ofWriting('branches-aborted', (events) => events.filter(({ type }) => type !== 'branches-aborted')).join('\n')).toMatch(/Each\.1 writes its results while 1-\d is open/);
    expect(ofWriting('branches-aborted', (events) => events.filter(({ type }) => type !== 'branch-failed')).join('\n')).toContain('Each.1 aborts its branches, although none has failed the whole');
  });

  it('finds branches that are left behind when their fan-out fails', () => {
    expect(broken('branches-cancelled', (events) => events.filter(({ type }) => type !== 'branches-cancelled'))).toEqual(expect.arrayContaining([expect.stringMatching(/Over\.\d+ is left while \d+-1 is open$/)]));
  });
});

describe('I18', () => {
  it('finds a transition of another definition', () => {
    const run = recording.plainRun;
    const other = withTxn(recording.evidence, ({ runId, seq }) => runId === run && seq === 2, (txn) => ({ ...txn, def: { ...txn.def, hash: 'f'.repeat(32) } }));
    expect(found(pinnedDefinition, other)).toEqual([expect.stringMatching(`^${run} transition 2 is of definition f{32}, the run of `)]);
  });
});

describe('I19', () => {
  it('finds a retry that comes too soon', () => {
    const soon = withTxn(recording.evidence, has('retry-scheduled'), (txn) => changeEvent(txn, 'retry-scheduled', (event: { timer: { dueMs: number } }) => ({ timer: { ...event.timer, dueMs: event.timer.dueMs - 90 } })));
    expect(found(retries, soon)).toEqual([expect.stringMatching(/transition \d+: retry 1 of \S+ by the policy comes after 10 ms, allowed are 100 to 100 ms$/)]);
  });

  it('finds one retry too many', () => {
    const { evidence } = recording;
    const never = ({ events }: HistoryTxn): boolean => events.some((event) => event.type === 'retry-scheduled' && event.stepId.startsWith('never'));
    const twice = withTxn(evidence, never, (txn) => ({ ...txn, events: [...txn.events, ...txn.events.filter(({ type }) => type === 'retry-scheduled')] }));
    expect(found(retries, twice)).toContainEqual(expect.stringMatching(/retry 2 of never.1 by the policy is one too many: 1 are allowed$/));
  });
});

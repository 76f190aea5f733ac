import { beforeAll, describe, expect, it } from '@jest/globals';
import { encodeHistoryRecord, readHistoryRecord, type HistoryCarried } from '@baton/contracts';
import { record, type Recording } from '../test/recording.ts';
import { CHECKERS, examine, Examination, HistoryFold, sequence, type Evidence } from './index.ts';

let recording: Recording;
beforeAll(async () => {
  recording = await record();
});

const ELSEWHERE = ['I14', 'I20', 'I21', 'I22', 'I23'];

describe('a sound recording', () => {
  it('holds every invariant that evidence can show, each on something', () => {
    const verdicts = examine(recording.evidence);
    expect(verdicts.map(({ invariant }) => invariant)).toEqual(Array.from({ length: 24 }, (_, i) => `I${i + 1}`));
    expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
    for (const { invariant, outcome, examined } of verdicts) expect([invariant, outcome, examined > 0]).toEqual([invariant, ELSEWHERE.includes(invariant) ? 'not-checked' : 'held', !ELSEWHERE.includes(invariant)]);
  });

  it('holds them where things moved while they were read: what is not settled is not asked for', () => {
    const { evidence } = recording;
    const settled = evidence.history.map(({ partition }) => ({ partition, disp: -1, inboxOff: -1 }));
    const moving = { ...evidence, settled, moment: { atMs: Date.now(), atRest: false }, commands: { records: [] }, lifecycle: { records: [] }, emitted: { records: [] }, deadLetters: { records: [] } };
    const verdicts = examine(moving);
    expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
    expect(verdicts.find(({ invariant }) => invariant === 'I7')).toMatchObject({ outcome: 'held', why: expect.stringContaining('what runs tell each other may still be under way') });
  });
});

describe('evidence that lacks something', () => {
  it('is not passed over in silence: each verdict that needs it says so', () => {
    const { history } = recording.evidence;
    const lacking = examine({ history }).filter(({ outcome }) => outcome === 'not-checked');
    expect(lacking.map(({ invariant }) => invariant)).toEqual(['I1', 'I2', 'I5', 'I7', 'I11', 'I12', 'I13', 'I14', 'I19', 'I20', 'I21', 'I22', 'I23', 'I24']);
    for (const { why } of lacking) expect(why).toMatch(/\w/);
  });

  it('leaves out what retention has taken, and says so', () => {
    const { evidence } = recording;
    const history = evidence.history.map((partition) => {
      const records = [...partition.records].slice(12);
      return { ...partition, first: records[0]!.offset, records };
    });
    const verdicts = examine({ ...evidence, history });
    expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
    for (const id of ['I3', 'I5', 'I6', 'I7', 'I13']) expect(verdicts.find(({ invariant }) => invariant === id)).toMatchObject({ outcome: 'held', why: expect.stringMatching(/retention|began before/) });
  });
});

describe('some runs alone', () => {
  it('are held to everything but what only the whole can show', () => {
    const { evidence, plainRun } = recording;
    const { groupOffsets: _, ...rest } = evidence;
    const mine = (value: unknown): boolean => String(value).includes(plainRun) || /"t":"(claim|mark)"/.test(String(value));
    const view = { ...evidence.view!, partitions: evidence.view!.partitions.map((partition) => ({ ...partition, runs: [...partition.runs].filter(({ runId }) => runId === plainRun), due: [], listed: [{ runId: plainRun, status: 'completed' as const }] })) };
    const inbox = evidence.inbox!.map((partition) => ({ ...partition, records: [...partition.records].filter(({ value }) => mine(value)) }));
    const only = (records: Evidence['commands']) => ({ records: [...records!.records].filter(({ value }) => mine(value)) });
    const examination = new Examination({ ...rest, view, inbox, commands: only(evidence.commands), lifecycle: only(evidence.lifecycle), emitted: only(evidence.emitted), acknowledgedStarts: [{ runId: plainRun }], ledger: { executions: [], disturbances: [] } });
    for (const { partition, first, records } of evidence.history) {
      examination.open(partition, first);
      for (const entry of records) {
        if (mine(entry.value)) examination.add(partition, entry);
        else examination.pass(partition, entry.offset);
      }
    }
    const verdicts = examination.verdicts();
    expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
    expect(verdicts.find(({ invariant }) => invariant === 'I24')).toMatchObject({ outcome: 'not-checked' });
  });
});

describe('what was carried forward', () => {
  it('makes runs known that began before what the history still keeps', () => {
    const { evidence } = recording;
    const history = evidence.history.map((partition) => {
      const records = [...partition.records];
      const carried = records.map(({ value }) => readHistoryRecord(value as string)).find(({ t }) => t === 'carried') as HistoryCarried;
      const kept = records.filter(({ offset }) => offset >= carried.epoch);
      return { ...partition, first: carried.epoch, records: kept };
    });
    const fold = new HistoryFold();
    for (const { partition, first, records } of history) {
      fold.open(partition, first);
      for (const entry of records) fold.next(partition, entry).take();
    }
    const whole = new HistoryFold();
    for (const { partition, records } of evidence.history) {
      whole.open(partition, 0);
      for (const entry of records) whole.next(partition, entry).take();
    }
    expect([...fold.runs()].map(({ runId, state }) => [runId, state]).sort()).toEqual([...whole.runs()].map(({ runId, state }) => [runId, state]).sort());
    expect(examine({ ...evidence, history }).flatMap(({ violations }) => violations)).toEqual([]);
  });
});

describe('one checker', () => {
  it('stands alone', () => {
    expect(examine(recording.evidence, [sequence])).toMatchObject([{ invariant: 'I3', outcome: 'held' }]);
  });

  it('keeps a thousand violations and counts the rest', () => {
    const [first] = CHECKERS.filter(({ invariant }) => invariant === 'I15');
    const stray = encodeHistoryRecord({ v: 1, t: 'mark', epoch: 5_000, inboxOff: 0, disp: 0 });
    const records = Array.from({ length: 1_500 }, (_, offset) => ({ offset, timestampMs: 0, value: stray }));
    const [verdict] = examine({ history: [{ partition: 0, first: 0, next: 1_500, records }] }, [first!]);
    expect([verdict!.violations.length, verdict!.found]).toEqual([1_000, 1_500]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '@baton/invariants';
import type { PerformedFault } from './perform.ts';
import { linesOf, reportOf, type ReportFacts } from './report.ts';
import type { Takeover } from './takeovers.ts';

const fault = (kind: PerformedFault['kind']): PerformedFault => ({ atMs: 0, kind, target: 'x', durationMs: 0, alone: false, injectedMs: 1, wholeMs: 2 });
const takeover = (how: Takeover['how'], pauseMs: number, alone: boolean): Takeover => ({ role: 'x', how, atMs: 0, partition: 0, pauseMs, alone });
const held: Verdict = { invariant: 'I1', title: 'no run is lost', outcome: 'held', examined: 3, violations: [], found: 0 };
const facts: ReportFacts = {
  seed: 7, minutes: 2, runsPerSecond: 5, sessionMs: 10_000, acknowledged: 9, started: 10, transitions: 90, claims: 4,
  performed: [fault('kill-worker'), fault('flush-redis'), fault('kill-worker')], troubles: [], events: [{ atMs: 1, role: 'x', pid: 1, what: 'ended by itself' }],
  commandsSent: 12, commandsDistinct: 10, executions: 11, executionsDistinct: 10,
  takeovers: [takeover('killed', 14_000, true), takeover('killed', 40_000, false), takeover('told to stop', 5_001, true)],
  verdicts: [held], otherViolations: [], drainMs: 1_500,
};

describe('the report', () => {
  it('counts faults by kind, and what came twice beyond the first', () => {
    expect(reportOf(facts)).toMatchObject({ runs: 9, transitions: 90, faults: { total: 3, byKind: { 'kill-worker': 2, 'flush-redis': 1 } }, redeliveries: 2, duplicateExecutions: 1, endedByThemselves: 1, violations: [] });
  });

  it('holds takeovers to their targets only where nothing else was wrong', () => {
    const { takeovers } = reportOf(facts);
    expect(takeovers.killed).toEqual({ alone: { count: 1, medianMs: 14_000, worstMs: 14_000 }, all: { count: 2, medianMs: 14_000, worstMs: 40_000 }, targetMs: 15_000, withinTarget: true });
    expect(takeovers.graceful).toMatchObject({ targetMs: 5_000, withinTarget: false });
    expect(takeovers.frozen).toMatchObject({ alone: null, withinTarget: null });
  });

  it('names every violation with its invariant, run and partition, and the command that repeats it', () => {
    const broken: Verdict = { ...held, invariant: 'I3', outcome: 'violated', found: 1, violations: [{ invariant: 'I3', runId: 'r', partition: 2, what: 'goes back' }] };
    const report = reportOf({ ...facts, verdicts: [held, broken], otherViolations: ['ledger: a cent is missing'] });
    expect(report.violations).toEqual(['I3: run r (partition 2) goes back', 'ledger: a cent is missing']);
    const text = linesOf(report).join('\n');
    for (const part of ['I3: run r (partition 2) goes back', 'ledger: a cent is missing', 'npm run chaos -- --minutes 2 --seed 7 --rate 5 --session 10', 'target 5.0 s, MISSED']) expect(text).toContain(part);
  });
});

/** What came of it: figures for machines, lines for people. Pure. */
import type { Verdict } from '@baton/invariants';
import { FAULT_KINDS, type FaultKind } from './plan.ts';
import type { PerformedFault } from './perform.ts';
import type { RoleEvent } from './role.ts';
import { pausesOf, type Pauses, type Takeover } from './takeovers.ts';

export interface ReportFacts {
  readonly seed: number;
  readonly minutes: number;
  readonly runsPerSecond: number;
  readonly sessionMs: number;
  /** Where not all were asked for. */
  readonly kinds?: readonly FaultKind[];
  /** Where it was asked for. */
  readonly everyMs?: number;
  readonly acknowledged: number;
  readonly started: number;
  readonly transitions: number;
  readonly claims: number;
  readonly performed: readonly PerformedFault[];
  readonly troubles: readonly string[];
  readonly events: readonly RoleEvent[];
  readonly commandsSent: number;
  readonly commandsDistinct: number;
  readonly executions: number;
  readonly executionsDistinct: number;
  readonly takeovers: readonly Takeover[];
  readonly verdicts: readonly Verdict[];
  /** Beside those of the verdicts: what the ledger, the callers and the end of the load had to say. */
  readonly otherViolations: readonly string[];
  readonly drainMs: number;
}

export interface Report {
  readonly seed: number;
  readonly minutes: number;
  readonly runsPerSecond: number;
  readonly runs: number;
  readonly transitions: number;
  readonly claims: number;
  readonly faults: { readonly total: number; readonly byKind: Readonly<Partial<Record<FaultKind, number>>> };
  /** Commands that were published again. */
  readonly redeliveries: number;
  /** Executions of a command beyond its first. */
  readonly duplicateExecutions: number;
  /** By how an orchestrator went: where nothing else was wrong meanwhile, and all. */
  readonly takeovers: Readonly<Record<'graceful' | 'killed' | 'frozen', { readonly alone: Pauses | null; readonly all: Pauses | null; readonly targetMs: number; readonly withinTarget: boolean | null }>>;
  readonly drainMs: number;
  /** Processes that ended although nobody ended them, and were started again. */
  readonly endedByThemselves: number;
  readonly troubles: readonly string[];
  readonly invariants: readonly { readonly invariant: string; readonly outcome: Verdict['outcome']; readonly examined: number; readonly found: number; readonly why?: string }[];
  readonly violations: readonly string[];
  readonly again: string;
}

/** After a graceful stop, and beyond the session time-out after a kill. */
const TAKEOVER_TARGET_MS = 5_000;

export function reportOf(facts: ReportFacts): Report {
  const { seed, minutes, runsPerSecond, sessionMs, performed, takeovers, verdicts } = facts;
  const byKind: Partial<Record<FaultKind, number>> = {};
  for (const kind of FAULT_KINDS) {
    const count = performed.filter((fault) => fault.kind === kind).length;
    if (count > 0) byKind[kind] = count;
  }
  const pauses = (how: Takeover['how'], targetMs: number) => {
    const all = takeovers.filter((takeover) => takeover.how === how);
    const alone = pausesOf(all.filter((takeover) => takeover.alone)) ?? null;
    return { alone, all: pausesOf(all) ?? null, targetMs, withinTarget: alone === null ? null : alone.worstMs < targetMs };
  };
  return {
    seed,
    minutes,
    runsPerSecond,
    runs: facts.acknowledged,
    transitions: facts.transitions,
    claims: facts.claims,
    faults: { total: performed.length, byKind },
    redeliveries: facts.commandsSent - facts.commandsDistinct,
    duplicateExecutions: facts.executions - facts.executionsDistinct,
    takeovers: { graceful: pauses('told to stop', TAKEOVER_TARGET_MS), killed: pauses('killed', sessionMs + TAKEOVER_TARGET_MS), frozen: pauses('frozen', sessionMs + TAKEOVER_TARGET_MS) },
    drainMs: facts.drainMs,
    endedByThemselves: facts.events.filter(({ what }) => what === 'ended by itself').length,
    troubles: facts.troubles,
    invariants: verdicts.map(({ invariant, outcome, examined, found, why }) => ({ invariant, outcome, examined, found, ...(why !== undefined && { why }) })),
    violations: [...verdicts.flatMap(({ violations }) => violations.map(({ invariant, runId, partition, what }) => `${invariant}: ${runId === undefined ? '' : `run ${runId} `}${partition === undefined ? '' : `(partition ${partition}) `}${what}`)), ...facts.otherViolations],
    again: `npm run chaos -- --minutes ${minutes} --seed ${seed} --rate ${runsPerSecond} --session ${sessionMs / 1_000}${facts.kinds === undefined ? '' : ` --kinds ${facts.kinds.join(',')}`}${facts.everyMs === undefined ? '' : ` --every ${facts.everyMs / 1_000}`}`,
  };
}

export function linesOf(report: Report): readonly string[] {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const pauses = (of: Pauses | null): string => (of === null ? 'none' : `${of.count} partitions, median ${seconds(of.medianMs)}, worst ${seconds(of.worstMs)}`);
  const row = (name: string, value: string | number): string => `${name.padEnd(28)}${value}`;
  return [
    row('runs', report.runs),
    row('transitions', report.transitions),
    row('claims', report.claims),
    row('faults', report.faults.total),
    ...Object.entries(report.faults.byKind).map(([kind, count]) => row(`  ${kind}`, count)),
    row('redeliveries', report.redeliveries),
    row('duplicate executions', report.duplicateExecutions),
    ...Object.entries(report.takeovers).flatMap(([how, { alone, all, targetMs, withinTarget }]) => [
      row(`takeovers, ${how}`, `${pauses(alone)}; target ${seconds(targetMs)}${withinTarget === null ? '' : withinTarget ? ', met' : ', MISSED'}`),
      row('  whatever else was wrong', pauses(all)),
    ]),
    row('until all runs had ended', seconds(report.drainMs)),
    row('ended by themselves', report.endedByThemselves),
    ...report.troubles.map((trouble) => row('trouble', trouble)),
    ...report.invariants.map(({ invariant, outcome, examined, why }) => row(invariant, `${outcome}${outcome === 'not-checked' ? `: ${why}` : `, ${examined} looked at${why === undefined ? '' : ` (${why})`}`}`)),
    row('violations', report.violations.length),
    ...report.violations.slice(0, SHOWN_VIOLATIONS).map((violation) => `  ${violation}`),
    ...(report.violations.length > SHOWN_VIOLATIONS ? [`  … and ${report.violations.length - SHOWN_VIOLATIONS} more`] : []),
    row('again with', report.again),
  ];
}

const SHOWN_VIOLATIONS = 20;

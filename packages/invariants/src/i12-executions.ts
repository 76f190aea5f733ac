/**
 * I12: nothing is executed that the history has not commanded, and a command no more often than it was handed out.
 *
 * 1. A process executes a command once, however often it is given it: it keeps its answers. Only where it gave an attempt up
 *    because the lease was lost, or has given more answers since than it keeps, may it begin again.
 * 2. Another process executes it again for one of two reasons: the command was published once more, or between the two executions
 *    one of the two processes was hit, or what hands out to all of them was. A fault of somebody else explains nothing.
 *
 * What it cannot see: an execution that its process did not live to write down; whether the fault of the right process at the right
 * time was really the cause; two executions of one command that a fault explains, one of which came from elsewhere, for the same
 * command has the same key. What the executions did is not looked at either: that is I11.
 */
import { ContractError, readCommand } from '@baton/contracts';
import type { Checker, Findings } from './checker.ts';
import type { Disturbance, Ledger, LedgerExecution, SideEvidence } from './evidence.ts';
import { partsOf } from './ledger-key.ts';

export const executions: Checker = {
  invariant: 'I12',
  title: 'a command is executed once, and again only where it was handed out again',
  lacks: ({ ledger }) => (ledger === undefined ? 'no ledger of executions was kept' : undefined),
  watch(evidence, findings, folded) {
    const commanded = new Set<string>();
    return {
      transition({ txn }) {
        for (const command of txn.outbox) if (command.t === 'run-step') commanded.add(command.key);
      },
      end() {
        const ledger = evidence.ledger!;
        const cut = [...folded.positions.values()].some(({ first }) => first > 0);
        const all = [...ledger.executions].sort((a, b) => a.atMs - b.atMs);
        const byKey = grouped(all, ({ key }) => key);
        findings.examined(byKey.size);
        for (const key of byKey.keys()) if (!commanded.has(key) && !cut) findings.violation({ runId: partsOf(key).runId, what: `${key} was executed, but the history has no such command` });
        const several = [...byKey].filter(([, times]) => times.length > 1);
        if (several.length === 0) return;
        checkMemory(several, all, ledger, findings);
        checkHandingOut(several, evidence, findings);
      },
    };
  },
};

type Several = readonly (readonly [key: string, times: readonly LedgerExecution[]])[];

/** The first rule. */
function checkMemory(several: Several, all: readonly LedgerExecution[], { forgotten = [], remembered = Number.POSITIVE_INFINITY }: Ledger, findings: Findings): void {
  const lost = new Set([...forgotten].map(({ key, by }) => `${by} ${key}`));
  const ofProcess = grouped(all, ({ by }) => by);
  for (const [key, times] of several) {
    for (const [by, own] of grouped(times, (execution) => execution.by)) {
      for (const [before, after] of pairs(own)) {
        const done = ofProcess.get(by)!;
        if (lost.has(`${by} ${key}`) || done.indexOf(after) - done.indexOf(before) > remembered) continue;
        findings.violation({ runId: partsOf(key).runId, what: `${key} was executed twice by one process (${told([before, after])}), which had its answer` });
      }
    }
  }
}

/** The second rule. */
function checkHandingOut(several: Several, { commands, ledger }: SideEvidence, findings: Findings): void {
  if (commands === undefined) return findings.left('how often a command was published: the commands were not recorded');
  const published = timesPublished(commands.records, new Set(several.map(([key]) => key)));
  for (const [key, times] of several) {
    const sent = published.get(key) ?? 1;
    const unexplained = pairs(times).filter(([before, after]) => !ledger!.disturbances.some((disturbance) => explains(disturbance, before, after)));
    if (unexplained.length > sent - 1) findings.violation({ runId: partsOf(key).runId, what: `${key} was executed ${times.length} times (${told(times)}) and published ${sent === 1 ? 'once' : `${sent} times`}; nothing that hit one of these processes explains it` });
  }
}

const explains = ({ fromMs, toMs, process }: Disturbance, before: LedgerExecution, after: LedgerExecution): boolean => fromMs <= after.atMs && toMs >= before.atMs && (process === undefined || process === before.by || process === after.by);

function timesPublished(records: NonNullable<SideEvidence['commands']>['records'], keys: ReadonlySet<string>): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { value } of records) {
    const key = keyOf(value);
    if (key !== undefined && keys.has(key)) times.set(key, (times.get(key) ?? 0) + 1);
  }
  return times;
}

function keyOf(value: Uint8Array | string | null): string | undefined {
  try {
    const command = readCommand(value ?? '');
    return command.t === 'run-step' ? command.key : undefined;
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}

function grouped(executions: readonly LedgerExecution[], by: (execution: LedgerExecution) => string): ReadonlyMap<string, readonly LedgerExecution[]> {
  const groups = new Map<string, LedgerExecution[]>();
  for (const execution of executions) {
    const group = groups.get(by(execution));
    if (group === undefined) groups.set(by(execution), [execution]);
    else group.push(execution);
  }
  return groups;
}

const pairs = (times: readonly LedgerExecution[]): readonly (readonly [LedgerExecution, LedgerExecution])[] => times.slice(1).map((after, i) => [times[i]!, after]);

const told = (times: readonly LedgerExecution[]): string => times.map(({ atMs, by }) => `${new Date(atMs).toISOString()} by ${by}`).join(', ');

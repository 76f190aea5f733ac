/**
 * What must hold of every world once it has come to rest, read from the raw logs by rules of its own. The numbers are those
 * of the engine's invariants.
 */
import { isTerminal, readHistoryRecord, type HistoryTxn, type RunEvent, type RunState } from '@baton/contracts';
import { applyTxn } from '@baton/core';
import type { StartedRun } from './door.ts';
import { expectedOf } from './programs.ts';
import type { World } from './world.ts';

interface Folded {
  readonly transitions: Map<string, HistoryTxn[]>;
  readonly states: Map<string, RunState>;
  readonly partitionOf: Map<string, number>;
}

export function violations(world: World, started: readonly StartedRun[]): string[] {
  const found = [...new Set(world.troubles)];
  const folded = fold(world, found);
  for (const run of started) {
    const state = folded.states.get(run.runId);
    if (state === undefined) {
      if (run.acknowledged) found.push(`I1: the acknowledged run ${run.runId} is not in the history`);
      continue;
    }
    if (!isTerminal(state.status)) found.push(`I2: run ${run.runId} is ${state.status} although nothing goes wrong any more`);
    else checkOutcome(run, state, folded.transitions.get(run.runId)!, found);
  }
  for (const [runId, state] of folded.states) {
    const viewed = world.view.run(folded.partitionOf.get(runId)!, runId);
    if (canonical(viewed) !== canonical(state)) found.push(`I5: the view of run ${runId} is at ${viewed?.seq ?? 'nothing'}, the history at ${state.seq}${viewed?.seq === state.seq ? ', and they differ' : ''}`);
  }
  checkCommands(world, folded, found);
  return found;
}

function fold(world: World, found: string[]): Folded {
  const folded: Folded = { transitions: new Map(), states: new Map(), partitionOf: new Map() };
  for (const [partition, log] of world.history.partitions.entries()) {
    let epoch = -1;
    let consumed = -1;
    for (const { offset, value } of log) {
      const record = readHistoryRecord(value!);
      if (record.t === 'claim') epoch = offset;
      else if (record.epoch !== epoch) world.faults.count('record of a former owner');
      else if (record.t === 'txn') {
        const { runId, seq, cause } = record;
        const before = folded.states.get(runId);
        if (cause.off <= consumed) found.push(`I3: the inbox record ${partition}/${cause.off} was applied at history offset ${offset}, after ${consumed}`);
        consumed = cause.off;
        if (seq !== (before?.seq ?? 0) + 1) found.push(`I3: transition ${seq} of run ${runId} follows ${before?.seq ?? 0}`);
        try {
          folded.states.set(runId, applyTxn(before, record));
        } catch (error) {
          found.push(`I3: transition ${seq} of run ${runId} cannot be folded: ${(error as Error).message}`);
        }
        folded.partitionOf.set(runId, partition);
        folded.transitions.set(runId, [...(folded.transitions.get(runId) ?? []), record]);
        if (cause.type === 'timer') checkTimer(record, before, found);
      }
    }
  }
  return folded;
}

/** Whatever a timer did, one that was due must have been armed. */
function checkTimer({ runId, seq, cause }: HistoryTxn, before: RunState | undefined, found: string[]): void {
  if (!Object.values(before?.timers ?? {}).some(({ dueMs }) => dueMs <= cause.ts)) found.push(`I10: a timer fired early in transition ${seq} of run ${runId}`);
}

function checkOutcome(run: StartedRun, state: RunState, txns: readonly HistoryTxn[], found: string[]): void {
  const events = txns.flatMap((txn) => txn.events) as RunEvent[];
  const say = (what: string): void => void found.push(`I6: run ${run.runId} ${what}`);
  const expected = expectedOf(run.program, run.input, events);
  if (typeof expected === 'string') return say(expected);
  const path = events.flatMap((event) => (event.type === 'state-entered' ? [event.state] : []));
  if (expected.status !== state.status) say(`is ${state.status}, expected ${expected.status}`);
  if (path.join() !== expected.path.join()) say(`went through ${path.join(', ')}, expected ${expected.path.join(', ')}`);
  if (expected.status === 'completed' && canonical(state.output) !== canonical(expected.output)) say(`ended with ${JSON.stringify(state.output)}, expected ${JSON.stringify(expected.output)}`);
  if (expected.error !== undefined && state.error?.name !== expected.error) say(`failed with ${state.error?.name}, expected ${expected.error}`);
  const opened = new Set<string>();
  const closed = new Set<string>();
  for (const event of events) {
    if (event.type !== 'attempt-opened' && event.type !== 'attempt-closed') continue;
    const key = `${event.stepId}/${event.attempt}`;
    const known = event.type === 'attempt-opened' ? opened : closed;
    if (known.has(key)) found.push(`I4: attempt ${key} of run ${run.runId} was ${event.type === 'attempt-opened' ? 'opened' : 'closed'} twice`);
    known.add(key);
  }
}

function checkCommands(world: World, { transitions }: Folded, found: string[]): void {
  const promised = new Set([...transitions.values()].flat().flatMap(({ outbox }) => outbox.map((command) => `${command.t} ${command.key}`)));
  const sent = new Set(world.commands.map((command) => `${command.t} ${command.key}`));
  for (const command of promised) if (!sent.has(command)) found.push(`I7: ${command} stands in the history and was never published`);
  for (const command of sent) if (!promised.has(command)) found.push(`I7: ${command} was published, but the history does not have it`);
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? 'undefined';

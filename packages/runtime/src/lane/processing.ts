/**
 * Deciding a batch: admitted messages, one after the other, on the newest state of their run. Nothing here writes; the
 * lane commits what comes out. A message that makes `decide` throw parks its run, the partition goes on (I14).
 */
import { type DefinitionRef, type InboxMessage, type RunState } from '@baton/contracts';
import { block, decide, type Decision, type Facts } from '@baton/core';
import type { LogRecord } from '@baton/ports';
import type { StateMachine } from '@baton/workflow';
import { pause, withDeadline } from '../deadline.ts';
import { admit, inboxLetter, type Admitted } from './admission.ts';
import { Batch } from './batch.ts';
import { ViewLost } from './publishing.ts';
import type { RunCache } from './run-cache.ts';
import type { Surroundings } from './surroundings.ts';

export interface Writer {
  readonly partition: number;
  readonly epoch: number;
  readonly disp: number;
  /** The view holds the history up to here: what it says of a run counts only where it still does. */
  readonly viewOff: number;
}

/** A producer's clock may be ahead of ours by so much before it is not believed. */
const MAX_AHEAD_MS = 60_000;

/**
 * @returns the batch, and the records that did not fit into it any more.
 */
export async function decideBatch(records: readonly LogRecord[], writer: Writer, cache: RunCache, around: Surroundings): Promise<{ readonly batch: Batch; readonly rest: readonly LogRecord[] }> {
  const batch = new Batch(records[0]!.offset - 1);
  const admissions = records.map((record) => ({ record, admission: admit(record, around) }));
  const admitted = admissions.flatMap(({ admission }) => ('admitted' in admission ? [admission.admitted] : []));
  await loadStates(admitted, writer, batch, cache, around);
  await awaitDefinitions(admitted, batch, around);
  for (const [i, { record, admission }] of admissions.entries()) {
    if (batch.bytes >= around.options.batchBytes) return { batch, rest: records.slice(i) };
    if ('letter' in admission) batch.letters.push(admission.letter);
    else decideOne(admission.admitted, writer, batch, around);
    batch.inboxOff = record.offset;
  }
  return { batch, rest: [] };
}

function decideOne({ record, message }: Admitted, writer: Writer, batch: Batch, around: Surroundings): void {
  const before = batch.states.get(message.runId);
  const machine = machineFor(before, message, around);
  if (machine === undefined && (before !== undefined || message.type === 'start')) {
    const ref = definitionOf(before, message);
    batch.letters.push(inboxLetter(record, around, 'unknown_workflow', `The definition ${ref?.name} (${ref?.hash}) has not been published; start a service that publishes it, then replay this message`, message));
    return;
  }
  const facts: Facts = { nowMs: recordTimeMs(record, around), machine: machine ?? NO_MACHINE, policy: around.policy, eventSource: around.eventSource };
  const decision = decideOrPark(before, message, record, facts);
  switch (decision.kind) {
    case 'accepted':
      batch.accept(decision, { record, message }, { epoch: writer.epoch, disp: writer.disp, tokens: around.tokens, nowMs: facts.nowMs }, before);
      return;
    case 'ignored':
      batch.ignored.push({ message, why: decision.why });
      return;
    case 'rejected':
      batch.letters.push(inboxLetter(record, around, decision.code, decision.reason, message));
  }
}

/** Stands in where no definition is needed, such as a result for a run that nobody knows. */
const NO_MACHINE: StateMachine = { StartAt: '', States: {} };

function decideOrPark(before: RunState | undefined, message: InboxMessage, record: LogRecord, facts: Facts): Decision {
  try {
    return decide(before, message, facts);
  } catch (error) {
    const reason = `Deciding on message ${message.id} (${message.type}) failed: ${error instanceof Error ? error.message : String(error)}`;
    if (before === undefined) return { kind: 'rejected', code: 'blocked', reason };
    return block(before, { offset: record.offset, id: message.id }, reason, facts);
  }
}

function recordTimeMs(record: LogRecord, { clock }: Surroundings): number {
  const nowMs = clock.nowMs();
  return record.timestampMs > nowMs + MAX_AHEAD_MS ? nowMs : record.timestampMs;
}

const definitionOf = (state: RunState | undefined, message: InboxMessage): DefinitionRef | undefined => state?.def ?? (message.type === 'start' ? message.body.def : undefined);

function machineFor(state: RunState | undefined, message: InboxMessage, { catalogue }: Surroundings): StateMachine | undefined {
  const ref = definitionOf(state, message);
  return ref === undefined ? undefined : catalogue.byHash(ref.hash)?.machine;
}

/** A view that was wiped, or is older than what it has acknowledged, would have a run decided on a state that is past. @throws ViewLost */
async function loadStates(admitted: readonly Admitted[], { partition, epoch, viewOff }: Writer, batch: Batch, cache: RunCache, { index, clock, options }: Surroundings): Promise<void> {
  const missing = new Set<string>();
  for (const { message } of admitted) {
    const cached = cache.get(message.runId);
    if (cached !== undefined) batch.states.set(message.runId, cached);
    else missing.add(message.runId);
  }
  const ids = [...missing];
  if (ids.length === 0) return;
  const states = await withDeadline(clock, options.callDeadlineMs, 'reading runs from the view', index.load(partition, ids, { epoch, histOff: viewOff }));
  if (states === 'lost') throw new ViewLost('gap');
  for (const state of states) if (state !== undefined) batch.states.set(state.runId, state);
}

/** A definition may still be on its way from its topic; the batch waits for it, but not for ever. */
async function awaitDefinitions(admitted: readonly Admitted[], batch: Batch, around: Surroundings): Promise<void> {
  const deadlineMs = around.clock.nowMs() + around.options.definitionWaitMs;
  const unknown = (): boolean =>
    admitted.some(({ message }) => {
      const ref = definitionOf(batch.states.get(message.runId), message);
      return ref !== undefined && around.catalogue.byHash(ref.hash) === undefined && !around.missingDefinitions.has(ref.hash);
    });
  while (unknown() && around.clock.nowMs() < deadlineMs) await pause(around.clock, 50);
  for (const { message } of admitted) {
    const ref = definitionOf(batch.states.get(message.runId), message);
    if (ref !== undefined && around.catalogue.byHash(ref.hash) === undefined) around.missingDefinitions.add(ref.hash);
  }
}

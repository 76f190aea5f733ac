/**
 * Deciding a batch: admitted messages, one after the other, on the newest state of their run. Nothing here writes; the
 * lane commits what comes out. A message that makes `decide` throw parks its run, the partition goes on (I14).
 */
import { callbackKey, taskTokenText, type DefinitionRef, type InboxMessage, type RunId, type RunState } from '@baton/contracts';
import { block, FilesNeeded, type Decision, type Facts } from '@baton/core';
import type { LogRecord } from '@baton/ports';
import { shareOf, type StateMachine } from '@baton/workflow';
import { pause, withDeadline } from '../deadline.ts';
import { admit, inboxLetter, type Admitted } from './admission.ts';
import { Batch, MAX_TRANSITION_BYTES, type Taken } from './batch.ts';
import type { Caution } from './caution.ts';
import { Files } from './files.ts';
import { insteadOfOversized } from './oversize.ts';
import { ViewLost } from './publishing.ts';
import { quarantine } from './quarantine.ts';
import type { RunCache } from './run-cache.ts';
import type { Surroundings } from './surroundings.ts';

export interface Writer {
  readonly partition: number;
  readonly epoch: number;
  readonly disp: number;
  /** The view holds the history up to here: what it says of a run counts only where it still does. */
  readonly viewOff: number;
  readonly caution: Caution;
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
  const later = await loadStates(admitted, writer, batch, cache, around);
  await awaitDefinitions(later.size === 0 ? admitted : admitted.filter(({ message }) => !later.has(message.runId)), batch, around);
  const { caution } = writer;
  let at = 0;
  for (const { record, admission } of admissions) {
    if (batch.bytes + batch.letterBytes >= around.options.batchBytes) break;
    if ('admitted' in admission && later.has(admission.admitted.message.runId)) break;
    if ('letter' in admission) {
      batch.refuse(admission.letter);
    } else {
      const files = new Files(batch.files, around);
      const decideOn = (): Decided => orFilesNeeded(() => decideOne(admission.admitted, writer, batch, around, files));
      let decided: Decided;
      do {
        // Nothing is waited for where nothing is noted.
        decided = caution.covers(record.offset) ? await caution.over(record.offset, decideOn) : decideOn();
        if (typeof decided === 'object') await files.read(decided.needs);
      } while (typeof decided === 'object');
      if (decided === 'full') break;
    }
    batch.inboxOff = record.offset;
    at++;
  }
  await caution.settled();
  return { batch, rest: records.slice(at) };
}

type Decided = 'done' | 'full' | { readonly needs: readonly string[] };

function orFilesNeeded(decideOn: () => 'done' | 'full'): Decided {
  try {
    return decideOn();
  } catch (error) {
    if (error instanceof FilesNeeded) return { needs: error.hashes };
    throw error;
  }
}

/** @returns 'full' where the batch has no room for it: the next one begins with it. */
function decideOne({ record, message }: Admitted, writer: Writer, batch: Batch, around: Surroundings, files: Files): 'done' | 'full' {
  const before = batch.states.get(message.runId);
  const machine = machineFor(before, message, around);
  if (machine === undefined && (before !== undefined || message.type === 'start')) {
    const ref = definitionOf(before, message);
    batch.refuse(inboxLetter(record, around, 'unknown_workflow', `The definition ${ref?.name} (${ref?.hash}) has not been published; start a service that publishes it, then replay this message`, message));
    return 'done';
  }
  const facts = factsOf(record, machine ?? NO_MACHINE, around, files);
  const take = (decision: Decision): Taken => {
    switch (decision.kind) {
      case 'accepted':
        return batch.accept(decision, { record, message }, { epoch: writer.epoch, disp: writer.disp, tokens: around.tokens, nowMs: facts.nowMs }, before);
      case 'ignored':
        batch.ignored.push({ message, why: decision.why });
        return 'taken';
      case 'rejected':
        batch.refuse(inboxLetter(record, around, decision.code, decision.reason, message));
        return 'taken';
    }
  };
  const deaths = writer.caution.deathsOf(record.offset);
  if (deaths !== undefined) {
    const { decision, detail } = quarantine(before, { message, offset: record.offset, deaths }, facts);
    if (take(decision) === 'full') return 'full';
    batch.facts.push({ what: 'poison', detail });
    return 'done';
  }
  const taken = takeOrPark(before, message, record, facts, around, take);
  if (typeof taken === 'string') return taken === 'full' ? 'full' : 'done';
  batch.facts.push({ what: 'oversized', bytes: taken.tooLarge, detail: `run ${message.runId}: what follows from message ${message.id} (${message.type}) has ${taken.tooLarge} bytes, more than a record of the history takes` });
  for (const milder of insteadOfOversized(before, { message, offset: record.offset }, { bytes: taken.tooLarge, limitBytes: MAX_TRANSITION_BYTES }, facts, around.decide)) {
    const outcome = take(milder);
    if (outcome === 'full') {
      batch.facts.pop();
      return 'full';
    }
    if (outcome === 'taken') return 'done';
  }
  throw new Error(`Expected message ${message.id} to be refused at last`);
}

/** Stands in where no definition is needed, such as a result for a run that nobody knows. */
const NO_MACHINE: StateMachine = { StartAt: '', States: {} };

/** A message that makes deciding throw, or writing the decision down, parks its run. */
function takeOrPark(before: RunState | undefined, message: InboxMessage, record: LogRecord, facts: Facts, { decide }: Surroundings, take: (decision: Decision) => Taken): Taken {
  try {
    return take(decide(before, message, facts));
  } catch (error) {
    if (error instanceof FilesNeeded) throw error;
    const reason = `Deciding on message ${message.id} (${message.type}) failed: ${error instanceof Error ? error.message : String(error)}`;
    if (before === undefined) return take({ kind: 'rejected', code: 'blocked', reason });
    return take(block(before, { offset: record.offset, id: message.id }, reason, facts));
  }
}

function factsOf(record: LogRecord, machine: StateMachine, around: Surroundings, files: Files): Facts {
  const { policy, eventSource, tokens, clock, catalogue } = around;
  const begunMs = clock.nowMs();
  return { nowMs: recordTimeMs(record, around), machine, policy, eventSource, taskToken: (key) => taskTokenText(key, tokens.mint(callbackKey(key))), workflow: (name, runId) => versionFor(name, runId, catalogue), elapsedMs: () => clock.nowMs() - begunMs, ...(files.given !== undefined && { files: files.given }) };
}

/** As at the door. A workflow that takes no starts is as good as none. */
function versionFor(name: string, runId: RunId, catalogue: Surroundings['catalogue']): DefinitionRef | undefined {
  const chosen = catalogue.choose(name, undefined, shareOf(runId));
  return typeof chosen === 'string' ? undefined : chosen.def;
}

/** The broker's time is the same for all: neither a producer's clock nor our own, which may be the wrong one, is asked. */
function recordTimeMs(record: LogRecord, { clock }: Surroundings): number {
  if (record.stampedByBroker) return record.timestampMs;
  const nowMs = clock.nowMs();
  return record.timestampMs > nowMs + MAX_AHEAD_MS ? nowMs : record.timestampMs;
}

const definitionOf = (state: RunState | undefined, message: InboxMessage): DefinitionRef | undefined => state?.def ?? (message.type === 'start' ? message.body.def : undefined);

function machineFor(state: RunState | undefined, message: InboxMessage, { catalogue }: Surroundings): StateMachine | undefined {
  const ref = definitionOf(state, message);
  return ref === undefined ? undefined : catalogue.byHash(ref.hash)?.machine;
}

/**
 * A view that was wiped, or is older than what it has acknowledged, would have a run decided on a state that is past.
 * @returns the runs whose states were too much for this batch: none of them is the first. @throws ViewLost
 */
async function loadStates(admitted: readonly Admitted[], { partition, epoch, viewOff }: Writer, batch: Batch, cache: RunCache, { index, clock, options }: Surroundings): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const { message } of admitted) {
    const cached = cache.get(message.runId);
    if (cached !== undefined) batch.states.set(message.runId, cached);
    else missing.add(message.runId);
  }
  const ids = [...missing];
  if (ids.length === 0) return missing;
  const states = await withDeadline(clock, options.callDeadlineMs, 'reading runs from the view', index.load(partition, ids, { epoch, histOff: viewOff }, options.loadedBytes));
  if (states === 'lost') throw new ViewLost('gap');
  for (const state of states) if (state !== undefined) batch.states.set(state.runId, state);
  return new Set(ids.slice(states.length));
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

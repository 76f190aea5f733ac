/** What the states of one walk may write: bounded, or states in a row that each rewrite all data would make a record that no log takes. */
import { LIMITS, utf8Length, type Json } from '@baton/contracts';
import { BRANCH_BYTES, bytesOf, dataBytesOf } from './data/size.ts';
import { applyPatch } from './evolve/patch.ts';
import { failed, type Outcome } from './states/outcome.ts';
import { branchOf, type Place } from './states/place.ts';

export class Budget {
  /** What the decision had written before this walk. */
  readonly #before: number;

  constructor(before: number) {
    this.#before = before;
  }

  /** The outcome, or the failure that it is where it writes too much. */
  take(place: Place, outcome: Outcome): Outcome {
    if (outcome.kind !== 'exit' || (outcome.patch.op === 'keep' && outcome.assign === undefined && outcome.compensation === undefined && outcome.error === undefined)) return outcome;
    const { run } = place;
    const { patch, assign, compensation, error } = outcome;
    const data = patch.op === 'keep' ? 0 : jsonBytes(applyPatch(branchOf(place).data, patch));
    if (data > LIMITS.payloadBytes) return exceeded(`The run's data would have ${data} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
    const variables = assign === undefined ? 0 : jsonBytes(assign);
    if (variables > LIMITS.payloadBytes) return exceeded(`The variables that the state sets have ${variables} bytes; at most ${LIMITS.payloadBytes} are allowed`);
    const kept = compensation === undefined ? 0 : bytesOf(compensation) + BRANCH_BYTES;
    if (kept > LIMITS.payloadBytes) return exceeded(`What would undo the state is given ${kept} bytes; at most ${LIMITS.payloadBytes} are allowed. Pass large things as artifacts`);
    // The error that was caught stands in the event too.
    const writes = variables + kept + (error === undefined ? 0 : jsonBytes(error as unknown as Json)) + (patch.op === 'keep' ? 0 : patch.op === 'replace' ? data : jsonBytes(patch.value));
    if (run.writtenBytes + writes - this.#before > LIMITS.decisionDataBytes) {
      return exceeded(`The states up to here have written ${run.writtenBytes + writes - this.#before} bytes since the run last waited; at most ${LIMITS.decisionDataBytes} are allowed. Change less data in a row, or pass large things as artifacts`);
    }
    const held = heldWith(place, data, variables + kept);
    if (held > LIMITS.runDataBytes) return exceeded(`All data of the run would have ${held} bytes, on its branches, in its variables and in what is kept to undo it; at most ${LIMITS.runDataBytes} are allowed. Pass large things as artifacts`);
    run.writtenBytes += writes;
    return outcome;
  }
}

/** All data of the run once this branch's is replaced. A run of one branch without variables has no other. */
function heldWith(place: Place, data: number, beside: number): number {
  const { state } = place.run;
  const branch = branchOf(place);
  if (branch.parent === undefined && branch.variables === undefined && beside === 0 && state.compensations === undefined && state.input === undefined && state.signals === undefined) return data;
  return dataBytesOf(state) + beside + (data === 0 ? 0 : data - bytesOf(branch.data));
}

const jsonBytes = (value: Json): number => utf8Length(JSON.stringify(value));
const exceeded = (message: string): Outcome => failed('States.DataLimitExceeded', message);

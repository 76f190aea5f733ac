/**
 * ResultWriter: what the results of a Map look like as they go on, or that they are written out. They are written by a step, as
 * items are read by one, which is told where what has to be written stands: a command holds no results. It is told the same
 * whenever it is told again, so it writes the same.
 */
import { isJsonObject, sha256Hex, type Branch, type Json, type JsonObject, type RunError } from '@baton/contracts';
import type { MapState, ResultWriter } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { StateError } from '../data/state-error.ts';
import { isCertain } from './item-reader.ts';
import { failed, REST, technical, type Failure, type Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { fileOfBatchInput, fileOfPending, filesOfRecords } from './results.ts';
import { retriedBy } from './retry.ts';
import { beginAttempt, DEFAULT_HEARTBEAT_SECONDS } from './task.ts';

const FAILED = 'States.ResultWriterFailed';

/** Whether those results that are lists become one; an item that failed has none. */
export const flattens = ({ ResultWriter: writer }: MapState): boolean => writer?.WriterConfig?.Transformation === 'FLATTEN';

type Writing = ResultWriter & { readonly Resource: string };

/** What writes the results; undefined where they go on. */
export const writerOf = ({ ResultWriter: writer }: MapState): Writing | undefined => (writer?.Resource === undefined ? undefined : (writer as Writing));

/** Where to write must be known before anything is done that could not be written then. @throws StateError, ExpressionError. */
export function expectWriting(state: MapState, writer: Writing, place: Place): void {
  if (place.run.facts.files === undefined) throw new StateError(FAILED, 'There is no place for the results: the orchestrator has no artifact directory (BATON_BLOB_DIR)');
  placeOf(state, writer, place);
}

/** Has all that the branches have come to written by a step. */
export function writeResults(state: MapState, writer: Writing, place: Place): Outcome {
  const { run } = place;
  const fanOut = branchOf(place).fanOut!;
  const pending = fileOfPending(place, fanOut);
  const batchInput = pending === undefined ? undefined : fileOfBatchInput(place, fanOut);
  const input = {
    ...placeOf(state, writer, place),
    WriterConfig: { Transformation: writer.WriterConfig?.Transformation ?? 'NONE', OutputType: writer.WriterConfig?.OutputType ?? 'JSON' },
    MapRun: mapRun(state, place),
    Records: filesOfRecords(place, fanOut),
    ...(pending !== undefined && { Pending: pending }),
    ...(batchInput !== undefined && { BatchInput: batchInput }),
  } as Json;
  return beginAttempt(place, { resource: writer.Resource, input, timeoutSeconds: run.state.policy.timeout_seconds, heartbeatSeconds: DEFAULT_HEARTBEAT_SECONDS });
}

function placeOf(state: MapState, writer: Writing, place: Place): JsonObject {
  const scope = new Scope(place);
  const flow = flowOf(place.run.facts.machine, state);
  const given = flow.input(writer, scope.over(flow.view(state, scope)));
  if (!isJsonObject(given)) throw new StateError('States.Runtime', `ResultWriter: expected an object such as {"Bucket": …, "Prefix": …} to be given, but found ${JSON.stringify(given).slice(0, 100)}`);
  return given;
}

/** In the words of AWS. Its id follows from the state's entry and its try, so that what is written again has the same names. */
function mapRun(state: MapState, place: Place): Json {
  const { state: run } = place.run;
  const branch = branchOf(place);
  const hash = sha256Hex(`${run.runId}/${branch.stepId}/${triesOf(branch)}`);
  const id = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join('-');
  const of = `${run.def.name}/${state.Label ?? branch.state}`;
  return { Id: id, Arn: `arn:aws:states:::mapRun:${of}:${id}`, ExecutionArn: `arn:aws:states:::execution:${of}`, StateMachineArn: `arn:aws:states:::stateMachine:${of}` };
}

/** Of the whole Map: what is written again by the platform's rules is of the same. */
const triesOf = ({ retries }: Branch): number => Object.entries(retries).reduce((sum, [by, times]) => (by === 'policy' ? sum : sum + times), 0);

/** Writing is tried again by the platform's own rules first, whatever the machine says of the whole Map: that would run every iteration again. */
export function writingFailed(place: Place, error: RunError, also?: string): Outcome {
  if (!isCertain(error) && retriedBy(place, { retriers: undefined, policy: place.run.state.policy }, { error, also })) return REST;
  const what = error.name === FAILED ? error.message : `${error.name}: ${error.message}`;
  const { error: broken } = branchOf(place).fanOut!;
  if (broken !== undefined) return brokenBy(broken, `What came of the items could not be written: ${what}`);
  return { ...failed(FAILED, what), also: also ?? error.name };
}

/** More items have failed than may. @param note what else there is to say. */
export function brokenBy(error: RunError, note?: string): Failure {
  const message = `More items failed than are tolerated. ${note === undefined ? '' : `${note.slice(0, 2_048)}. `}The last: ${error.name}: ${error.message}`;
  return { kind: 'failed', error: { ...technical('States.ExceedToleratedFailureThreshold', message), ...(error.step !== undefined && { step: error.step }) }, of: 'branches' };
}

/** Where it stands what has become of the items of a Map that has failed. */
export function brokenAfterWriting(place: Place, written: Json): Failure {
  const details = isJsonObject(written) ? written['ResultWriterDetails'] : undefined;
  const key = isJsonObject(details) ? `What came of the items is listed in ${String(details['Key'])} of the bucket ${String(details['Bucket'])}` : undefined;
  return brokenBy(branchOf(place).fanOut!.error!, key);
}

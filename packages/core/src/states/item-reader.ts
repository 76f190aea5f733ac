/**
 * ItemReader: the items of a Map are read by a step, as a Task's result is made by one, so that what was read stands in the
 * history and nothing is decided on what does not. Only the reading has attempts; the iterations follow once it has succeeded.
 */
import { isJsonObject, type Json, type RunError } from '@baton/contracts';
import type { ItemReader, MapState } from '@baton/workflow';
import { flowOf } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { StateError } from '../data/state-error.ts';
import type { Failure, Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { beginAttempt, DEFAULT_HEARTBEAT_SECONDS } from './task.ts';

const FAILED = 'States.ItemReaderFailed';
/** More is not refused: it means as many. Source: AWS Step Functions, "ItemReader (Map)". */
const MOST_ITEMS = 100_000_000;

/** The step is given Parameters or Arguments with the ReaderConfig beside them, whose MaxItems is a number by then. */
export function readItems(state: MapState, reader: ItemReader, place: Place): Outcome {
  const { run } = place;
  const scope = new Scope(place, { attempt: branchOf(place).attempt + 1 });
  const flow = flowOf(run.facts.machine, state);
  const view = scope.over(flow.view(state, scope));
  const given = flow.input(reader, view);
  if (!isJsonObject(given)) throw new StateError('States.Runtime', `ItemReader: expected an object such as {"Bucket": …, "Key": …} to be given, but found ${JSON.stringify(given).slice(0, 100)}`);
  const { MaxItems: _most, MaxItemsPath: _path, ...config } = reader.ReaderConfig ?? {};
  const most = reader.ReaderConfig === undefined ? undefined : mostOf(flow.number(reader.ReaderConfig, 'MaxItems', view, { least: Number.MIN_SAFE_INTEGER }));
  const input = { ...given, ReaderConfig: { ...config, ...(most !== undefined && { MaxItems: most }) } } as Json;
  return beginAttempt(place, { resource: reader.Resource, input, timeoutSeconds: run.state.policy.timeout_seconds, heartbeatSeconds: DEFAULT_HEARTBEAT_SECONDS });
}

/** Undefined, or 0: all. */
function mostOf(most: number | undefined): number | undefined {
  if (most !== undefined && most < 0) throw new StateError(FAILED, `MaxItems: expected a number from 0, but found ${most}`);
  return most === undefined || most === 0 ? undefined : Math.min(most, MOST_ITEMS);
}

/** @throws StateError where what the step has given is no list. */
export function itemsRead(output: Json): readonly Json[] {
  if (!Array.isArray(output)) throw new StateError(FAILED, 'ItemReader: expected a list of items from the step that reads them');
  return output as readonly Json[];
}

/** By the name that Amazon States Language has for it, and by its own. What would be said again by whoever reads again is not tried again by the platform's rules. */
export function readingFailed({ error, also }: Pick<Failure, 'error' | 'also'>): Failure {
  const again = isCertain(error) ? {} : ({ of: 'attempt' } as const);
  if (error.name === FAILED) return { kind: 'failed', error, ...again };
  return { kind: 'failed', error: { ...error, name: FAILED, message: `${error.name}: ${error.message}`.slice(0, 4_096) }, also: also ?? error.name, ...again };
}

/** The step says so, of a file that is not there. */
export const isCertain = ({ details }: RunError): boolean => typeof details === 'object' && details !== null && 'retry' in details && details.retry === 'no';

/**
 * Map: runs one machine for each item of a list; its result is the list of their outputs. A DISTRIBUTED Map runs in the same
 * way here, beside what it alone may do: batches, and items that may fail.
 */
import { batchesKey, itemsKey, LIMITS, type Json } from '@baton/contracts';
import type { ItemProcessor, MapState } from '@baton/workflow';
import { flowOf, type DataFlow } from '../data/data-flow.ts';
import { Scope } from '../data/scope.ts';
import { bytesOf } from '../data/size.ts';
import { StateError } from '../data/state-error.ts';
import { openFanOut } from './fan-out.ts';
import { itemsRead, readingFailed, readItems } from './item-reader.ts';
import { leaving } from './leaving.ts';
import { flattens } from './result-writer.ts';
import { technical, type Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { joinedResults } from './results.ts';
import { unexpected, type StateKind } from './state-kind.ts';

export const map: StateKind<MapState> = {
  enter: open,
  resumed(state, place, by) {
    switch (by.kind) {
      case 'backoff':
      case 'released':
        return open(state, place);
      case 'succeeded':
        return openOver(state, place, itemsRead(by.output));
      case 'failed':
        return readingFailed(by);
      case 'joined':
        return joined(state, place, joinedResults(place, branchOf(place).fanOut!, { flatten: flattens(state) }));
      case 'broken':
        if (!isDistributed(state)) return { kind: 'failed', error: by.error, of: 'branches' };
        return { kind: 'failed', error: { ...technical('States.ExceedToleratedFailureThreshold', `More items failed than are tolerated. The last: ${by.error.name}: ${by.error.message}`), ...(by.error.step !== undefined && { step: by.error.step }) }, of: 'branches' };
      default:
        return unexpected(state, by);
    }
  },
  branch(state, place, index) {
    const { run } = place;
    const { at = [], state: name, data, fanOut } = branchOf(place);
    const items = (run.state.parts?.[itemsKey(fanOut!.entry)] ?? data) as readonly Json[];
    const found = { at: [...at, name, state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor'], startAt: processorOf(state).StartAt };
    const ends = run.state.parts?.[batchesKey(fanOut!.entry)] as readonly number[] | undefined;
    if (ends !== undefined) return { ...found, data: items.slice(ends[index - 1] ?? 0, ends[index]) };
    const value = items[index] ?? null;
    const selected = itemOf(state, place, { index, value });
    return selected === undefined ? { ...found, data: value } : { ...found, data: selected, input: selected };
  },
};

const processorOf = ({ ItemProcessor, Iterator }: MapState): ItemProcessor => (ItemProcessor ?? Iterator)!;
const isDistributed = (state: MapState): boolean => processorOf(state).ProcessorConfig?.Mode === 'DISTRIBUTED';

function joined(state: MapState, place: Place, result: Json): Outcome {
  const scope = new Scope(place);
  return leaving(state, scope, { patch: flowOf(place.run.facts.machine, state).output(state, result, scope), result });
}

function open(state: MapState, place: Place): Outcome {
  if (state.ItemReader !== undefined) return readItems(state, state.ItemReader, place);
  const scope = new Scope(place);
  const flow = flowOf(place.run.facts.machine, state);
  return openOver(state, place, flow.items(state, scope.over(flow.view(state, scope))));
}

function openOver(state: MapState, place: Place, items: readonly Json[]): Outcome {
  const scope = new Scope(place);
  const flow = flowOf(place.run.facts.machine, state);
  const view = scope.over(flow.view(state, scope));
  const most = flow.number(state, 'MaxConcurrency', view, { least: 0 }) ?? 0;
  const concurrency = most === 0 ? LIMITS.openBranches : most;
  const tolerated = toleratedOf(state, flow, view, items.length);
  if (items.length === 0) return joined(state, place, []);
  if (state.ItemBatcher === undefined) {
    // The data of the branch is there already.
    return openFanOut(place, { kind: 'map', total: items.length, concurrency, tolerated, ...((items as Json) !== branchOf(place).data && { items }) });
  }
  const selected = items.map((value, index) => itemOf(state, place, { index, value }) ?? value);
  const batchInput = flow.batchInput(state, view);
  const batches = batchesOf(selected, batchInput, sizesOf(state, flow, view));
  return openFanOut(place, { kind: 'map', total: batches.length, concurrency, tolerated, items: selected, batches, ...(batchInput !== undefined && { batchInput }) });
}

/** What an iteration gets where ItemSelector says so. */
function itemOf(state: MapState, place: Place, item: { readonly index: number; readonly value: Json }): Json | undefined {
  if (state.ItemSelector === undefined && state.Parameters === undefined) return undefined;
  const flow = flowOf(place.run.facts.machine, state);
  const scope = new Scope(place, { item });
  return flow.item(state, scope.over(flow.view(state, scope)));
}

/** Items that may fail: by number, by their share, and where both are given, by whichever is less. */
function toleratedOf(state: MapState, flow: DataFlow, view: Scope, total: number): number {
  const count = flow.number(state, 'ToleratedFailureCount', view, { least: 0 });
  const share = flow.number(state, 'ToleratedFailurePercentage', view, { least: 0, most: 100, fraction: true });
  if (count === undefined && share === undefined) return 0;
  return Math.min(count ?? total, share === undefined ? total : Math.floor((total * share) / 100));
}

interface BatchSizes {
  readonly items: number;
  readonly bytes: number;
}

function sizesOf({ ItemBatcher = {} }: MapState, flow: DataFlow, view: Scope): BatchSizes {
  return {
    items: flow.number(ItemBatcher, 'MaxItemsPerBatch', view, { least: 1 }) ?? Number.POSITIVE_INFINITY,
    bytes: flow.number(ItemBatcher, 'MaxInputBytesPerBatch', view, { least: 1, most: LIMITS.payloadBytes }) ?? LIMITS.payloadBytes,
  };
}

/** Where each batch ends. @throws StateError where an item is too large for a batch of its own. */
function batchesOf(items: readonly Json[], batchInput: Json | undefined, most: BatchSizes): readonly number[] {
  const around = bytesOf({ Items: [], ...(batchInput !== undefined && { BatchInput: batchInput }) });
  const ends: number[] = [];
  let bytes = around;
  let count = 0;
  items.forEach((item, i) => {
    const size = bytesOf(item) + 1;
    if (around + size > most.bytes) throw new StateError('States.DataLimitExceeded', `ItemBatcher: item ${i} makes a batch of ${around + size} bytes; at most ${most.bytes} are allowed`);
    if (count > 0 && (count === most.items || bytes + size > most.bytes)) {
      ends.push(i);
      bytes = around;
      count = 0;
    }
    bytes += size;
    count++;
  });
  return [...ends, items.length];
}

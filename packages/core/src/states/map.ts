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
import type { Outcome } from './outcome.ts';
import { branchOf, type Place } from './place.ts';
import { brokenAfterWriting, brokenBy, expectWriting, flattens, writeResults, writerOf, writingFailed } from './result-writer.ts';
import { joinedResults } from './results.ts';
import { unexpected, type StateKind } from './state-kind.ts';

export const map: StateKind<MapState> = {
  enter: open,
  resumed(state, place, by) {
    const writer = writerOf(state);
    // Items are read before there are branches, and results are written when all of them are over.
    const { fanOut } = branchOf(place);
    switch (by.kind) {
      case 'backoff':
      case 'released':
        return writer !== undefined && fanOut !== undefined ? writeResults(state, writer, place) : open(state, place);
      case 'succeeded':
        if (fanOut === undefined) return openOver(state, place, itemsRead(by.output));
        return fanOut.error === undefined ? joined(state, place, by.output) : brokenAfterWriting(place, by.output);
      case 'failed':
        return fanOut === undefined ? readingFailed(by) : writingFailed(place, by.error, by.also);
      case 'joined':
        if (writer !== undefined) return writeResults(state, writer, place);
        return joined(state, place, joinedResults(place, fanOut!, { flatten: flattens(state) }));
      case 'broken':
        if (writer !== undefined) return writeResults(state, writer, place);
        return isDistributed(state) ? brokenBy(by.error) : { kind: 'failed', error: by.error, of: 'branches' };
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
  const writer = writerOf(state);
  if (writer !== undefined) expectWriting(state, writer, place);
  const records = writer !== undefined;
  // Of no items, too, it is written that there were none.
  if (items.length === 0) return records ? openFanOut(place, { kind: 'map', total: 0, concurrency, tolerated, records, items: [] }) : joined(state, place, []);
  if (state.ItemBatcher === undefined) {
    // The data of the branch is there already.
    return openFanOut(place, { kind: 'map', total: items.length, concurrency, tolerated, records, ...((items as Json) !== branchOf(place).data && { items }) });
  }
  const selected = items.map((value, index) => itemOf(state, place, { index, value }) ?? value);
  const batchInput = flow.batchInput(state, view);
  const batches = batchesOf(selected, batchInput, sizesOf(state, flow, view));
  return openFanOut(place, { kind: 'map', total: batches.length, concurrency, tolerated, records, items: selected, batches, ...(batchInput !== undefined && { batchInput }) });
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

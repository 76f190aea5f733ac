/**
 * What the branches of a fan-out have come to, beyond what a state may hold: it is moved to files, and brought together again when
 * all have ended. A list over the limit of any data is an artifact, which whoever gets it reads for himself.
 *
 * A file is named by the hash of its content, so whoever decides again names the same one.
 */
import { batchesKey, batchInputKey, itemsKey, LIMITS, resultsKey, sha256Hex, storedKey, utf8Length, type ArtifactRef, type Branch, type FanOut, type Json, type RunState, type StoredResults } from '@baton/contracts';
import { bytesOf, STORED_BYTES } from '../data/size.ts';
import { StateError } from '../data/state-error.ts';
import { FilesNeeded } from '../decision.ts';
import type { Unfolding } from '../unfolding.ts';
import type { Place } from './place.ts';

/** Moves the results that the state holds to a file, where they are more than data may be. @throws StateError where all together are more than a list may be, or more than is written out. */
export function storeWhereTooLarge(place: Place, { stepId }: Branch, fanOut: FanOut): void {
  const { run, branchId } = place;
  const { entry } = fanOut;
  const freedBytes = fanOut.bytes - sharedBytes(run.state, fanOut);
  if (run.facts.files === undefined || freedBytes <= LIMITS.payloadBytes) return;
  const held = heldResults(run.state, entry);
  const text = linesOf(held);
  const stored = { hash: sha256Hex(text), bytes: utf8Length(text), results: held.length };
  const bytes = storedResults(run.state, entry).reduce((sum, before) => sum + before.bytes, stored.bytes);
  if (fanOut.records === true) checkRecorded(bytes);
  else checkJoined(bytes);
  run.files.push({ hash: stored.hash, text, mediaType: 'text/plain', name: 'results.txt' });
  run.emit({ type: 'results-stored', branch: branchId, stepId, entry, stored, freedBytes });
}

/** The files that have the records of all branches that are over, in the order in which they ended. What the state holds becomes the last of them. */
export function filesOfRecords({ run }: Place, { entry }: FanOut): readonly string[] {
  const held = heldResults(run.state, entry);
  const stored = storedResults(run.state, entry).map(({ hash }) => hash);
  return held.length === 0 ? stored : [...stored, fileOf(run, held)];
}

/** The file that has what the branches that were never opened would have been given, but for what an ItemBatcher gives to all; undefined where there is none. */
export function fileOfPending(place: Place, { entry, opened, total }: FanOut): string | undefined {
  const { run, branchId } = place;
  if (opened === total) return undefined;
  const items = (run.state.parts?.[itemsKey(entry)] ?? run.branch(branchId).data) as readonly Json[];
  const ends = run.state.parts?.[batchesKey(entry)] as readonly number[] | undefined;
  const given = (index: number): Json => (ends === undefined ? (items[index] ?? null) : { Items: items.slice(ends[index - 1] ?? 0, ends[index]) });
  return fileOf(run, Array.from({ length: total - opened }, (_, i) => [opened + i, given(opened + i)] as const));
}

/** The file that has what an ItemBatcher gives to each batch; undefined where there is none. */
export function fileOfBatchInput({ run }: Place, { entry }: FanOut): string | undefined {
  const batchInput = run.state.parts?.[batchInputKey(entry)];
  return batchInput === undefined ? undefined : fileOf(run, [[0, batchInput]]);
}

function fileOf(run: Unfolding, values: readonly (readonly [index: number, value: Json])[]): string {
  const text = linesOf(values);
  const hash = sha256Hex(text);
  run.files.push({ hash, text, mediaType: 'text/plain', name: 'results.txt' });
  return hash;
}

const linesOf = (values: readonly (readonly [index: number, value: Json])[]): string => values.map(([index, value]) => `${index} ${JSON.stringify(value)}`).join('\n');

/** The list of all results, by index, or the artifact that it is. @param flatten whether results that are lists give their elements instead. @throws FilesNeeded, and StateError where a file is lost or the list is too long. */
export function joinedResults({ run }: Place, fanOut: FanOut, { flatten }: { readonly flatten: boolean } = { flatten: false }): Json {
  const { entry, total } = fanOut;
  const held = heldResults(run.state, entry);
  const stored = storedResults(run.state, entry);
  if (stored.length === 0) {
    const list: Json[] = Array.from({ length: total }, () => null);
    for (const [index, result] of held) list[index] = result;
    const given = flatten ? (list.flat() as Json[]) : list;
    if (run.facts.files === undefined || bytesOf(given) <= LIMITS.payloadBytes) return given;
  }
  const texts = Array.from({ length: total }, () => 'null');
  const missing: string[] = [];
  for (const { hash } of stored) {
    // Where nothing is given, nothing can be read.
    const file = run.files.find((own) => own.hash === hash) ?? (run.facts.files === undefined ? 'gone' : run.facts.files(hash));
    if (file === 'gone') throw new StateError('States.Runtime', `The results of branches that were stored as ${hash} are gone; put the file back and start the run again`);
    if (file === undefined) missing.push(hash);
    else for (const line of file.text.split('\n')) texts[Number.parseInt(line, 10)] = line.slice(line.indexOf(' ') + 1);
  }
  if (missing.length > 0) throw new FilesNeeded(missing);
  for (const [index, result] of held) texts[index] = JSON.stringify(result);
  const text = `[${(flatten ? texts.flatMap(elements) : texts).join(',')}]`;
  const bytes = utf8Length(text);
  checkJoined(bytes);
  const ref: ArtifactRef = { hash: sha256Hex(text), bytes, mediaType: 'application/json', name: 'results.json' };
  run.files.push({ hash: ref.hash, text, mediaType: ref.mediaType, name: ref.name });
  return { ...ref };
}

/** Of a list in JSON without blanks its elements, as one text; of anything else itself. */
const elements = (text: string): string[] => (!text.startsWith('[') ? [text] : text === '[]' ? [] : [text.slice(1, -1)]);

function checkJoined(bytes: number): void {
  if (bytes > LIMITS.joinedBytes) throw new StateError('States.DataLimitExceeded', `The results of the branches have more than ${LIMITS.joinedBytes} bytes together. Have steps store what is large as artifacts and pass the references`);
}

function checkRecorded(bytes: number): void {
  if (bytes > LIMITS.recordedBytes) throw new StateError('States.DataLimitExceeded', `The inputs and results of the branches have more than ${LIMITS.recordedBytes} bytes together. Have steps store what is large as artifacts and pass the references`);
}

const storedResults = ({ parts }: RunState, entry: number): readonly StoredResults[] => (parts?.[storedKey(entry)] ?? []) as unknown as readonly StoredResults[];

/** Those in the state, by index. */
function heldResults({ parts = {} }: RunState, entry: number): readonly (readonly [index: number, result: Json])[] {
  const prefix = resultsKey(entry, 0).slice(0, -1);
  return Object.entries(parts)
    .filter(([key]) => key.startsWith(prefix))
    .flatMap(([, piece]) => Object.entries(piece as Readonly<Record<string, Json>>).map(([index, result]) => [Number(index), result] as const));
}

/** What is kept for the branches and is no result. */
function sharedBytes(run: RunState, { entry, records }: FanOut): number {
  const { parts = {} } = run;
  const named = records === true ? storedResults(run, entry).length * STORED_BYTES : 0;
  return [itemsKey(entry), batchesKey(entry), batchInputKey(entry)].reduce((sum, key) => sum + (parts[key] === undefined ? 0 : bytesOf(parts[key])), named);
}

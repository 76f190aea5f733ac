import { utf8Length, type Json, type RunSignals, type RunState } from '@baton/contracts';

/** Sizes of values by themselves: a value never changes, and is asked for again with every decision while it is held. */
const measured = new WeakMap<object, number>();

/** Bytes of a value as JSON. */
export function bytesOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return utf8Length(JSON.stringify(value));
  let bytes = measured.get(value);
  if (bytes === undefined) {
    bytes = utf8Length(JSON.stringify(value));
    measured.set(value, bytes);
  }
  return bytes;
}

/** What a branch takes beside its data: its place, its timer, its line among the steps. So does what is kept to be undone. */
export const BRANCH_BYTES = 1_024;

/** What the name of a file of records takes, of which a fan-out may have a thousand. */
export const STORED_BYTES = 128;

/** What a buffered signal takes beside its data: its id, its name, its time. */
const SIGNAL_BYTES = 512;

/** Of the signals that nobody has taken yet. */
export const signalBytesOf = ({ buffered }: RunSignals): number => buffered.reduce((sum, { data }) => sum + bytesOf(data) + SIGNAL_BYTES, 0);

/** All data that a run holds; see LIMITS.runDataBytes. */
export function dataBytesOf({ branches, input, signals, compensations = [] }: RunState): number {
  let bytes = (input === undefined ? 0 : bytesOf(input)) + (signals === undefined ? 0 : signalBytesOf(signals));
  for (const { input: given = null } of compensations) bytes += bytesOf(given) + BRANCH_BYTES;
  for (const { data, parent, variables, fanOut, given, awaits } of Object.values(branches)) {
    if (awaits?.kind === 'person') bytes += bytesOf(awaits.question as unknown as Json);
    bytes += bytesOf(data) + (parent === undefined ? 0 : BRANCH_BYTES) + (variables === undefined ? 0 : bytesOf(variables)) + (fanOut?.bytes ?? 0) + (given === undefined ? 0 : bytesOf(given));
  }
  return bytes;
}

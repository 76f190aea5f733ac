import type { StepId } from '@baton/contracts';

/** Readable, unique in the run, fit for keys: a name may hold any character, so it is reduced to those an id may have. */
export function stepIdOf(state: string, entry: number): StepId {
  const readable = state.replace(/[^A-Za-z0-9_]+/g, '-').replace(/^[-_]+|[-_]+$/g, '').slice(0, 64);
  return `${readable === '' ? 'state' : readable}.${entry}` as StepId;
}

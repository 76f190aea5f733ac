import type { DataPatch, RunError } from '@baton/contracts';

/** What came of entering a state, or of something happening to it. */
export type Outcome =
  /** Something outside must happen first. */
  | { readonly kind: 'rest' }
  /** Left for `next`; without it the branch ends. */
  | { readonly kind: 'exit'; readonly patch: DataPatch; readonly next: string | undefined; readonly via?: 'caught' | 'continued'; readonly error?: RunError }
  | { readonly kind: 'failed'; readonly error: RunError };

export const REST: Outcome = { kind: 'rest' };

export const technical = (name: string, message: string): RunError => ({ name, message: message.slice(0, 4_096), kind: 'technical' });

import { LIMITS, type DataPatch, type Json, type RunError } from '@baton/contracts';
import type { Variables } from '../data/variables.ts';

/** What came of entering a state, or of something happening to it. */
export type Outcome =
  /** Something outside must happen first. */
  | { readonly kind: 'rest' }
  /** Left for `next`; without it the branch ends. */
  | {
      readonly kind: 'exit';
      readonly patch: DataPatch;
      readonly next: string | undefined;
      readonly assign?: Variables | undefined;
      /** What would undo the state is given this; absent where nothing would. */
      readonly compensation?: Json | undefined;
      readonly via?: 'caught' | 'continued';
      readonly error?: RunError;
    }
  | Failure;

export interface Failure {
  readonly kind: 'failed';
  readonly error: RunError;
  /** Another name by which Retry and Catch know it. */
  readonly also?: string;
  /** An attempt's, for which the policy's own retries count; or that of branches. */
  readonly of?: 'attempt' | 'branches';
}

export const REST: Outcome = { kind: 'rest' };

export const technical = (name: string, message: string): RunError => ({ name, message: message.slice(0, LIMITS.errorMessageLength), kind: 'technical' });

export const failed = (name: string, message: string): Failure => ({ kind: 'failed', error: technical(name, message) });

/** What the step SDK calls an output that is too large; by the name Amazon States Language has for it. @param what such as "the output of render has". */
export const payloadTooLarge = (what: string, bytes: number, limitBytes: number): RunError => ({
  ...technical('States.DataLimitExceeded', `payload_too_large: ${what} ${bytes} bytes, at most ${limitBytes} are allowed. Store what is large as an artifact and pass the reference`),
  details: { code: 'payload_too_large', bytes, limitBytes },
});

import { LIMITS, type RunError } from '@baton/contracts';
import { ExpressionError } from '@baton/expressions';

/** Raised while data flows through a state; the interpreter turns it into the state's failure. Never leaves the core. */
export class StateError extends Error {
  readonly error: RunError;
  constructor(name: string, message: string) {
    super(message);
    this.error = { name, message: message.slice(0, LIMITS.errorMessageLength), kind: 'technical' };
  }
}

/** The failure that something thrown stands for; undefined where it is a mistake of ours. */
export function failureOf(thrown: unknown): RunError | undefined {
  if (thrown instanceof StateError) return thrown.error;
  if (thrown instanceof ExpressionError) return new StateError(thrown.errorName, thrown.message).error;
  return undefined;
}

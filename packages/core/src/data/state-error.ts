import type { RunError } from '@baton/contracts';

/** Raised while data flows through a state; the interpreter turns it into the state's failure. Never leaves the core. */
export class StateError extends Error {
  readonly error: RunError;
  constructor(name: string, message: string) {
    super(message);
    this.error = { name, message: message.slice(0, 4_096), kind: 'technical' };
  }
}

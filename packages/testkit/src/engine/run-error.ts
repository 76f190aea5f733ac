import { LIMITS, utf8Length, type RunError } from '@baton/contracts';

/** As in the step SDK: below what the engine keeps of an error's details. */
const MAX_DETAILS_BYTES = 60_000;

/** What a step threw, as the step SDK tells it to the engine. Its BusinessError is known by the name of the class: it cannot be imported here. */
export function runErrorOf(thrown: unknown, step: string): RunError {
  if (!isError(thrown)) return { name: 'Error', kind: 'technical', message: `${step} threw ${shown(thrown)}, which is not an Error`.slice(0, LIMITS.errorMessageLength), step };
  const details = detailsOf(thrown);
  return {
    name: thrown.name.slice(0, 200) || 'Error',
    message: (thrown.message || thrown.name || 'The step failed without a message').slice(0, LIMITS.errorMessageLength),
    kind: classNames(thrown).includes('BusinessError') ? 'business' : 'technical',
    ...(details !== undefined && { details }),
    step,
  };
}

interface Thrown extends Error {
  readonly details?: unknown;
  readonly code?: unknown;
}

/** By its shape: a test runner's realms have an Error each. */
const isError = (thrown: unknown): thrown is Thrown =>
  typeof thrown === 'object' && thrown !== null && typeof (thrown as Error).name === 'string' && typeof (thrown as Error).message === 'string';

function classNames(error: object): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (let proto = Object.getPrototypeOf(error) as object | null; proto !== null; proto = Object.getPrototypeOf(proto) as object | null) names.push(proto.constructor?.name);
  return names;
}

function detailsOf({ details, code }: Thrown): unknown {
  if (details === undefined) return typeof code === 'string' || typeof code === 'number' ? { code } : undefined;
  try {
    const text = JSON.stringify(details);
    if (text !== undefined && utf8Length(text) <= MAX_DETAILS_BYTES) return JSON.parse(text) as unknown;
  } catch {
    // Not JSON, as below.
  }
  return { omitted: 'not JSON, or too large' };
}

function shown(thrown: unknown): string {
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return typeof thrown;
  }
}

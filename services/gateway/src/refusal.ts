/**
 * A refusal on the way to the caller: a stable code, what was wrong, and what to do. HTTP makes a problem document of it,
 * the request intake a rejected event and a dead letter.
 */
import { ContractError, ERRORS, OperatingError, type ErrorCode, type FieldProblem } from '@baton/contracts';

export interface RefusalOptions {
  readonly problems?: readonly FieldProblem[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** Returned so that the caller can send the same start again. */
  readonly idempotencyKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly options: RefusalOptions;

  constructor(code: ErrorCode, detail: string, options: RefusalOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** What an error means to a caller, or undefined where it is a fault of ours. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof ContractError) return new Refusal(error.code, error.message, { problems: error.problems, cause: error });
  if (error instanceof OperatingError) {
    const retryAfterSeconds = ERRORS[error.code].status === 503 ? 2 : undefined;
    return new Refusal(error.code, error.message, { retryAfterSeconds, cause: error });
  }
  return undefined;
}

import { Problem, type ErrorCode, type FieldProblem } from '@baton/contracts';

/** Codes of the API, and what only a caller sees: nobody answered, it took too long, or what came was no answer of a gateway. */
export type BatonErrorCode = ErrorCode | 'unreachable' | 'timeout' | 'not_baton';

export interface BatonErrorAbout {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly problems?: readonly FieldProblem[] | undefined;
  /** Seconds after which the gateway wants to be asked again. */
  readonly retryAfterSeconds?: number | undefined;
  /** The gateway's log has the rest under it. */
  readonly requestId?: string | undefined;
  /** Of a start whose outcome is unknown: the key that makes a repetition the same run. */
  readonly idempotencyKey?: string | undefined;
  readonly cause?: unknown;
}

/** What a call was refused with, or why it got no answer. */
export class BatonError extends Error {
  override readonly name = 'BatonError';
  readonly code: BatonErrorCode;
  readonly status: number;
  /** One entry per field that is wrong. */
  readonly problems: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;
  readonly requestId: string | undefined;
  readonly idempotencyKey: string | undefined;

  constructor(code: BatonErrorCode, message: string, about: BatonErrorAbout) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.code = code;
    this.status = about.status;
    this.problems = about.problems ?? [];
    this.retryAfterSeconds = about.retryAfterSeconds;
    this.requestId = about.requestId;
    this.idempotencyKey = about.idempotencyKey;
  }
}

/** Reads a refusal. What is no problem document came from something else on the way, such as a proxy. */
export async function errorOf(response: Response): Promise<BatonError> {
  const text = await response.text().catch(() => '');
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
  const problem = Problem.loose().safeParse(parsed(text));
  if (!problem.success) {
    return new BatonError('not_baton', `Expected an answer of a Baton gateway, but found HTTP ${response.status} of ${response.headers.get('server') ?? 'something else'}: ${text.slice(0, 200)}`, { status: response.status, retryAfterSeconds });
  }
  const { code, title, detail, status, problems, requestId, idempotencyKey } = problem.data;
  return new BatonError(code as ErrorCode, detail ?? title, { status, problems, requestId, idempotencyKey, retryAfterSeconds });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

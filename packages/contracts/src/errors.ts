/** Every error code that leaves Baton: its HTTP status, and what it means. Each has a section in docs/reference/errors.md. */
export const ERRORS = {
  invalid_json: { status: 400, title: 'The body is not JSON, or not within the limits' },
  forbidden_key: { status: 400, title: 'A key is not allowed' },
  schema: { status: 422, title: 'The body does not fit its schema' },
  invalid_input: { status: 422, title: "The input does not fit the workflow's schema" },
  unknown_version: { status: 400, title: 'The message is of a version this release does not know' },
  payload_too_large: { status: 413, title: 'The payload is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not accepted here' },
  not_acceptable: { status: 406, title: 'No representation fits the Accept header' },
  forbidden_origin: { status: 403, title: 'The request comes from a page or a host name that is not allowed' },
  not_found: { status: 404, title: 'There is no such resource' },
  method_not_allowed: { status: 405, title: 'The resource does not know this method' },
  unknown_workflow: { status: 404, title: 'No service has published this workflow' },
  unknown_workflow_version: { status: 404, title: 'The workflow has no such version or alias' },
  workflow_retired: { status: 409, title: 'This version of the workflow takes no new starts' },
  workflow_in_use: { status: 409, title: 'Something still needs this version of the workflow' },
  breaking_input: { status: 409, title: 'The version refuses inputs that were taken before' },
  workflow_taken: { status: 409, title: 'A service publishes the workflow of this name' },
  deploy_not_allowed: { status: 403, title: 'This gateway does not take definitions' },
  unknown_run: { status: 404, title: 'There is no such run' },
  unknown_dead_letter: { status: 404, title: 'There is no such dead letter' },
  not_replayable: { status: 422, title: 'The dead letter cannot be sent again' },
  unknown_artifact: { status: 404, title: 'There is no such artifact' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used with another input' },
  run_ended: { status: 409, title: 'The run has ended already' },
  hash_mismatch: { status: 422, title: 'The content does not have the announced hash' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'A part that this needs is away for the moment' },
  rebuilding: { status: 503, title: 'The view of the runs is being rebuilt' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  bad_token: { status: 403, title: 'The task token does not fit' },
  unknown_step: { status: 404, title: 'The service offers no such step' },
  invalid_definition: { status: 422, title: 'The workflow definition has mistakes' },
  topics_mismatch: { status: 503, title: 'The topics are not as they must be' },
  diverged: { status: 503, title: 'History and inbox do not fit together' },
  too_many_signals: { status: 409, title: 'The run has no room for another signal' },
  nothing_to_undo: { status: 409, title: 'The run does not wait with what it could not undo' },
  unknown_task: { status: 404, title: 'There is no such task' },
  invalid_answer: { status: 422, title: 'The answer does not fit the form' },
  task_answered: { status: 409, title: 'Somebody has answered already' },
  task_closed: { status: 410, title: 'The task takes no answer any more' },
  blocked: { status: 409, title: 'The run is parked after a message that could not be processed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * An operating error: something outside failed. `retry` says whether trying again can help; `unknown` is honest after a
 * lost acknowledgement, when nobody knows whether it happened.
 */
export class OperatingError extends Error {
  override readonly name = 'OperatingError';
  readonly code: ErrorCode;
  readonly retry: 'yes' | 'no' | 'unknown';

  constructor(code: ErrorCode, message: string, options: { retry: 'yes' | 'no' | 'unknown'; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry = options.retry;
  }
}

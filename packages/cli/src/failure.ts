/** What went wrong, as a person needs it: what, why, and the command that helps. */
import { ContractError, OperatingError, type JsonObject } from '@baton/contracts';
import { BatonError, type BatonErrorCode } from '@baton/client';
import { EXIT, type ExitCode } from './exit-codes.ts';

export interface FailureAbout {
  readonly exit: ExitCode;
  readonly code: string;
  /** What to do next. */
  readonly next?: string | undefined;
  readonly problems?: readonly { readonly field: string; readonly message: string }[] | undefined;
  /** Members of the error in the JSON document beside those that every error has. */
  readonly details?: JsonObject | undefined;
  /** What a person sees below the message, such as the line that is wrong. */
  readonly shown?: readonly string[] | undefined;
  readonly requestId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly about: FailureAbout;
  constructor(message: string, about: FailureAbout) {
    super(message);
    this.about = about;
  }
}

export const usage = (message: string, next?: string): Failure => new Failure(message, { exit: EXIT.refused, code: 'usage', next });

export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof BatonError) return ofGateway(error);
  if (error instanceof OperatingError) return new Failure(error.message, { exit: error.retry === 'no' ? EXIT.refused : EXIT.trouble, code: error.code, next: error.code === 'topics_mismatch' ? 'See what differs with: baton topics check' : undefined });
  if (error instanceof ContractError) return new Failure(error.message, { exit: EXIT.refused, code: error.code, problems: error.problems });
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new Failure(`${message}: another process listens there`, { exit: EXIT.refused, code: 'port_taken', next: 'It may be a system that runs already: baton runs. Take another port with: baton dev --port PORT' });
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') return usage(message);
  return new Failure(message ?? String(error), { exit: EXIT.trouble, code: 'internal', next: 'This looks like a fault of ours; please report it with the command and this message' });
}

const NEXT: Partial<Record<BatonErrorCode, string>> = {
  unreachable: 'Start one here with: baton dev. Or name another with --url or BATON_URL. See what is wrong with: baton doctor',
  timeout: 'See what is slow with: baton doctor',
  not_baton: 'Check the address in --url or BATON_URL',
  unavailable: 'Try again; see what is away with: baton doctor',
  rebuilding: 'Try again in a moment; starts are accepted meanwhile',
  unknown_workflow: 'List what can be started with: baton workflows',
  unknown_workflow_version: 'See what there is with: baton workflows show NAME',
  workflow_retired: 'See what takes starts with: baton workflows show NAME; bring it back with: baton workflows bring-back NAME VERSION',
  breaking_input: 'Where nobody sends such inputs: --allow-breaking-input',
  deploy_not_allowed: 'Set BATON_TAKE_DEFINITIONS=true on the gateway, or have a service publish the workflow',
  workflow_taken: 'Deploy it under another name with --name',
  unknown_run: 'List the runs with: baton runs',
  unknown_task: 'List what people are asked with: baton tasks',
  invalid_answer: 'See what is asked with: baton task TASK',
  unknown_dead_letter: 'List the dead letters with: baton dlq list',
  invalid_input: 'See what the workflow takes with: baton workflows --json',
  idempotency_conflict: 'Use another --key for another run',
  payload_too_large: 'Upload large content with: baton artifacts put FILE, and pass the reference',
};

function ofGateway(error: BatonError): Failure {
  return new Failure(error.message, {
    exit: error.status === 404 && error.code !== 'not_baton' ? EXIT.notFound : error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408 ? EXIT.refused : EXIT.trouble,
    code: error.code,
    next: NEXT[error.code],
    problems: error.problems,
    requestId: error.requestId,
    idempotencyKey: error.idempotencyKey,
  });
}

/**
 * What a step throws to say that the input is at fault. Everything else that is thrown is a technical error: it is
 * retried by the workflow's rules.
 */
import { z } from 'zod';

/** One thing wrong with what the step was given, written so that a person can act on it. */
export const Finding = z.strictObject({
  /** Stable, for programs: `performance_missing`. */
  code: z.string().min(1).max(128),
  /** Which field of the input or of the extracted data. */
  field: z.string().max(512).optional(),
  /** What is wrong, in a sentence. */
  message: z.string().min(1).max(2_048),
  /** Page of the document, from 1. */
  page: z.int().min(1).optional(),
  /** The words in the document that it is about. */
  snippet: z.string().max(2_048).optional(),
  /** What a person can do about it. */
  help: z.string().max(2_048),
  severity: z.enum(['error', 'warning']),
});
export type Finding = z.infer<typeof Finding>;

/**
 * The input is at fault and another attempt would say the same: never retried, never continued. A workflow may catch it
 * by the name of its class, or by `Baton.BusinessError`, which means every one of them. Subclass it to give it a name.
 */
export class BusinessError extends Error {
  /** Stored with the run and shown to people: JSON, at most 64 KiB. Never secrets. */
  readonly details: unknown;

  /** @param options `details`: JSON that belongs to the error; `cause`: goes into the log, not into the run. */
  constructor(message: string, options: { readonly details?: unknown; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details;
  }
}

/** A business error with everything that was found, not only the first. */
export class BusinessValidationError extends BusinessError {
  readonly findings: readonly Finding[];

  /**
   * @param findings at least one; all of them end up in the run's error.
   * @param message default: the messages of the findings that are errors, one after the other.
   */
  constructor(findings: readonly Finding[], message: string = summary(findings)) {
    super(message, { details: { findings } });
    this.findings = findings;
  }
}

function summary(findings: readonly Finding[]): string {
  const errors = findings.filter((finding) => finding.severity === 'error');
  return (errors.length > 0 ? errors : findings).map((finding) => finding.message).join(' ');
}

/** The step's input does not fit its schema: the workflow, or what started it, is at fault. One finding for each field. */
export class InvalidStepInput extends BusinessValidationError {}

/** The step returned what does not fit its own output schema, or is not JSON: a mistake in the step, so technical. */
export class InvalidStepOutput extends Error {
  override readonly name = 'InvalidStepOutput';
}

/** The output is larger than a message may be. Technical; `States.DataLimitExceeded` is what Amazon States Language calls it. */
export class OutputTooLarge extends Error {
  override readonly name = 'States.DataLimitExceeded';
  readonly details: { readonly code: 'payload_too_large'; readonly bytes: number; readonly limitBytes: number };

  constructor(step: string, bytes: number, limitBytes: number) {
    super(`payload_too_large: the output of ${step} has ${bytes} bytes, at most ${limitBytes} are allowed. Store what is large with ctx.blob.put and return the reference`);
    this.details = { code: 'payload_too_large', bytes, limitBytes };
  }
}

/** Why an attempt's result is no longer wanted; `ctx.signal.reason` is one of these. */
export class AttemptAborted extends Error {
  override readonly name = 'AttemptAborted';
  readonly why: AbortCause;

  constructor(why: AbortCause) {
    super(ABORT_CAUSES[why]);
    this.why = why;
  }
}

const ABORT_CAUSES = {
  cancelled: 'The run was cancelled',
  'timed-out': 'The attempt took longer than its time-out',
  'heartbeat-lost': 'The orchestrator has given the attempt up because no heartbeat came',
  'run-ended': 'The run has ended',
  'lease-lost': 'No heartbeat could be sent for as long as the heartbeat time-out: another worker may have the step by now',
  draining: 'The service is stopping; unfinished attempts are handed back',
} as const;
export type AbortCause = keyof typeof ABORT_CAUSES;

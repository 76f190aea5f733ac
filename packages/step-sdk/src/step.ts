/** What a step is: a name, the shape of its input and output, and a function. */
import { ID_PATTERN, type ArtifactRef } from '@baton/contracts';
import type { z } from 'zod';

export interface StepContext {
  readonly runId: string;
  /** Names one entry into one state of the run; stable over attempts. */
  readonly stepId: string;
  readonly workflow: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Stable over attempts: hand it to a database or provider so that an effect happens once, however often the step runs. */
  readonly idempotencyKey: string;
  /** Fires when the result is no longer wanted; its `reason` is an AttemptAborted that says why. Pass it on to fetch, timers and child processes. */
  readonly signal: AbortSignal;
  /** One line per event that matters; run, step, attempt and trace are added. Never log payloads. */
  readonly log: StepLog;
  /** Says that the step is alive and how far it is. Call it as often as you like: at most one message a second leaves, the latest wins. */
  heartbeat(progress?: Progress): void;
  readonly blob: StepBlobs;
}

export interface Progress {
  /** 0 to 100; outside that it is cut. */
  readonly percent?: number;
  /** What it is doing, for people; cut at 500 characters. */
  readonly message?: string;
}

export interface StepLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Files that are too large for a message, by the hash of their content. Storing the same content again costs nothing, so a repeated attempt may do so. */
export interface StepBlobs {
  /** @throws OperatingError `payload_too_large` over 256 MiB. */
  put(bytes: Uint8Array, about: { readonly name: string; readonly mediaType: string }): Promise<ArtifactRef>;
  /** Streams a file in. @throws OperatingError `payload_too_large` over 256 MiB. */
  putFile(path: string, about: { readonly name: string; readonly mediaType: string }): Promise<ArtifactRef>;
  /** The whole content in memory, held against its hash. @throws OperatingError `unknown_artifact`, `hash_mismatch`. */
  get(ref: ArtifactRef | string): Promise<Uint8Array>;
  /** Streams the content to a file, held against its hash; where it throws there is no file. @throws OperatingError `unknown_artifact`, `hash_mismatch`. */
  getToFile(ref: ArtifactRef | string, path: string): Promise<void>;
}

export interface StepOptions<I extends z.ZodType, O extends z.ZodType> {
  /** As workflows name it: letters, digits, `.`, `_`, `-`. */
  readonly name: string;
  /** Input that does not fit ends the run with a business error that names the field. The run's whole data comes in, so leave unknown keys alone: `z.object`, not `z.strictObject`. */
  readonly input: I;
  /** Output that does not fit is a technical error. Its keys are merged into the run's data unless the workflow says otherwise. */
  readonly output: O;
  /** Seconds one attempt may take in this process. Default: only the workflow's time-out counts, which counts in any case. */
  readonly timeoutSeconds?: number;
  /** Longest silence in seconds; a third of it is the time between two heartbeats. Default: the workflow's HeartbeatSeconds (30); the shorter of the two counts. */
  readonly heartbeatSeconds?: number;
  /** How many of this step run at once in a process. Default: only the service's limit counts. */
  readonly concurrency?: number;
  run(input: z.output<I>, ctx: StepContext): Promise<z.input<O>> | z.input<O>;
}

/** A step of a service. Made by defineStep. */
export interface Step<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends StepOptions<I, O> {
  readonly kind: 'baton.step';
}

// Method syntax in StepOptions.run keeps Step<I, O> assignable to AnyStep.
export type AnyStep = Step;

/**
 * Defines a step; the types of `run` follow from the schemas.
 * @throws TypeError naming the option, when the service starts rather than when the first run comes.
 */
export function defineStep<I extends z.ZodType, O extends z.ZodType>(options: StepOptions<I, O>): Step<I, O> {
  if (!ID_PATTERN.test(options.name)) {
    throw new TypeError(`name: expected 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit, but found ${JSON.stringify(options.name)}`);
  }
  for (const field of ['timeoutSeconds', 'heartbeatSeconds', 'concurrency'] as const) {
    const value = options[field];
    const least = field === 'concurrency' ? 1 : 0.001;
    if (value !== undefined && !(value >= least && Number.isFinite(value) && (field !== 'concurrency' || Number.isInteger(value)))) {
      throw new TypeError(`${options.name}.${field}: expected ${field === 'concurrency' ? 'a whole number of at least 1' : 'a number above 0'}, but found ${value}`);
    }
  }
  return Object.freeze({ ...options, kind: 'baton.step' as const });
}

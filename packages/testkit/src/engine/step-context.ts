import type { ArtifactRef } from '@baton/contracts';
import type { Duration } from './duration.ts';

/** What a step gets beside its input: all that a step service would give it, and the engine's time. */
export interface StepContext {
  readonly runId: string;
  /** Names one entry into one state of the run; stable over attempts. */
  readonly stepId: string;
  readonly workflow: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Stable over attempts. */
  readonly idempotencyKey: string;
  /** Fires when the result is no longer wanted: its `reason.why` is cancelled, timed-out, heartbeat-lost, run-ended, or draining when the engine is closed. */
  readonly signal: AbortSignal;
  readonly log: StepLog;
  /** The latest goes out with the next heartbeat: a second after the step began, then every third of the heartbeat time-out. */
  heartbeat(progress?: { readonly percent?: number; readonly message?: string }): void;
  readonly blob: StepBlobs;
  /**
   * Takes so long on the engine's clock: the step goes on when the test has advanced it that far. Meanwhile heartbeats go
   * out by themselves, as they do from a step service. Rejects with the signal's reason when that fires.
   */
  sleep(duration: Duration): Promise<void>;
}

export interface StepLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Artifacts, held in memory as long as the engine lives. */
export interface StepBlobs {
  put(bytes: Uint8Array, about: { readonly name: string; readonly mediaType: string }): Promise<ArtifactRef>;
  putFile(path: string, about: { readonly name: string; readonly mediaType: string }): Promise<ArtifactRef>;
  /** @throws OperatingError `unknown_artifact`. */
  get(ref: ArtifactRef | string): Promise<Uint8Array>;
  /** @throws OperatingError `unknown_artifact`. */
  getToFile(ref: ArtifactRef | string, path: string): Promise<void>;
}

/**
 * Returned by a step instead of an output: its process is gone. No answer comes, and no heartbeat any more.
 *
 * ```ts
 * 'shop/charge': async (input, ctx) => {
 *   await ctx.sleep({ seconds: 5 });
 *   return silence;
 * }
 * ```
 */
export const silence: unique symbol = Symbol('silence');

/** Platform defaults, and what a workflow or a step may override. The names are the configuration's own. */
import { z } from 'zod';

/**
 * Wait before attempt n+1: min(cap, base × factor^(n−1)), then jitter. `full` draws evenly from [0, wait], `equal` from
 * [wait/2, wait], `none` takes the wait itself. Source of the names: AWS Architecture Blog, "Exponential Backoff And
 * Jitter" (2015). The draw is a hash of run, step and attempt, so it is the same whoever decides.
 */
export const Backoff = z.strictObject({
  type: z.enum(['exponential', 'fixed']).default('exponential'),
  /** Seconds before the second attempt. */
  base_seconds: z.number().min(0.1).max(3_600).default(1),
  /** Growth per attempt; ignored by `fixed`. */
  factor: z.number().min(1).max(10).default(2),
  /** Longest wait in seconds. */
  cap_seconds: z.number().min(0.1).max(86_400).default(60),
  jitter: z.enum(['full', 'equal', 'none']).default('equal'),
});
export type Backoff = z.infer<typeof Backoff>;

const retryBackoff = z.union([z.enum(['exponential', 'fixed']).transform((type) => Backoff.parse({ type })), Backoff]);

const fields = {
  /** Retries after the first attempt. */
  max_retries: z.int().min(0).max(100),
  /** Of one attempt, from the command to its result. */
  timeout_seconds: z.number().min(1).max(31_536_000),
  retry_backoff: retryBackoff,
  /** When retries are used up: `fail` ends the run, `continue` records the error under `errors` and goes on. */
  default_error_handler: z.enum(['continue', 'fail']),
};

export const Policy = z.strictObject(fields);
export type Policy = z.infer<typeof Policy>;

export const PolicyOverride = z.strictObject(fields).partial();
export type PolicyOverride = z.infer<typeof PolicyOverride>;

export const PLATFORM_DEFAULTS: Policy = {
  max_retries: 3,
  timeout_seconds: 300,
  retry_backoff: Backoff.parse({}),
  default_error_handler: 'fail',
};

/** The platform's configuration file: any of the four, the rest as built in. */
export const PlatformDefaultsFile = z.strictObject({
  max_retries: fields.max_retries.default(PLATFORM_DEFAULTS.max_retries),
  timeout_seconds: fields.timeout_seconds.default(PLATFORM_DEFAULTS.timeout_seconds),
  retry_backoff: retryBackoff.default(PLATFORM_DEFAULTS.retry_backoff),
  default_error_handler: fields.default_error_handler.default(PLATFORM_DEFAULTS.default_error_handler),
});

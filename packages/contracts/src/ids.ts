import { z } from 'zod';
import { hash128 } from './hash.ts';

/** Ids appear in keys, paths and file names: letters, digits, dot, underscore and hyphen, 1 to 128 of them, first a letter or digit. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const id = (what: string) =>
  z.string().regex(ID_PATTERN, `Expected ${what} of 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit`);

export const RunId = id('a run id').brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** Names one entry into one state of one run; stable over attempts. */
export const StepId = id('a step id').brand<'StepId'>();
export type StepId = z.infer<typeof StepId>;

/** Of workflows, services and steps. */
export const Name = id('a name');
export const Namespace = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "Expected a namespace of 1 to 32 lower-case letters, digits or '-'");

/** 32 hex digits, see hash128. */
export const Hash128 = z.string().regex(/^[0-9a-f]{32}$/, 'Expected 32 hex digits');
/** 64 hex digits. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 hex digits');

/** The run that an idempotency key stands for: the same key for the same workflow is the same run, on any door. */
export function runIdForKey(workflow: string, idempotencyKey: string): RunId {
  return `run-${hash128(`start\n${workflow}\n${idempotencyKey}`)}` as RunId;
}

/** The idempotency key of a CloudEvent: its source and id together are unique by the specification. */
export function idempotencyKeyOfEvent(source: string, eventId: string): string {
  return `${source}\n${eventId}`;
}

/** One attempt at one step of one run; the key by which a command is told from its repetition. */
export function attemptKey(runId: string, stepId: string, attempt: number): string {
  return `${runId}/${stepId}/${attempt}`;
}

/** Stable over attempts: what a step hands to its own database or provider so that an effect happens once. */
export function idempotencyKeyOfStep(runId: string, stepId: string): string {
  return `${runId}/${stepId}`;
}

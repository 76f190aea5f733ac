/** A step as a plain function, for unit tests: no Kafka, no server, no clock. */
import { idempotencyKeyOfStep, type ArtifactRef } from '@baton/contracts';
import type { BlobStore } from '@baton/ports';
import type { z } from 'zod';
import { memoryBlobStore } from './memory-blob-store.ts';
import { perform } from './perform.ts';
import { stepBlobs } from './step-blobs.ts';
import type { AnyStep, Progress, Step, StepLog } from './step.ts';

export interface TestStepOptions {
  /** Default 1. */
  readonly attempt?: number;
  /** Default `test-run`. */
  readonly runId?: string;
  /** Default: derived from the run and the step's name, as in production. */
  readonly idempotencyKey?: string;
  /** Abort it to see what the step does when its result is no longer wanted. Default: never fires. */
  readonly signal?: AbortSignal;
  /** Where the step finds its artifacts and leaves new ones. Default: an empty memoryBlobStore(). */
  readonly blobs?: BlobStore;
  /** Default: lines are kept in `logs` and not printed. */
  readonly log?: StepLog;
}

export interface TestStepResult<T> {
  /** What the next step would see: after the schema, and as JSON. */
  readonly output: T;
  /** Every call of ctx.heartbeat, not throttled. */
  readonly heartbeats: readonly Progress[];
  /** What the step stored, in order. */
  readonly artifacts: readonly ArtifactRef[];
  readonly logs: readonly { readonly level: 'info' | 'warn' | 'error'; readonly fields: Readonly<Record<string, unknown>>; readonly message: string }[];
  /** The store that was used. */
  readonly blobs: BlobStore;
}

/**
 * Runs one attempt exactly as a service would: the same checks of input, output and size.
 * @throws what the step throws; InvalidStepInput, InvalidStepOutput and OutputTooLarge as in production.
 */
export async function testStep<I extends z.ZodType, O extends z.ZodType>(step: Step<I, O>, input: z.input<I>, options: TestStepOptions = {}): Promise<TestStepResult<z.output<O>>> {
  const runId = options.runId ?? 'test-run';
  const stepId = `${step.name}-1`;
  const heartbeats: Progress[] = [];
  const artifacts: ArtifactRef[] = [];
  const logs: TestStepResult<unknown>['logs'][number][] = [];
  const store = options.blobs ?? memoryBlobStore();
  const line = (level: 'info' | 'warn' | 'error') => (fields: Readonly<Record<string, unknown>>, message: string) => {
    logs.push({ level, fields, message });
    options.log?.[level](fields, message);
  };
  const blob = stepBlobs(store);
  const kept = async (stored: Promise<ArtifactRef>): Promise<ArtifactRef> => {
    const ref = await stored;
    artifacts.push(ref);
    return ref;
  };
  const output = await perform(step as unknown as AnyStep, input, {
    runId,
    stepId,
    workflow: 'test',
    attempt: options.attempt ?? 1,
    idempotencyKey: options.idempotencyKey ?? idempotencyKeyOfStep(runId, stepId),
    signal: options.signal ?? new AbortController().signal,
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    heartbeat: (progress = {}) => void heartbeats.push(progress),
    blob: { ...blob, put: (...args) => kept(blob.put(...args)), putFile: (...args) => kept(blob.putFile(...args)) },
  });
  return { output: output as z.output<O>, heartbeats, artifacts, logs, blobs: store };
}

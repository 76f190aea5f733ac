/** Runs that go on as another: each link of the chain knows the one before it and the first, and has a number. */
import { z } from 'zod';
import { hash128 } from './hash.ts';
import { ID_PATTERN, Name, RunId } from './ids.ts';
import { JsonValue } from './json-schema.ts';
import { LIMITS } from './limits.ts';

export const ContinuationLink = z.strictObject({
  /** The run that has gone on as this one. */
  runId: RunId,
  /** The first run of the chain. */
  first: RunId,
  /** Of this run in the chain: 2 for the second. */
  number: z.int().min(2),
});
export type ContinuationLink = z.infer<typeof ContinuationLink>;

/** Signals that the run before has not taken, and the ids by which it knew repetitions; see RunSignals. */
export const SignalsLeft = z.strictObject({
  seen: z.array(z.string().regex(ID_PATTERN)).max(LIMITS.rememberedSignals),
  buffered: z.array(z.strictObject({ id: z.string().min(1).max(255), name: Name, data: JsonValue, receivedMs: z.int().nonnegative() })).max(LIMITS.bufferedSignals),
});

/** A run goes on as one other run at most. */
export const continuedRunId = (runId: RunId): RunId => `run-${hash128(`continued\n${runId}`)}` as RunId;

/** Runs that another run has started: what they are called, and what each knows of the other. */
import { z } from 'zod';
import { hash128 } from './hash.ts';
import { attemptKey, RunId, StepId } from './ids.ts';

/** The state entry that has started a run. */
export const ParentLink = z.strictObject({
  runId: RunId,
  stepId: StepId,
  attempt: z.int().min(1),
  /** Runs above this one: 1 where nobody started the parent. */
  depth: z.int().min(1),
  /** The parent waits for the end of this run. */
  waits: z.boolean(),
});
export type ParentLink = z.infer<typeof ParentLink>;

/** The same try of the same state entry starts the same run, however often its start is sent. */
export const childRunId = (parent: Pick<ParentLink, 'runId' | 'stepId' | 'attempt'>): RunId => `run-${hash128(`child\n${attemptKey(parent.runId, parent.stepId, parent.attempt)}`)}` as RunId;

/** What the token is made for by which a child's end is told to its parent: none but an orchestrator can make it. */
export const childEndKey = (parent: Pick<ParentLink, 'runId' | 'stepId' | 'attempt'>): string => `${attemptKey(parent.runId, parent.stepId, parent.attempt)}/child`;

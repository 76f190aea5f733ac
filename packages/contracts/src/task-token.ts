/**
 * Task tokens as a definition hands them out (`$$.Task.Token`): whoever holds one may answer for the attempt in the worker's
 * place. It says which attempt it is for, so an answer finds its run; what proves it is another secret than the worker's.
 */
import { attemptKey, RunId, StepId } from './ids.ts';

export interface TaskToken {
  readonly runId: RunId;
  readonly stepId: StepId;
  readonly attempt: number;
  /** What an inbox message carries as its token, beside `callback` in its body. */
  readonly proof: string;
}

/** What the proof is made for: by no worker's token can be answered in the place of a token that was handed out. */
export const callbackKey = (key: string): string => `${key}/callback`;

/** @param key of the attempt, see attemptKey. */
export const taskTokenText = (key: string, proof: string): string => `${key}/${proof}`;

/** @returns undefined for a text that is no task token. Whether its proof is good, the orchestrator says. */
export function readTaskToken(text: string): TaskToken | undefined {
  const [runId, stepId, attempt, proof, ...more] = text.split('/');
  if (!RunId.safeParse(runId).success || !StepId.safeParse(stepId).success || !/^[1-9]\d{0,6}$/.test(attempt ?? '') || !proof || more.length > 0) return undefined;
  return { runId: runId as RunId, stepId: stepId as StepId, attempt: Number(attempt), proof };
}

/** The key of the attempt that a message speaks for, in the way it speaks for it. */
export function spokenForKey(runId: string, { stepId, attempt, callback }: { readonly stepId: string; readonly attempt: number; readonly callback?: true | undefined }): string {
  const key = attemptKey(runId, stepId, attempt);
  return callback === true ? callbackKey(key) : key;
}

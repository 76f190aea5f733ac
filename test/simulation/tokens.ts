import { attemptKey, childEndKey, hash128, type ChildEndedMessage, type HeartbeatMessage, type ResultMessage } from '@baton/contracts';
import type { TaskTokens } from '@baton/ports';

/** Task tokens of every simulated world: who has not been given one cannot know it, except by having been given it before. */
export const tokens: TaskTokens = {
  mint: (key) => hash128(`token\n${key}`),
  verify: (key, token) => token === hash128(`token\n${key}`),
};

export const keyOf = ({ runId, body }: ResultMessage | HeartbeatMessage): string => attemptKey(runId, body.stepId, body.attempt);

/** Whether somebody speaks for an attempt that was given to him. */
export const isGenuine = (message: ResultMessage | HeartbeatMessage): boolean => tokens.verify(keyOf(message), message.token);

/** Whether an orchestrator says that the run of this attempt has ended. */
export const isTrueEnd = ({ runId, token, body: { stepId, attempt } }: ChildEndedMessage): boolean => tokens.verify(childEndKey({ runId, stepId, attempt }), token ?? '');

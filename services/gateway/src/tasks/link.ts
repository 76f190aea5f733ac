/**
 * The signed link of a task: whoever holds it sees the question and may answer it, until the deadline. It is bound to the run, the
 * state's entry and its try, and to the moment at which it ends; nothing is kept of it, so it is the same however often it is made.
 *
 * Its secret is another than the one of step services: who can make links cannot answer for a step.
 */
import type { TaskView } from '@baton/contracts';
import type { TaskTokens } from '@baton/ports';

/** Of the query. Telemetry knows it as that of a signature, and leaves its value out. */
export const SIGNATURE = 'sig';

export type LinkState = 'good' | 'expired' | 'bad';

/** No key of an attempt has a `~`. */
const linkKey = (taskId: string, untilMs: number): string => `${taskId}/link/${untilMs}`;

/** Path and query. Undefined where the task is not open. */
export function linkTo({ taskId, status, deadlineMs }: TaskView, tokens: TaskTokens): string | undefined {
  if (status !== 'open' || deadlineMs === undefined) return undefined;
  return `/tasks/${taskId}?${SIGNATURE}=${deadlineMs}.${tokens.mint(linkKey(taskId, deadlineMs))}`;
}

/** When it ends is believed only where it is signed. */
export function checkLink(taskId: string, signature: string, { tokens, nowMs }: { readonly tokens: TaskTokens; readonly nowMs: number }): LinkState {
  const [, until = '', token] = /^(\d{1,15})\.(.{1,400})$/.exec(signature) ?? [];
  if (token === undefined || !tokens.verify(linkKey(taskId, Number(until)), token)) return 'bad';
  return nowMs > Number(until) ? 'expired' : 'good';
}

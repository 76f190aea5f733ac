import { hash128, type InboxMessage, type RunId, type TraceContext } from '@baton/contracts';

/** The inbox message that says a timer is due. Its id follows from the timer, so two wakers say the same. */
export function timerMessage(timer: { readonly runId: string; readonly timerId: string; readonly ver: number; readonly trace?: TraceContext }, by: 'wake-up' | 'sweeper' | 'lane', nowMs: number): InboxMessage {
  return {
    v: 1,
    id: `timer-${hash128(`${timer.runId}\n${timer.timerId}\n${timer.ver}`)}`,
    type: 'timer',
    runId: timer.runId as RunId,
    ts: nowMs,
    ...(timer.trace !== undefined && { trace: timer.trace }),
    body: { timerId: timer.timerId, ver: timer.ver, by },
  };
}

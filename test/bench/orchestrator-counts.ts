/** What an orchestrator has done so far, from its own metrics. Pure. */
export interface Counts {
  /** Inbox messages that moved a run. */
  readonly transitions: number;
  /** Inbox messages that changed nothing: repeated, late or early. */
  readonly ignored: number;
  readonly deadLetters: number;
  /** All of them: what has been decided. */
  readonly decided: number;
  /** Inbox records of its lanes that are not decided yet, as far as they have looked. */
  readonly lag: number;
  /** Due timers that the sweeper put into the inbox. */
  readonly swept: number;
  readonly runsStarted: number;
  readonly runsEnded: number;
}

/** @param text of /metrics, in Prometheus's format. */
export function countsOf(text: string): Counts {
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)(?:\{.*\})? ([^ ]+)/.exec(line) ?? [];
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  const of = (name: string): number => sums.get(name) ?? 0;
  const transitions = of('baton_transition_latency_seconds_count');
  const ignored = of('baton_messages_ignored_total');
  const deadLetters = of('baton_dead_letters_written_total');
  return { transitions, ignored, deadLetters, decided: transitions + ignored + deadLetters, lag: of('baton_inbox_lag'), swept: of('baton_timers_swept_total'), runsStarted: of('baton_runs_started_total'), runsEnded: of('baton_runs_ended_total') };
}

import type { HistoryTxn, InboxMessage, RunState } from '@baton/contracts';

/** What the runtime tells those who log, measure and trace. Called after the fact; must not throw and must return at once. */
export interface RuntimeObserver {
  /** A transition is in the history. `before` is undefined for the first of a run. */
  committed(fact: { readonly partition: number; readonly txn: HistoryTxn; readonly before: RunState | undefined; readonly after: RunState; readonly receivedMs: number; readonly committedMs: number }): void;
  ignored(fact: { readonly partition: number; readonly message: InboxMessage; readonly why: 'duplicate' | 'late' | 'early' }): void;
  deadLettered(fact: { readonly topic: string; readonly partition: number; readonly offset: number; readonly reason: string; readonly detail: string; readonly runId?: string | undefined }): void;
  lane(fact: LaneFact): void;
}

export interface LaneFact {
  readonly partition: number;
  readonly what: 'claiming' | 'ready' | 'gap' | 'fenced' | 'resync' | 'stopped' | 'failed' | 'diverged' | 'swept' | 'batch' | 'view-lost' | 'oversized' | 'careful' | 'poison' | 'carried' | 'carry-failed' | 'carry-overdue' | 'checkpoint-failed';
  readonly detail?: string;
  /** Numbers that belong to the fact, such as records folded or timers swept. */
  readonly count?: number;
  readonly bytes?: number;
  readonly durationMs?: number;
  readonly lag?: number;
  /** By how much the latest of the swept timers was past its time. */
  readonly lateMs?: number;
}
